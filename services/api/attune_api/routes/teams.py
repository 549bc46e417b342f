"""Teams and how they belong together."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.batches.model import ExternalRef, ItemStatus
from attune.kernel.transactions import WriteTransaction
from attune.people import service
from attune_api.answers import answer, created, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.paging import Listing
from attune_api.routes.schemas.batches import RESULTS, BatchResults, answer_batch, batch_item, failed_item, run_items
from attune_api.routes.schemas.lists import ChangesQuery, cut_changes, position_of
from attune_api.routes.schemas.people import TeamDetails, TeamOut, TeamPage, TeamsBatch, team_items
from attune_api.routes.schemas.references import PathExternalId, PathSource
from attune_api.routing import noun_router
from attune_api.transactions import reading, writing

router = noun_router("/teams", "Teams")

TEAM: Final = TypeAdapter(TeamOut)
PAGE: Final = TypeAdapter(TeamPage)


@router.post(":batchUpsert", summary="Take over teams from an HR system", response_model=BatchResults)
async def batch_upsert_teams(
    request: Request, body: TeamsBatch, caller: Annotated[Caller, require("people:write")]
) -> Response:
    """Up to 200 teams, parents in any order. Each item is created, updated, unchanged or failed for itself."""

    async def work(tx: WriteTransaction) -> BatchResults:
        results = await run_items(
            tx,
            body.items,
            lambda teams: service.upsert_teams(tx, team_items(teams)),
            failed_item,
            atomic=body.atomic,
            dry_run=body.dry_run,
        )
        return BatchResults(results=[batch_item(result) for result in results])

    return await answer_batch(request, caller, body, RESULTS, work)


@router.get("", summary="List teams", response_model=TeamPage)
async def list_teams(
    request: Request, caller: Annotated[Caller, require("people:read")], query: Annotated[ChangesQuery, Query()]
) -> Response:
    """Teams in the order of their last change."""
    listing = Listing.of(request, caller, query, "teams")
    async with reading(request, caller) as tx:
        page = cut_changes(
            listing, await service.list_teams(tx, after=position_of(listing, query), limit=listing.fetch)
        )
        shown = TeamPage(
            data=[TeamOut.of(team) for team in page.rows], next_cursor=page.next_cursor, has_more=page.has_more
        )
        return answer(PAGE, shown)


@router.put(
    "/by-ref/{source}/{external_id}",
    summary="Take over one team",
    response_model=TeamOut,
    responses={201: {"model": TeamOut, "description": "Created"}},
)
async def upsert_team(
    request: Request,
    source: PathSource,
    external_id: PathExternalId,
    body: TeamDetails,
    caller: Annotated[Caller, require("people:write")],
) -> Response:
    """Creates or replaces the team with this reference."""
    async with writing(request, caller) as tx:
        (result,) = await service.upsert_teams(tx, [body.to_item(ExternalRef(source, external_id))])
        team = await service.get_team(tx, result.require())
        if result.status is ItemStatus.CREATED:
            return created(TEAM, TeamOut.of(team), location=f"/v1/teams/{team.id}", version=team.version)
        return versioned(request, TEAM, TeamOut.of(team), team.version)


@router.get("/by-ref/{source}/{external_id}", summary="Read a team by reference", response_model=TeamOut)
async def get_team_by_ref(
    request: Request,
    source: PathSource,
    external_id: PathExternalId,
    caller: Annotated[Caller, require("people:read")],
) -> Response:
    """The team that another system knows by this reference."""
    async with reading(request, caller) as tx:
        team = await service.get_team_by_ref(tx, ExternalRef(source, external_id))
        return versioned(request, TEAM, TeamOut.of(team), team.version)


@router.get("/{team_id:uuid}", summary="Read a team", response_model=TeamOut)
async def get_team(request: Request, team_id: UUID, caller: Annotated[Caller, require("people:read")]) -> Response:
    """The team with this id."""
    async with reading(request, caller) as tx:
        team = await service.get_team(tx, team_id)
        return versioned(request, TEAM, TeamOut.of(team), team.version)
