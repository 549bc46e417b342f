"""Rubrics: what good empathy looks like, in dimensions and anchored levels."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from attune.rubrics import repository, service
from attune_api.answers import answer, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.paging import Listing, PageQuery
from attune_api.routes.schemas.rubrics import RUBRIC, RUBRICS, RubricOut, RubricPage, RubricSummary
from attune_api.routing import noun_router
from attune_api.transactions import reading

router = noun_router("/rubrics", "Rubrics")


@router.get("", summary="List rubrics", response_model=RubricPage)
async def list_rubrics(
    request: Request, caller: Annotated[Caller, require("rubrics:read")], query: Annotated[PageQuery, Query()]
) -> Response:
    """Rubrics in their latest published version, oldest first."""
    listing = Listing.of(request, caller, query, "rubrics")
    async with reading(request, caller) as tx:
        rows = await repository.list_rubrics(tx, after=listing.after_id(), limit=listing.fetch)
        page = listing.cut(rows, key=lambda rubric: (rubric.id,))
        shown = RubricPage(
            data=[RubricSummary.model_validate(rubric) for rubric in page.rows],
            next_cursor=page.next_cursor,
            has_more=page.has_more,
        )
        return answer(RUBRICS, shown)


@router.get("/{rubric_id:uuid}", summary="Read a rubric", response_model=RubricOut)
async def get_rubric(request: Request, rubric_id: UUID, caller: Annotated[Caller, require("rubrics:read")]) -> Response:
    """The latest published version, with what each level of each dimension looks like. A published version never
    changes."""
    async with reading(request, caller) as tx:
        rubric = await service.get_rubric(tx, rubric_id)
        return versioned(request, RUBRIC, RubricOut.model_validate(rubric), rubric.number)
