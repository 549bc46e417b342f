"""What customers agreed to, purpose by purpose."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.consent import service
from attune.consent.model import Choice, ChoiceItem
from attune.kernel.clock import utc_now
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Vault
from attune_api.answers import answer, created
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.idempotency import claim_key
from attune_api.routes.schemas.batches import RESULTS, BatchResults, answer_batch, batch_item, failed_item, run_items
from attune_api.routes.schemas.consents import (
    ChoiceIn,
    ConsentRecordOut,
    ConsentsBatch,
    ConsentStates,
    GrantIn,
    choice_items,
    states_of,
)
from attune_api.routing import noun_router
from attune_api.schemas import RequestModel, Timestamp
from attune_api.transactions import reading, writing

router = noun_router("", "Consents")

RECORD: Final = TypeAdapter(ConsentRecordOut)
STATES: Final = TypeAdapter(ConsentStates)


class MomentQuery(BaseModel):
    """The moment that a state is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Annotated[Timestamp | None, Field(description="A moment of the past. Left out: now.")] = None


@router.post(
    "/customers/{customer_id:uuid}/consents:grant",
    status_code=201,
    summary="Record that a customer agreed",
    response_model=ConsentRecordOut,
)
async def grant_consent(
    request: Request, customer_id: UUID, body: GrantIn, caller: Annotated[Caller, require("consents:write")]
) -> Response:
    """The customer agreed that what they felt may be used for this purpose. It holds at once."""
    return await _record(request, caller, body, body.to_item(customer_id), customer_id)


@router.post(
    "/customers/{customer_id:uuid}/consents:refuse",
    status_code=201,
    summary="Record that a customer refused",
    response_model=ConsentRecordOut,
)
async def refuse_consent(
    request: Request, customer_id: UUID, body: ChoiceIn, caller: Annotated[Caller, require("consents:write")]
) -> Response:
    """The customer was asked for this purpose and said no."""
    return await _record(request, caller, body, body.to_item(customer_id, Choice.REFUSED), customer_id)


@router.post(
    "/customers/{customer_id:uuid}/consents:withdraw",
    status_code=201,
    summary="Record that a customer took a consent back",
    response_model=ConsentRecordOut,
)
async def withdraw_consent(
    request: Request, customer_id: UUID, body: ChoiceIn, caller: Annotated[Caller, require("consents:write")]
) -> Response:
    """From this answer on nothing is shown for this purpose. What was never granted can be withdrawn too."""
    return await _record(request, caller, body, body.to_item(customer_id, Choice.WITHDRAWN), customer_id)


@router.get(
    "/customers/{customer_id:uuid}/consents", summary="See what a customer agreed to", response_model=ConsentStates
)
async def get_consents(
    request: Request,
    customer_id: UUID,
    caller: Annotated[Caller, require("consents:read")],
    query: Annotated[MomentQuery, Query()],
) -> Response:
    """What holds for every purpose: now, or what held at a moment of the past by all that is known now."""
    async with reading(request, caller) as tx:
        decisions = await service.list_decisions(tx, customer_id, at=query.at)
        states = ConsentStates(customer_id=customer_id, at=query.at or utc_now(), purposes=states_of(decisions))
        return answer(STATES, states)


@router.post("/consents:batchCreate", summary="Record choices of many customers", response_model=BatchResults)
async def batch_create_consents(
    request: Request, body: ConsentsBatch, caller: Annotated[Caller, require("consents:write")]
) -> Response:
    """Up to 200 choices, in the order they are to take effect. The same choice of the same `effective_at` is recorded
    once: it is unchanged when it comes again."""
    vault: Vault = request.app.state.vault

    async def work(tx: WriteTransaction) -> BatchResults:
        results = await run_items(
            tx,
            body.items,
            lambda choices: service.record_choices(tx, vault, choice_items(choices)),
            failed_item,
            atomic=body.atomic,
        )
        return BatchResults(results=[batch_item(result) for result in results])

    return await answer_batch(request, caller, body, RESULTS, work)


async def _record(
    request: Request, caller: Caller, body: RequestModel, item: ChoiceItem, customer_id: UUID
) -> Response:
    vault: Vault = request.app.state.vault
    location = f"/v1/customers/{customer_id}/consents"
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body)
        if claim.replay is not None and claim.replay.resource_id is not None:
            made = await service.get_record(tx, claim.replay.resource_id)
            return claim.marked(created(RECORD, ConsentRecordOut.of(made), location=location))
        made = await service.record_choice(tx, vault, item)
        await claim.remember({}, made.id)
        return created(RECORD, ConsentRecordOut.of(made), location=location)
