"""Calibration rounds: people score the same conversations blind, then look at where and why they differ."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from attune.calibration import service
from attune.calibration.model import Round, RoundStatus
from attune.kernel.ids import new_id
from attune.kernel.transactions import WriteTransaction
from attune_api.answers import ExpectedVersion, answer, created, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.idempotency import claim_key
from attune_api.openapi import problems
from attune_api.paging import Listing, PageQuery
from attune_api.routes.schemas.calibration import (
    ITEMS,
    PAGE,
    ROUND,
    WITH_RATERS,
    CalibrationItemOut,
    CalibrationItemPage,
    CalibrationRoundIn,
    CalibrationRoundOut,
    CalibrationRoundPage,
    CalibrationRoundWithRaters,
    InviteIn,
    ResolveRoundIn,
)
from attune_api.routes.schemas.lists import ChangesQuery, cut_changes, position_of
from attune_api.routing import noun_router
from attune_api.schemas import RequestModel
from attune_api.transactions import reading, writing

router = noun_router("/calibration-rounds", "Calibration")


class RoundsQuery(ChangesQuery):
    """The filters of the list of calibration rounds."""

    status: RoundStatus | None = None


@router.post(
    "",
    status_code=201,
    summary="Open a calibration round",
    response_model=CalibrationRoundOut,
    responses={200: {"model": CalibrationRoundOut, "description": "The reference was there before"}, **problems(409)},
)
async def open_calibration_round(
    request: Request, body: CalibrationRoundIn, caller: Annotated[Caller, require("calibration:write")]
) -> Response:
    """Prepares a round against a version of a rubric, or on dimensions and a scale of its own. Nobody rates before it is
    started."""
    round_id = new_id()
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=round_id)
        if claim.replay is not None and claim.replay.resource_id is not None:
            round_ = await service.get_round(tx, claim.replay.resource_id)
            return claim.marked(_opened(round_, is_new=claim.replay.outcome is None))
        round_, is_new = await service.open_round(tx, body.to_new(round_id))
        if not is_new:
            await claim.remember({"is_new": False}, resource_id=round_.id)
        return _opened(round_, is_new=is_new)


@router.get("", summary="List calibration rounds", response_model=CalibrationRoundPage)
async def list_calibration_rounds(
    request: Request, caller: Annotated[Caller, require("calibration:read")], query: Annotated[RoundsQuery, Query()]
) -> Response:
    """Rounds in the order of their last change. Who signs in sees those they lead or rate in; quality and administrators
    see all."""
    listing = Listing.of(request, caller, query, "calibration_rounds", viewer=_viewer(caller))
    async with reading(request, caller) as tx:
        rows = await service.list_rounds(
            tx,
            after=position_of(listing, query),
            viewer_id=caller.person_id,
            status=query.status,
            limit=listing.fetch,
        )
        page = cut_changes(listing, rows)
        shown = CalibrationRoundPage(
            data=[CalibrationRoundOut.of(row) for row in page.rows],
            next_cursor=page.next_cursor,
            has_more=page.has_more,
        )
        return answer(PAGE, shown)


@router.get("/{round_id:uuid}", summary="Read a calibration round", response_model=CalibrationRoundWithRaters)
async def get_calibration_round(
    request: Request, round_id: UUID, caller: Annotated[Caller, require("calibration:read")]
) -> Response:
    """A round with its raters and how far they are. The ETag is for `If-Match`; this answer is never 304, since who has
    submitted changes without a new version."""
    async with reading(request, caller) as tx:
        view = await service.view_round(tx, round_id, caller.person_id)
        shown = CalibrationRoundWithRaters.seen(view)
        return answer(WITH_RATERS, shown, headers={"etag": f'"v{view.round.version}"'})


@router.get("/{round_id:uuid}/items", summary="List what is rated", response_model=CalibrationItemPage)
async def list_calibration_items(
    request: Request,
    round_id: UUID,
    caller: Annotated[Caller, require("calibration:read")],
    query: Annotated[PageQuery, Query()],
) -> Response:
    """The items of a round, in the order of their keys."""
    listing = Listing.of(request, caller, query, "calibration_items", round=str(round_id))
    async with reading(request, caller) as tx:
        view = await service.view_round(tx, round_id, caller.person_id)
        after = None if listing.after is None else listing.after[0]
        page = listing.cut(
            await service.list_items(tx, view, after=after, limit=listing.fetch), key=lambda item: (item.key,)
        )
        shown = CalibrationItemPage(
            data=[CalibrationItemOut.of(row) for row in page.rows],
            next_cursor=page.next_cursor,
            has_more=page.has_more,
        )
        return answer(ITEMS, shown)


@router.post("/{round_id:uuid}:invite", summary="Invite more raters", response_model=CalibrationRoundOut)
async def invite_calibration_raters(
    request: Request, round_id: UUID, body: InviteIn, caller: Annotated[Caller, require("calibration:write")]
) -> Response:
    """Before scoring or while it goes on; who joins late is marked so."""
    names = [rater.to_domain() for rater in body.raters]

    async def invite(tx: WriteTransaction) -> Round:
        return await service.invite_raters(tx, round_id, names, viewer_id=caller.person_id)

    return await _step(request, caller, round_id, body, invite)


@router.post("/{round_id:uuid}:startScoring", summary="Start scoring", response_model=CalibrationRoundOut)
async def start_calibration_scoring(
    request: Request,
    round_id: UUID,
    version: ExpectedVersion,
    caller: Annotated[Caller, require("calibration:write")],
) -> Response:
    """From now on the raters rate, each blind until their own submission."""

    async def start(tx: WriteTransaction) -> Round:
        return await service.start_scoring(tx, round_id, version=version, viewer_id=caller.person_id)

    return await _step(request, caller, round_id, None, start)


@router.post("/{round_id:uuid}:startReview", summary="Start the review", response_model=CalibrationRoundOut)
async def start_calibration_review(
    request: Request,
    round_id: UUID,
    version: ExpectedVersion,
    caller: Annotated[Caller, require("calibration:write")],
) -> Response:
    """Ends scoring, once a quorum has submitted. From now on everybody in the round sees all submitted ratings."""

    async def start(tx: WriteTransaction) -> Round:
        return await service.start_review(tx, round_id, version=version, viewer_id=caller.person_id)

    return await _step(request, caller, round_id, None, start)


@router.post("/{round_id:uuid}:resolve", summary="Resolve a round", response_model=CalibrationRoundOut)
async def resolve_calibration_round(
    request: Request,
    round_id: UUID,
    body: ResolveRoundIn,
    version: ExpectedVersion,
    caller: Annotated[Caller, require("calibration:write")],
) -> Response:
    """Says what the raters made of it."""

    async def resolve(tx: WriteTransaction) -> Round:
        return await service.resolve_round(
            tx, round_id, version=version, viewer_id=caller.person_id, outcome=body.outcome
        )

    return await _step(request, caller, round_id, body, resolve)


@router.post("/{round_id:uuid}:close", summary="Close a round", response_model=CalibrationRoundOut)
async def close_calibration_round(
    request: Request,
    round_id: UUID,
    version: ExpectedVersion,
    caller: Annotated[Caller, require("calibration:write")],
) -> Response:
    """Ends a resolved round, or gives one up that never came to a review. A closed round stays as it is."""

    async def close(tx: WriteTransaction) -> Round:
        return await service.close_round(tx, round_id, version=version, viewer_id=caller.person_id)

    return await _step(request, caller, round_id, None, close)


async def _step(
    request: Request,
    caller: Caller,
    round_id: UUID,
    body: RequestModel | None,
    take: Callable[[WriteTransaction], Awaitable[Round]],
) -> Response:
    """Take a step, once for each Idempotency-Key."""
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=round_id)
        if claim.replay is not None:
            return claim.marked(_changed(request, await service.get_round(tx, round_id)))
        return _changed(request, await take(tx))


def _changed(request: Request, round_: Round) -> Response:
    return versioned(request, ROUND, CalibrationRoundOut.of(round_), round_.version)


def _opened(round_: Round, *, is_new: bool) -> Response:
    return created(
        ROUND,
        CalibrationRoundOut.of(round_),
        location=f"/v1/calibration-rounds/{round_.id}",
        version=round_.version,
        status=201 if is_new else 200,
    )


def _viewer(caller: Caller) -> str | None:
    return None if caller.person_id is None else str(caller.person_id)
