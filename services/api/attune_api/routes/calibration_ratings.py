"""The ratings of a calibration round, and how far those who made them agree."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from attune.calibration import service
from attune.calibration.model import RunStatus
from attune.kernel.cursors import CursorInvalid
from attune.kernel.transactions import WriteTransaction
from attune_api.answers import answer, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.idempotency import claim_key
from attune_api.paging import Listing, PageQuery
from attune_api.routes.schemas.batches import answer_batch, failed_item, run_items
from attune_api.routes.schemas.calibration import ROUND, CalibrationRoundOut
from attune_api.routes.schemas.calibration_ratings import (
    RATINGS,
    RELIABILITY,
    RESULTS,
    RatingOut,
    RatingPage,
    RatingResult,
    RatingResults,
    RatingsBatch,
    ReliabilityOut,
)
from attune_api.routing import noun_router
from attune_api.transactions import reading, writing

router = noun_router("/calibration-rounds", "Calibration")

_UNFINISHED = (RunStatus.WAITING, RunStatus.COMPUTING)


@router.post("/{round_id:uuid}/ratings:batchUpsert", summary="Write ratings", response_model=RatingResults)
async def batch_upsert_ratings(
    request: Request, round_id: UUID, body: RatingsBatch, caller: Annotated[Caller, require("calibration:rate")]
) -> Response:
    """Up to 1,000 ratings of a round that is scoring; cells may stay empty. Who signs in sends their own, until they
    submit. A key that acts for no person sends ratings made elsewhere: raters and items are added as it names them."""

    async def work(tx: WriteTransaction) -> RatingResults:
        results = await run_items(
            tx,
            body.items,
            lambda items: service.upsert_ratings(
                tx, round_id, [item.to_domain() for item in items], author_id=caller.person_id
            ),
            failed_item,
            atomic=body.atomic,
        )
        return RatingResults(results=[RatingResult.of(result) for result in results])

    return await answer_batch(request, caller, body, RESULTS, work)


@router.get("/{round_id:uuid}/ratings", summary="List ratings", response_model=RatingPage)
async def list_ratings(
    request: Request,
    round_id: UUID,
    caller: Annotated[Caller, require("calibration:read")],
    query: Annotated[PageQuery, Query()],
) -> Response:
    """One's own; those of everybody who has submitted, once one has oneself or the review has begun."""
    viewer = None if caller.person_id is None else str(caller.person_id)
    listing = Listing.of(request, caller, query, "calibration_ratings", round=str(round_id), viewer=viewer)
    after = None
    if listing.after is not None:
        try:
            item, dimension, rater = listing.after
            after = (item, dimension, UUID(rater))
        except ValueError as error:
            raise CursorInvalid from error
    async with reading(request, caller) as tx:
        view = await service.view_round(tx, round_id, caller.person_id)
        rows = await service.list_ratings(tx, view, after=after, limit=listing.fetch)
        page = listing.cut(rows, key=lambda rating: (rating.item, rating.dimension, rating.rater_id))
        shown = RatingPage(
            data=[RatingOut.of(row) for row in page.rows], next_cursor=page.next_cursor, has_more=page.has_more
        )
        return answer(RATINGS, shown)


@router.post("/{round_id:uuid}:submit", summary="Submit one's ratings", response_model=CalibrationRoundOut)
async def submit_ratings(
    request: Request, round_id: UUID, caller: Annotated[Caller, require("calibration:rate")]
) -> Response:
    """Stand by one's ratings, which stay as they are from then on, and see the others'."""
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, None, resource_id=round_id)
        if claim.replay is not None:
            round_ = await service.get_round(tx, round_id)
            return claim.marked(versioned(request, ROUND, CalibrationRoundOut.of(round_), round_.version))
        round_ = await service.submit_ratings(tx, round_id, author_id=caller.person_id)
        return versioned(request, ROUND, CalibrationRoundOut.of(round_), round_.version)


@router.get(
    "/{round_id:uuid}/reliability",
    summary="Read how far the raters agree",
    response_model=ReliabilityOut,
    responses={202: {"model": ReliabilityOut, "description": "Being computed; the figures are of older ratings"}},
)
async def get_reliability(
    request: Request, round_id: UUID, caller: Annotated[Caller, require("calibration:read")]
) -> Response:
    """For each dimension the coefficients with their intervals, a verdict with its reason, what the raters split on, and
    how each rater compares. The worker computes it anew when submitted ratings change; until then it is 202, with the
    progress. Blind until one's own submission."""
    async with reading(request, caller) as tx:
        view = await service.view_round(tx, round_id, caller.person_id)
        report = await service.read_report(tx, view)
        is_unfinished = report.run.status in _UNFINISHED
        return answer(
            RELIABILITY,
            ReliabilityOut.of(report),
            status=202 if is_unfinished else 200,
            headers={"retry-after": "1"} if is_unfinished else None,
        )
