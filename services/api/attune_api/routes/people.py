"""People who work in the organisation."""

from __future__ import annotations

from typing import Annotated, Final, cast
from uuid import UUID

from fastapi import Query
from pydantic import Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.batches.model import ExternalRef, ItemStatus
from attune.kernel.transactions import WriteTransaction
from attune.organisations.rules import Scope
from attune.people import service
from attune.people.model import PersonChanges, PersonStatus
from attune_api.answers import ExpectedVersion, answer, created, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.openapi import problems
from attune_api.paging import Listing
from attune_api.routes.schemas.batches import RESULTS, BatchResults, answer_batch, batch_item, failed_item, run_items
from attune_api.routes.schemas.lists import ChangesQuery, cut_changes, position_of
from attune_api.routes.schemas.people import (
    PeopleBatch,
    PersonDetails,
    PersonOut,
    PersonPage,
    PersonPatch,
    person_items,
)
from attune_api.routes.schemas.references import PathExternalId, PathSource
from attune_api.routing import noun_router
from attune_api.transactions import reading, writing

router = noun_router("/people", "People")

PERSON: Final = TypeAdapter(PersonOut)
PAGE: Final = TypeAdapter(PersonPage)


class PeopleQuery(ChangesQuery):
    """The filters of the list of people."""

    team_id: UUID | None = Field(default=None, description="Only people of this team.")
    status: PersonStatus | None = None


@router.post(":batchUpsert", summary="Take over people from an HR system", response_model=BatchResults)
async def batch_upsert_people(
    request: Request, body: PeopleBatch, caller: Annotated[Caller, require("people:write")]
) -> Response:
    """Up to 200 people, leads in any order. Each item is created, updated, unchanged or failed for itself; an item says
    everything its system knows about the person. Whoever is inactive is cut off at once."""

    async def work(tx: WriteTransaction) -> BatchResults:
        results = await run_items(
            tx,
            body.items,
            lambda people: service.upsert_people(tx, person_items(people), is_administrator=_is_administrator(caller)),
            failed_item,
            atomic=body.atomic,
            dry_run=body.dry_run,
        )
        return BatchResults(results=[batch_item(result) for result in results])

    return await answer_batch(request, caller, body, RESULTS, work)


@router.get("", summary="List people", response_model=PersonPage)
async def list_people(
    request: Request, caller: Annotated[Caller, require("people:read")], query: Annotated[PeopleQuery, Query()]
) -> Response:
    """People in the order of their last change."""
    listing = Listing.of(request, caller, query, "people")
    async with reading(request, caller) as tx:
        rows = await service.list_people(
            tx, after=position_of(listing, query), limit=listing.fetch, team_id=query.team_id, status=query.status
        )
        page = cut_changes(listing, rows)
        shown = PersonPage(
            data=[PersonOut.of(person) for person in page.rows], next_cursor=page.next_cursor, has_more=page.has_more
        )
        return answer(PAGE, shown)


@router.put(
    "/by-ref/{source}/{external_id}",
    summary="Take over one person",
    response_model=PersonOut,
    responses={201: {"model": PersonOut, "description": "Created"}, **problems(409)},
)
async def upsert_person(
    request: Request,
    source: PathSource,
    external_id: PathExternalId,
    body: PersonDetails,
    caller: Annotated[Caller, require("people:write")],
) -> Response:
    """Creates or replaces the person with this reference."""
    async with writing(request, caller) as tx:
        (result,) = await service.upsert_people(
            tx, [body.to_item(ExternalRef(source, external_id))], is_administrator=_is_administrator(caller)
        )
        person = await service.get_person(tx, result.require())
        if result.status is ItemStatus.CREATED:
            return created(PERSON, PersonOut.of(person), location=f"/v1/people/{person.id}", version=person.version)
        return versioned(request, PERSON, PersonOut.of(person), person.version)


@router.get("/by-ref/{source}/{external_id}", summary="Read a person by reference", response_model=PersonOut)
async def get_person_by_ref(
    request: Request,
    source: PathSource,
    external_id: PathExternalId,
    caller: Annotated[Caller, require("people:read")],
) -> Response:
    """The person whom another system knows by this reference."""
    async with reading(request, caller) as tx:
        person = await service.get_person_by_ref(tx, ExternalRef(source, external_id))
        return versioned(request, PERSON, PersonOut.of(person), person.version)


@router.get("/{person_id:uuid}", summary="Read a person", response_model=PersonOut)
async def get_person(request: Request, person_id: UUID, caller: Annotated[Caller, require("people:read")]) -> Response:
    """The person with this id."""
    async with reading(request, caller) as tx:
        person = await service.get_person(tx, person_id)
        return versioned(request, PERSON, PersonOut.of(person), person.version)


@router.patch("/{person_id:uuid}", summary="Change a person", response_model=PersonOut)
async def change_person(
    request: Request,
    person_id: UUID,
    body: PersonPatch,
    caller: Annotated[Caller, require("people:write")],
    version: ExpectedVersion,
) -> Response:
    """Changes what is given (JSON Merge Patch) and leaves the rest."""
    given = cast(PersonChanges, {name: getattr(body, name) for name in body.model_fields_set})
    async with writing(request, caller) as tx:
        person = await service.change_person(tx, person_id, given, expected_version=version)
        return versioned(request, PERSON, PersonOut.of(person), person.version)


def _is_administrator(caller: Caller) -> bool:
    return Scope.ORGANISATION_ADMIN in caller.scopes
