"""Evaluations: conversations judged by people against a rubric."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from attune.batches.model import ItemStatus
from attune.kernel.ids import new_id
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.kernel.vault import Vault
from attune.rubrics import repository, service
from attune.rubrics.errors import EvaluationNotFound
from attune.rubrics.rules import Sight
from attune_api.answers import answer, created, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.idempotency import claim_key
from attune_api.openapi import problems
from attune_api.paging import Listing
from attune_api.routes.schemas.batches import RESULTS, BatchResults, answer_batch, batch_item, failed_item, run_items
from attune_api.routes.schemas.evaluations import (
    EVALUATION,
    PAGE,
    WITH_NOTE,
    EvaluationIn,
    EvaluationOut,
    EvaluationPage,
    EvaluationsBatch,
    EvaluationWithNote,
)
from attune_api.routes.schemas.lists import ChangesQuery, cut_changes, position_of
from attune_api.routing import noun_router
from attune_api.transactions import reading, writing

router = noun_router("/evaluations", "Evaluations")

_AUDITED: Final = {"x-audited": True}


class EvaluationsQuery(ChangesQuery):
    """The filters of the list of evaluations."""

    person_id: UUID | None = Field(default=None, description="Only those of this person's conversations.")
    interaction_id: UUID | None = Field(default=None, description="Only those of this conversation.")


@router.post(
    "",
    status_code=201,
    summary="Evaluate a conversation",
    response_model=EvaluationOut,
    responses={200: {"model": EvaluationOut, "description": "The reference was there before"}, **problems(409)},
)
async def finish_evaluation(
    request: Request, body: EvaluationIn, caller: Annotated[Caller, require("evaluations:write")]
) -> Response:
    """Scores every dimension of a published rubric exactly once; null says that one did not apply. Nobody evaluates
    their own conversation."""
    evaluation_id = new_id()
    vault: Vault = request.app.state.vault
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=evaluation_id)
        if claim.replay is not None and claim.replay.resource_id is not None:
            status = 201 if claim.replay.outcome is None else 200
            return claim.marked(await _made(tx, claim.replay.resource_id, status))
        result = await service.finish_evaluation(tx, vault, body.to_item(evaluation_id), author_id=caller.person_id)
        if result.status is ItemStatus.UNCHANGED:
            await claim.remember({"status": result.status.value}, resource_id=result.id)
        return await _made(tx, result.require(), 201 if result.status is ItemStatus.CREATED else 200)


@router.post(":batchCreate", summary="Evaluate many conversations", response_model=BatchResults)
async def batch_create_evaluations(
    request: Request, body: EvaluationsBatch, caller: Annotated[Caller, require("evaluations:write")]
) -> Response:
    """Up to 200 evaluations. Each is created, unchanged (its reference was there before) or failed for itself, unless the
    batch is atomic."""
    vault: Vault = request.app.state.vault

    async def work(tx: WriteTransaction) -> BatchResults:
        results = await run_items(
            tx,
            body.items,
            lambda items: service.finish_evaluations(
                tx, vault, [item.to_item(new_id()) for item in items], author_id=caller.person_id
            ),
            failed_item,
            atomic=body.atomic,
        )
        return BatchResults(results=[batch_item(result) for result in results])

    return await answer_batch(request, caller, body, RESULTS, work)


@router.get("", summary="List evaluations", response_model=EvaluationPage)
async def list_evaluations(
    request: Request,
    caller: Annotated[Caller, require("evaluations:read")],
    query: Annotated[EvaluationsQuery, Query()],
) -> Response:
    """Evaluations in the order of their last change, never with their notes. Who signs in sees those of their own
    conversations, of those whom they lead, and those they made; quality and administrators see all."""
    listing = Listing.of(request, caller, query, "evaluations", viewer=caller.person_id)
    async with reading(request, caller) as tx:
        rows = await service.list_evaluations(
            tx,
            after=position_of(listing, query),
            viewer_id=caller.person_id,
            person_id=query.person_id,
            interaction_id=query.interaction_id,
            limit=listing.fetch,
        )
        page = cut_changes(listing, rows)
        shown = EvaluationPage(
            data=[EvaluationOut.of(row) for row in page.rows], next_cursor=page.next_cursor, has_more=page.has_more
        )
        return answer(PAGE, shown)


@router.get(
    "/{evaluation_id:uuid}", summary="Read an evaluation", response_model=EvaluationWithNote, openapi_extra=_AUDITED
)
async def get_evaluation(
    request: Request, evaluation_id: UUID, caller: Annotated[Caller, require("evaluations:read")]
) -> Response:
    """An evaluation with its note; that the note was read is on the audit log. A key that acts for no person sees the
    scores and never the note."""
    vault: Vault = request.app.state.vault
    async with writing(request, caller) as tx:
        evaluation, sight = await service.get_evaluation(tx, evaluation_id, caller.person_id)
        note = await service.read_note(tx, vault, evaluation) if sight is Sight.ALL else None
        shown = EvaluationWithNote(
            **EvaluationOut.of(evaluation).model_dump(), note=note, note_withheld=sight is not Sight.ALL
        )
        return versioned(request, WITH_NOTE, shown, evaluation.version)


async def _made(tx: ReadTransaction, evaluation_id: UUID, status: int) -> Response:
    """An evaluation for whoever sent it in, be it or not theirs to read later."""
    evaluation = await repository.get_evaluation(tx, evaluation_id)
    if evaluation is None:
        raise EvaluationNotFound
    return created(
        EVALUATION,
        EvaluationOut.of(evaluation),
        location=f"/v1/evaluations/{evaluation.id}",
        version=evaluation.version,
        status=status,
    )
