"""Signals: how customers felt, recorded with their consent and read for a declared purpose."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from attune.batches.errors import NotApplied
from attune.batches.model import ExternalRef, Name
from attune.kernel.errors import Refusal
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Vault
from attune.sentiment import service
from attune.sentiment.model import SignalResult, SignalStatus
from attune_api.answers import answer, problem_from
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.idempotency import claim_key
from attune_api.openapi import problems
from attune_api.paging import Listing, PageQuery
from attune_api.purposes import RequiredPurpose
from attune_api.refusal_counts import count_refusals
from attune_api.routes.schemas.batches import Invalid, answer_batch
from attune_api.routes.schemas.gate import GATE_REASONS
from attune_api.routes.schemas.references import PathExternalId, PathSource
from attune_api.routes.schemas.signals import (
    PAGE,
    RESULTS,
    STORED,
    SignalIn,
    SignalItem,
    SignalResults,
    SignalsBatch,
    SignalsPage,
    SignalStored,
    StoredStatus,
    invalid_item,
    item_of,
    show,
)
from attune_api.routing import noun_router
from attune_api.transactions import writing

router = noun_router("/signals", "Signals")
of_customers = noun_router("/customers", "Signals")

_NOT_APPLIED: Final = SignalResult(status=SignalStatus.FAILED, id=None, problem=NotApplied())


@router.post(
    "",
    status_code=201,
    summary="Record a signal",
    response_model=SignalStored,
    responses={200: {"model": SignalStored, "description": "The reference was there before"}, **problems(409)},
)
async def record_signal(
    request: Request, body: SignalIn, caller: Annotated[Caller, require("signals:write")]
) -> Response:
    """Records how a customer felt. Without a live consent of theirs for any purpose nothing is kept, and the refusal
    (403 consent_missing) is on the audit log."""
    signal_id = new_id()
    vault: Vault = request.app.state.vault
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=signal_id)
        if claim.refusal is not None:
            return claim.marked(problem_from(request, claim.refusal))
        if claim.replay is not None and claim.replay.resource_id is not None:
            return claim.marked(_stored(claim.replay.resource_id, is_new=claim.replay.outcome is None))
        result = await service.record_signal(tx, vault, body.to_signal(signal_id), author_id=caller.person_id)
        if isinstance(result, Refusal):
            count_refusals("record_signal", result.code)
            return problem_from(request, await claim.refuse(result))
        assert result.id is not None, "what was neither refused nor raised has its id"
        if result.status is SignalStatus.UNCHANGED:
            await claim.remember({"status": result.status.value}, resource_id=result.id)
        return _stored(result.id, is_new=result.status is SignalStatus.CREATED)


@router.post(":batchCreate", summary="Record many signals", response_model=SignalResults)
async def batch_create_signals(
    request: Request, body: SignalsBatch, caller: Annotated[Caller, require("signals:write")]
) -> Response:
    """Up to 1,000 signals. Each is created, unchanged (its reference was there before), refused (no live consent; each
    refusal is on the audit log) or failed for itself, unless the batch is atomic."""
    vault: Vault = request.app.state.vault

    async def work(tx: WriteTransaction) -> SignalResults:
        return SignalResults(results=await _record(tx, vault, body, caller.person_id))

    return await answer_batch(request, caller, body, RESULTS, work)


@of_customers.get("/{customer_id:uuid}/signals", summary="Read a customer's signals", response_model=SignalsPage)
async def list_signals(
    request: Request,
    customer_id: UUID,
    caller: Annotated[Caller, require("signals:read")],
    purpose: RequiredPurpose,
    query: Annotated[PageQuery, Query()],
) -> Response:
    """The customer's signals for the declared purpose, newest first. Without a live consent for just that purpose the
    answer says `withheld` and why. Either way it is on the audit log before the answer leaves."""
    return await _read(request, caller, customer_id, purpose, query)


@of_customers.get(
    "/by-ref/{source}/{external_id}/signals",
    summary="Read a customer's signals by reference",
    response_model=SignalsPage,
)
async def list_signals_by_ref(
    request: Request,
    *,
    source: PathSource,
    external_id: PathExternalId,
    caller: Annotated[Caller, require("signals:read")],
    purpose: RequiredPurpose,
    query: Annotated[PageQuery, Query()],
) -> Response:
    """The signals of the customer whom another system knows by this reference, as by id."""
    return await _read(request, caller, ExternalRef(source, external_id), purpose, query)


async def _read(request: Request, caller: Caller, customer: Name, purpose: Purpose, query: PageQuery) -> Response:
    listing = Listing.of(request, caller, query, "signals", customer=customer, purpose=purpose)
    observed_at, signal_id = listing.after_time_and_id()
    vault: Vault = request.app.state.vault
    before = None if observed_at is None or signal_id is None else (observed_at, signal_id)
    async with writing(request, caller, purpose) as tx:
        shown = await service.read_signals(tx, vault, customer, purpose, before=before, limit=listing.limit)
        if not shown.decision.is_granted:
            count_refusals("list_signals", GATE_REASONS[shown.decision.reason])
        page = listing.cut(shown.signals, key=lambda signal: (signal.observed_at.isoformat(), signal.id))
        return answer(PAGE, show(shown, page, purpose))


async def _record(tx: WriteTransaction, vault: Vault, body: SignalsBatch, author_id: UUID | None) -> list[SignalItem]:
    good = {index: item for index, item in enumerate(body.items) if not isinstance(item, Invalid)}
    items = {
        index: invalid_item(index, item.problem) for index, item in enumerate(body.items) if isinstance(item, Invalid)
    }
    if body.atomic and items:
        results = [_NOT_APPLIED] * len(good)
    else:
        signals = [item.to_signal(new_id()) for item in good.values()]
        results = await service.record_signals(tx, vault, signals, author_id=author_id, atomic=body.atomic)
    refused = sum(result.status is SignalStatus.REFUSED for result in results)
    count_refusals("record_signal", service.CONSENT_MISSING.code, refused)
    for index, result in zip(good, results, strict=True):
        items[index] = item_of(index, result)
    return [items[index] for index in range(len(body.items))]


def _stored(signal_id: UUID, *, is_new: bool) -> Response:
    status = StoredStatus.STORED if is_new else StoredStatus.UNCHANGED
    return answer(STORED, SignalStored(id=signal_id, status=status), status=201 if is_new else 200)
