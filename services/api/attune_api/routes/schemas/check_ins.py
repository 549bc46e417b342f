"""Check-ins, as they are sent and answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, TypeAdapter, model_validator

from attune.check_ins.model import CheckIn, CheckInStatus, Part
from attune_api.routes.schemas.fields import Day
from attune_api.schemas import ExternalRef, RequestModel, ResponseModel, Timestamp, require_one_of

PartText = Annotated[str, Field(max_length=4000)]


class CheckInIn(RequestModel):
    """A week's check-in to open."""

    person_ref: ExternalRef | None = Field(default=None, description="Whose check-in; or name them by person_id.")
    person_id: UUID | None = None
    lead_ref: ExternalRef | None = Field(
        default=None, description="Who holds it, if not the person's lead; or name them by lead_id."
    )
    lead_id: UUID | None = None
    week_of: Day = Field(description="The Monday of the week.")

    @model_validator(mode="after")
    def _names_one_of_each(self) -> Self:
        require_one_of(self, "person_ref", "person_id")
        if self.lead_ref is not None:
            # Left out it is the person's lead; it cannot be named twice.
            require_one_of(self, "lead_ref", "lead_id")
        return self


class CheckInTexts(RequestModel):
    """What to write in a check-in: a part that is not there stays as it is, null or blanks clear it."""

    progress: PartText | None = Field(default=None, examples=["Closed the May backlog."])
    blockers: PartText | None = Field(default=None, description='"None" is an answer.', examples=["none"])
    next_targets: PartText | None = Field(default=None, examples=["Two refund drills."])

    def changes(self) -> dict[Part, str | None]:
        """The parts that were given."""
        return {Part(name): getattr(self, name) for name in sorted(self.model_fields_set)}


class CheckInOut(ResponseModel):
    """A check-in, without what is written in it."""

    id: UUID
    person_id: UUID
    lead_id: UUID = Field(description="Who holds it.")
    team_id: UUID | None
    week_of: date
    status: CheckInStatus
    submitted_at: Timestamp | None
    created_at: Timestamp
    updated_at: Timestamp


class CheckInWithTexts(CheckInOut):
    """A check-in with what is written in it, for the person and whoever leads them now."""

    progress: str | None = Field(examples=["Closed the May backlog."])
    blockers: str | None = Field(examples=["none"])
    next_targets: str | None = Field(examples=["Two refund drills."])
    texts_withheld: bool = Field(description="True for a key that acts for no person: it sees that there is one.")

    @classmethod
    def of(cls, check_in: CheckIn, parts: Mapping[Part, str | None] | None) -> Self:
        """A check-in with its parts; without them they are withheld."""
        outer = CheckInOut.model_validate(check_in).model_dump()
        texts = {part.value: None if parts is None else parts[part] for part in Part}
        return cls(**outer, **texts, texts_withheld=parts is None)


class CheckInPage(ResponseModel):
    """A page of check-ins."""

    data: list[CheckInOut]
    next_cursor: str | None
    has_more: bool


CHECK_IN: Final = TypeAdapter(CheckInOut)
WITH_TEXTS: Final = TypeAdapter(CheckInWithTexts)
PAGE: Final = TypeAdapter(CheckInPage)
