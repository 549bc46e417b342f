"""A person's own load. Nobody else's has an address."""

from __future__ import annotations

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.audit.service import read_as_of
from attune.fatigue.errors import NoLoadWithoutPerson
from attune.fatigue.model import Level, OwnLoad, Share
from attune.fatigue.projection import FATIGUE
from attune.fatigue.service import read_own_load
from attune.kernel.clock import utc_now
from attune.kernel.purposes import Purpose
from attune_api.answers import answer
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.routing import noun_router
from attune_api.schemas import ResponseModel, Timestamp
from attune_api.transactions import writing

router = noun_router("/me", "Me")

_AUDITED: Final = {"x-audited": True}
_DIGITS: Final = 6


class ShareOut(ResponseModel):
    """A conversation that still weighs."""

    interaction_id: UUID
    ended_at: Timestamp
    handle_seconds: int = Field(examples=[840])
    intensity: float | None = Field(
        description="How intense the customer's distress was, from 1 to 5; null without a signal or consent.",
        examples=[4.5],
    )
    share: float = Field(description="How much of the present load it makes up, 0 to 1.", examples=[0.21])

    @classmethod
    def of(cls, share: Share) -> Self:
        """The conversation as it is answered."""
        return cls(
            interaction_id=share.interaction_id,
            ended_at=share.ended_at,
            handle_seconds=share.handle_seconds,
            intensity=share.intensity,
            share=round(share.share, _DIGITS),
        )


class LoadOut(ResponseModel):
    """The caller's own load right now. A signal for a conversation; not a diagnosis, and no measure of performance."""

    person_id: UUID
    load: float = Field(
        description="Ten calm minutes of conversation weigh 1, at the highest intensity 2.", examples=[13.2]
    )
    threshold: float = Field(examples=[12.0])
    level: Level
    over_since: Timestamp | None = Field(description="Since when it is over the threshold.")
    clears_at_earliest: Timestamp | None = Field(description="When it is below again if no conversation is added.")
    half_life_minutes: int = Field(description="In this time the load halves.", examples=[90])
    why: list[ShareOut] = Field(description="The conversations that make up most of it, the largest share first.")
    as_of: Timestamp | None = Field(
        description="Everything recorded up to this moment is included; null before anything is."
    )

    @classmethod
    def of(cls, load: OwnLoad, as_of: Timestamp | None) -> Self:
        """The load as it is answered."""
        return cls(
            person_id=load.person_id,
            load=round(load.load, _DIGITS),
            threshold=load.threshold,
            level=load.level,
            over_since=load.over_since,
            clears_at_earliest=load.clears_at_earliest,
            half_life_minutes=round(load.half_life.total_seconds() / 60),
            why=[ShareOut.of(share) for share in load.why],
            as_of=as_of,
        )


LOAD: Final = TypeAdapter(LoadOut)


@router.get("/load", summary="Read one's own load", response_model=LoadOut, openapi_extra=_AUDITED)
async def get_own_load(request: Request, caller: Annotated[Caller, require("load:read")]) -> Response:
    """What the conversations one carried add up to, and which of them weigh most. Shown to that person alone (403
    person_required for a key that acts for nobody). How intense a conversation was is its customer's datum, so showing it
    is on the audit log, under the purpose `insights`."""
    if caller.person_id is None:
        raise NoLoadWithoutPerson
    async with writing(request, caller, Purpose.INSIGHTS) as tx:
        as_of = await read_as_of(tx, FATIGUE.name)
        load = await read_own_load(tx, caller.person_id, utc_now())
        return answer(LOAD, LoadOut.of(load, as_of))
