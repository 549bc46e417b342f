"""Who is calling."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.kernel.context import ActorKind
from attune.kernel.db import CredentialEnded
from attune.organisations import repository
from attune.organisations.model import Mode
from attune.organisations.rules import Scope
from attune_api.answers import answer
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.routing import noun_router
from attune_api.schemas import ResponseModel
from attune_api.transactions import reading

router = noun_router("/me", "Me")


class MeActor(ResponseModel):
    """Who acts."""

    kind: ActorKind = Field(examples=["api_key"])
    id: UUID


class MeOrganisation(ResponseModel):
    """For whom."""

    id: UUID
    name: str = Field(examples=["Brightline Care"])
    mode: Mode


class Me(ResponseModel):
    """The caller, as this service sees them."""

    organisation: MeOrganisation
    actor: MeActor
    person_id: UUID | None = Field(description="The person who signed in, or whom the API key acts as.")
    scopes: list[Scope] = Field(examples=[["customers:read", "signals:write"]])


ME: Final = TypeAdapter(Me)


@router.get("", summary="Who am I", response_model=Me)
async def get_me(request: Request, caller: Annotated[Caller, require()]) -> Response:
    """The organisation, the person and the scopes behind the credential in use."""
    async with reading(request, caller) as tx:
        organisation = await repository.get_organisation(tx)
        if organisation is None:
            raise CredentialEnded
        me = Me(
            organisation=MeOrganisation(id=organisation.tenant_id, name=organisation.name, mode=organisation.mode),
            actor=MeActor(kind=caller.actor.kind, id=caller.actor.id or caller.principal_id),
            person_id=caller.person_id,
            scopes=sorted(caller.scopes),
        )
        return answer(ME, me)
