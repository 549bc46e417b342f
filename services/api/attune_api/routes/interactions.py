"""Conversations with customers, and their turns."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.batches.model import ExternalRef, ItemStatus
from attune.interactions import service
from attune.interactions.model import Interaction, InteractionResult
from attune.kernel.errors import AttuneError
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.kernel.vault import Vault
from attune_api.answers import answer, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.paging import Listing
from attune_api.routes.schemas.batches import answer_batch, run_items
from attune_api.routes.schemas.interactions import (
    InteractionBatchItem,
    InteractionBatchResults,
    InteractionOut,
    InteractionPage,
    InteractionsBatch,
    InteractionWithTurns,
)
from attune_api.routes.schemas.lists import ChangesQuery, cut_changes, position_of
from attune_api.routes.schemas.references import PathExternalId, PathSource
from attune_api.routing import noun_router
from attune_api.transactions import reading

router = noun_router("/interactions", "Interactions")

RESULTS: Final = TypeAdapter(InteractionBatchResults)
INTERACTION: Final = TypeAdapter(InteractionWithTurns)
PAGE: Final = TypeAdapter(InteractionPage)


class InteractionsQuery(ChangesQuery):
    """The filters of the list of conversations."""

    customer_id: UUID | None = Field(default=None, description="Only this customer's.")
    person_id: UUID | None = Field(default=None, description="Only those this person handled.")


@router.post(":batchUpsert", summary="Take over conversations from a CRM", response_model=InteractionBatchResults)
async def batch_upsert_interactions(
    request: Request, body: InteractionsBatch, caller: Annotated[Caller, require("interactions:write")]
) -> Response:
    """Up to 200 conversations. Each item is created, updated, unchanged or failed for itself, and says how many texts
    of its turns were kept and how many were dropped because the customer does not allow quality review."""
    vault: Vault = request.app.state.vault

    async def work(tx: WriteTransaction) -> InteractionBatchResults:
        results = await run_items(
            tx,
            body.items,
            lambda items: service.upsert_interactions(tx, vault, [item.to_item() for item in items]),
            _failed,
            atomic=body.atomic,
        )
        return InteractionBatchResults(results=[InteractionBatchItem.of(result) for result in results])

    return await answer_batch(request, caller, body, RESULTS, work)


@router.get("", summary="List conversations", response_model=InteractionPage)
async def list_interactions(
    request: Request,
    caller: Annotated[Caller, require("interactions:read")],
    query: Annotated[InteractionsQuery, Query()],
) -> Response:
    """Conversations in the order of their last change, without their turns."""
    listing = Listing.of(request, caller, query, "interactions")
    async with reading(request, caller) as tx:
        rows = await service.list_interactions(
            tx,
            after=position_of(listing, query),
            limit=listing.fetch,
            customer_id=query.customer_id,
            person_id=query.person_id,
        )
        page = cut_changes(listing, rows)
        shown = InteractionPage(
            data=[InteractionOut.of(one) for one in page.rows], next_cursor=page.next_cursor, has_more=page.has_more
        )
        return answer(PAGE, shown)


@router.get(
    "/by-ref/{source}/{external_id}", summary="Read a conversation by reference", response_model=InteractionWithTurns
)
async def get_interaction_by_ref(
    request: Request,
    source: PathSource,
    external_id: PathExternalId,
    caller: Annotated[Caller, require("interactions:read")],
) -> Response:
    """The conversation that another system knows by this reference, with its turns but without their words."""
    async with reading(request, caller) as tx:
        one = await service.get_interaction_by_ref(tx, ExternalRef(source, external_id))
        return await _show(request, tx, one)


@router.get("/{interaction_id:uuid}", summary="Read a conversation", response_model=InteractionWithTurns)
async def get_interaction(
    request: Request, interaction_id: UUID, caller: Annotated[Caller, require("interactions:read")]
) -> Response:
    """The conversation with this id, with its turns but without their words."""
    async with reading(request, caller) as tx:
        return await _show(request, tx, await service.get_interaction(tx, interaction_id))


async def _show(request: Request, tx: ReadTransaction, one: Interaction) -> Response:
    turns = await service.list_turns(tx, one.id)
    return versioned(request, INTERACTION, InteractionWithTurns.with_turns(one, turns), one.version)


def _failed(index: int, problem: AttuneError) -> InteractionResult:
    return InteractionResult(index=index, status=ItemStatus.FAILED, id=None, problem=problem)
