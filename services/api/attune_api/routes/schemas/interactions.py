"""Interactions, as they are sent and answered."""

from __future__ import annotations

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from attune.interactions.model import (
    Channel,
    Interaction,
    InteractionItem,
    InteractionResult,
    Speaker,
    Turn,
    TurnItem,
)
from attune_api.routes.schemas.batches import MOST_ITEMS, Atomic, BatchItem, EachForItself, problem_of
from attune_api.routes.schemas.fields import Locale
from attune_api.routes.schemas.references import name_of, name_of_if_any, to_domain
from attune_api.schemas import ExternalRef, RequestModel, ResponseModel, Timestamp, reference_of, require_one_of

MOST_TURNS: Final = 500


class TurnIn(RequestModel):
    """A turn. Its text is kept, sealed, only where the customer allows quality review; its length always."""

    speaker: Speaker
    text: Annotated[str, Field(min_length=1, max_length=8000, examples=["I have explained this twice now."])] | None = (
        None
    )
    spoken_at: Timestamp | None = None


class InteractionIn(RequestModel):
    """A conversation. Name the customer and the person by reference or by id, and the team too or not at all."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "external_ref": {"source": "crm", "external_id": "i-88121"},
                "customer_ref": {"source": "crm", "external_id": "c-10042"},
                "person_ref": {"source": "hris", "external_id": "e-1042"},
                "channel": "chat",
                "queue": "cancellations",
                "locale": "nl-NL",
                "started_at": "2026-11-02T09:00:00Z",
                "ended_at": "2026-11-02T09:09:00Z",
                "handle_seconds": 540,
                "turns": [
                    {"speaker": "customer", "text": "I have explained this twice now."},
                    {"speaker": "agent", "text": "I am sorry. I have your notes in front of me."},
                ],
            }
        }
    )

    external_ref: ExternalRef
    customer_ref: ExternalRef | None = None
    customer_id: UUID | None = Field(default=None, examples=[None])
    person_ref: ExternalRef | None = Field(default=None, description="Who handled it.")
    person_id: UUID | None = Field(default=None, examples=[None])
    team_ref: ExternalRef | None = Field(default=None, description="Left out: the person's team.")
    team_id: UUID | None = Field(default=None, examples=[None])
    channel: Channel
    queue: Annotated[str, Field(pattern=r"\S", max_length=64, examples=["cancellations"])] | None = None
    locale: Locale | None = None
    started_at: Timestamp
    ended_at: Timestamp
    handle_seconds: Annotated[int, Field(ge=0, le=86400, strict=True, examples=[540])]
    turns: Annotated[list[TurnIn], Field(max_length=MOST_TURNS)] | None = Field(
        default=None, description="Replace those there are. Left out, they stay."
    )

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        require_one_of(self, "customer_ref", "customer_id")
        require_one_of(self, "person_ref", "person_id")
        if self.team_ref is not None:
            require_one_of(self, "team_ref", "team_id")
        return self

    def to_item(self) -> InteractionItem:
        """The same, as the domain has it."""
        return InteractionItem(
            ref=to_domain(self.external_ref),
            customer=name_of(self.customer_ref, self.customer_id),
            person=name_of(self.person_ref, self.person_id),
            team=name_of_if_any(self.team_ref, self.team_id),
            channel=self.channel,
            queue=self.queue,
            locale=self.locale,
            started_at=self.started_at,
            ended_at=self.ended_at,
            handle_seconds=self.handle_seconds,
            turns=None
            if self.turns is None
            else tuple(TurnItem(speaker=t.speaker, text=t.text, spoken_at=t.spoken_at) for t in self.turns),
        )


class InteractionsBatch(RequestModel):
    """Conversations."""

    items: Annotated[list[EachForItself[InteractionIn]], Field(min_length=1, max_length=MOST_ITEMS)]
    atomic: Atomic = False


class InteractionBatchItem(BatchItem):
    """What became of one conversation, and of the texts in its turns."""

    texts_kept: int = Field(description="Texts that the customer allows to be kept.", examples=[0])
    texts_dropped: int = Field(description="Texts that were not kept, for lack of consent.", examples=[12])

    @classmethod
    def of(cls, result: InteractionResult) -> Self:
        """A result as it is answered."""
        return cls(
            index=result.index,
            status=result.status,
            id=result.id,
            problem=problem_of(result),
            texts_kept=result.texts_kept,
            texts_dropped=result.texts_dropped,
        )


class InteractionBatchResults(ResponseModel):
    """What became of each conversation, in the order of the request."""

    results: list[InteractionBatchItem]


class InteractionOut(ResponseModel):
    """A conversation: who, where, when and how long."""

    id: UUID
    external_ref: ExternalRef | None
    customer_id: UUID
    person_id: UUID
    team_id: UUID | None
    channel: Channel
    queue: str | None = Field(examples=["cancellations"])
    locale: str | None = Field(examples=["nl-NL"])
    started_at: Timestamp
    ended_at: Timestamp
    handle_seconds: int = Field(examples=[540])
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, interaction: Interaction) -> Self:
        """A conversation as it is answered in a list."""
        return cls(**_fields(interaction))


class TurnOut(ResponseModel):
    """A turn, without its words."""

    position: int = Field(examples=[0])
    speaker: Speaker
    spoken_at: Timestamp | None
    characters: int = Field(examples=[32])


class InteractionWithTurns(InteractionOut):
    """A conversation with its turns."""

    turns: list[TurnOut]

    @classmethod
    def with_turns(cls, interaction: Interaction, turns: list[Turn]) -> Self:
        """A conversation as it is answered for itself."""
        return cls(**_fields(interaction), turns=[TurnOut.model_validate(turn) for turn in turns])


class InteractionPage(ResponseModel):
    """A page of conversations."""

    data: list[InteractionOut]
    next_cursor: str | None
    has_more: bool


def _fields(one: Interaction) -> dict[str, object]:
    names = InteractionOut.model_fields.keys() - {"external_ref"}
    return {name: getattr(one, name) for name in names} | {
        "external_ref": reference_of(one.external_source, one.external_id)
    }
