"""Check-ins: the weekly one-on-one between a person and their lead."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from attune.check_ins import repository, service
from attune.check_ins.model import CheckIn, CheckInStatus
from attune.kernel.ids import new_id
from attune.kernel.vault import Vault
from attune.people.service import require_person
from attune_api.answers import ExpectedVersion, answer, created, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.idempotency import claim_key
from attune_api.openapi import problems
from attune_api.paging import Listing
from attune_api.routes.schemas.check_ins import (
    CHECK_IN,
    PAGE,
    WITH_TEXTS,
    CheckInIn,
    CheckInOut,
    CheckInPage,
    CheckInTexts,
    CheckInWithTexts,
)
from attune_api.routes.schemas.lists import ChangesQuery, cut_changes, position_of
from attune_api.routes.schemas.references import name_of, name_of_if_any
from attune_api.routing import noun_router
from attune_api.transactions import reading, writing

router = noun_router("/check-ins", "Check-ins")

_AUDITED: Final = {"x-audited": True}


class CheckInsQuery(ChangesQuery):
    """The filters of the list of check-ins."""

    person_id: UUID | None = Field(default=None, description="Only this person's.")
    status: CheckInStatus | None = None


@router.post("", status_code=201, summary="Open a check-in", response_model=CheckInOut)
async def open_check_in(
    request: Request, body: CheckInIn, caller: Annotated[Caller, require("check_ins:write")]
) -> Response:
    """Opens a week's check-in; there is one for each person and week (409 check_in_exists). Who signs in can do so for
    themselves and for those they lead."""
    check_in_id = new_id()
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=check_in_id)
        if claim.replay is not None and claim.replay.resource_id is not None:
            made = await service.get_check_in(tx, claim.replay.resource_id, caller.person_id)
            return claim.marked(_created(made))
        pointer = "/person_id" if body.person_id else "/person_ref"
        person = await require_person(tx, name_of(body.person_ref, body.person_id), pointer=pointer)
        lead = name_of_if_any(body.lead_ref, body.lead_id)
        pointer = "/lead_id" if body.lead_id else "/lead_ref"
        lead_id = None if lead is None else (await require_person(tx, lead, pointer=pointer)).id
        check_in = await service.open_check_in(
            tx,
            check_in_id=check_in_id,
            viewer_id=caller.person_id,
            person=person,
            lead_id=lead_id,
            week_of=body.week_of,
        )
        return _created(check_in)


@router.get("", summary="List check-ins", response_model=CheckInPage)
async def list_check_ins(
    request: Request, caller: Annotated[Caller, require("check_ins:read")], query: Annotated[CheckInsQuery, Query()]
) -> Response:
    """Check-ins in the order of their last change, never with what is written in them. Who signs in sees their own and
    those of whom they lead."""
    listing = Listing.of(request, caller, query, "check_ins", viewer=caller.person_id)
    async with reading(request, caller) as tx:
        rows = await repository.list_check_ins(
            tx,
            after=position_of(listing, query),
            viewer_id=caller.person_id,
            person_id=query.person_id,
            status=query.status,
            limit=listing.fetch,
        )
        page = cut_changes(listing, rows)
        shown = CheckInPage(
            data=[CheckInOut.model_validate(row) for row in page.rows],
            next_cursor=page.next_cursor,
            has_more=page.has_more,
        )
        return answer(PAGE, shown)


@router.get("/{check_in_id:uuid}", summary="Read a check-in", response_model=CheckInWithTexts, openapi_extra=_AUDITED)
async def get_check_in(
    request: Request, check_in_id: UUID, caller: Annotated[Caller, require("check_ins:read")]
) -> Response:
    """A check-in with what is written in it, for the person and whoever leads them now; that it was read is on the audit
    log. A key that acts for no person learns that there is one."""
    vault: Vault = request.app.state.vault
    async with writing(request, caller) as tx:
        check_in = await service.get_check_in(tx, check_in_id, caller.person_id)
        parts = await service.read_parts(tx, vault, check_in, caller.person_id)
        return versioned(request, WITH_TEXTS, CheckInWithTexts.of(check_in, parts), check_in.version)


@router.patch("/{check_in_id:uuid}", summary="Write in a check-in", response_model=CheckInOut, responses=problems(409))
async def edit_check_in(
    request: Request,
    check_in_id: UUID,
    body: CheckInTexts,
    version: ExpectedVersion,
    caller: Annotated[Caller, require("check_ins:write")],
) -> Response:
    """Writes the parts that are given (JSON Merge Patch) and leaves the others. Only while it is open."""
    vault: Vault = request.app.state.vault
    async with writing(request, caller) as tx:
        check_in = await service.edit_check_in(
            tx,
            vault,
            check_in_id=check_in_id,
            viewer_id=caller.person_id,
            version=version,
            changes=body.changes(),
        )
        return _changed(request, check_in)


@router.post("/{check_in_id:uuid}:submit", summary="Submit a check-in", response_model=CheckInOut)
async def submit_check_in(
    request: Request,
    check_in_id: UUID,
    version: ExpectedVersion,
    caller: Annotated[Caller, require("check_ins:write")],
    body: CheckInTexts | None = None,
) -> Response:
    """Submits a check-in, with last changes if any. Progress, blockers (may be "none") and next targets are needed (422
    check_in_incomplete); from then on it stays as it is."""
    vault: Vault = request.app.state.vault
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=check_in_id)
        if claim.replay is not None:
            check_in = await service.get_check_in(tx, check_in_id, caller.person_id)
            return claim.marked(_changed(request, check_in))
        check_in = await service.submit_check_in(
            tx,
            vault,
            check_in_id=check_in_id,
            viewer_id=caller.person_id,
            version=version,
            changes={} if body is None else body.changes(),
        )
        return _changed(request, check_in)


def _created(check_in: CheckIn) -> Response:
    shown = CheckInOut.model_validate(check_in)
    return created(CHECK_IN, shown, location=f"/v1/check-ins/{check_in.id}", version=check_in.version)


def _changed(request: Request, check_in: CheckIn) -> Response:
    return versioned(request, CHECK_IN, CheckInOut.model_validate(check_in), check_in.version)
