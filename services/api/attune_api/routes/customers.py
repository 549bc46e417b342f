"""Customers, known by the references of other systems."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.batches.model import ExternalRef, ItemStatus
from attune.customers import service
from attune.erasure.service import erase_customer as erase
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Vault
from attune_api.answers import answer, created, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.idempotency import claim_key
from attune_api.openapi import problems
from attune_api.paging import Listing
from attune_api.routes.schemas.batches import RESULTS, BatchResults, answer_batch, batch_item, failed_item, run_items
from attune_api.routes.schemas.customers import (
    CustomerDetails,
    CustomerLookup,
    CustomerOut,
    CustomerPage,
    CustomersBatch,
    ErasureReceipt,
    customer_items,
)
from attune_api.routes.schemas.lists import ChangesQuery, cut_changes, position_of
from attune_api.routes.schemas.references import PathExternalId, PathSource, to_domain
from attune_api.routing import noun_router
from attune_api.transactions import reading, writing

router = noun_router("/customers", "Customers")

CUSTOMER: Final = TypeAdapter(CustomerOut)
PAGE: Final = TypeAdapter(CustomerPage)
RECEIPT: Final = TypeAdapter(ErasureReceipt)


@router.post(":batchUpsert", summary="Take over customers from a CRM", response_model=BatchResults)
async def batch_upsert_customers(
    request: Request, body: CustomersBatch, caller: Annotated[Caller, require("customers:write")]
) -> Response:
    """Up to 200 customers. Each item is created, updated, unchanged or failed for itself."""

    async def work(tx: WriteTransaction) -> BatchResults:
        results = await run_items(
            tx,
            body.items,
            lambda customers: service.upsert_customers(tx, customer_items(customers)),
            failed_item,
            atomic=body.atomic,
            dry_run=body.dry_run,
        )
        return BatchResults(results=[batch_item(result) for result in results])

    return await answer_batch(request, caller, body, RESULTS, work)


@router.post(":lookup", summary="Look a customer up by reference", response_model=CustomerOut, responses=problems(404))
async def lookup_customer(
    request: Request, body: CustomerLookup, caller: Annotated[Caller, require("customers:read")]
) -> Response:
    """The customer with this reference. Like reading by reference, but a personal reference stays out of addresses."""
    async with reading(request, caller) as tx:
        customer = await service.get_customer_by_ref(tx, to_domain(body.external_ref))
        return versioned(request, CUSTOMER, CustomerOut.of(customer), customer.version)


@router.get("", summary="List customers", response_model=CustomerPage)
async def list_customers(
    request: Request, caller: Annotated[Caller, require("customers:read")], query: Annotated[ChangesQuery, Query()]
) -> Response:
    """Customers in the order of their last change, erased ones too."""
    listing = Listing.of(request, caller, query, "customers")
    async with reading(request, caller) as tx:
        rows = await service.list_customers(tx, after=position_of(listing, query), limit=listing.fetch)
        page = cut_changes(listing, rows)
        shown = CustomerPage(
            data=[CustomerOut.of(customer) for customer in page.rows],
            next_cursor=page.next_cursor,
            has_more=page.has_more,
        )
        return answer(PAGE, shown)


@router.put(
    "/by-ref/{source}/{external_id}",
    summary="Take over one customer",
    response_model=CustomerOut,
    responses={201: {"model": CustomerOut, "description": "Created"}},
)
async def upsert_customer(
    request: Request,
    source: PathSource,
    external_id: PathExternalId,
    body: CustomerDetails,
    caller: Annotated[Caller, require("customers:write")],
) -> Response:
    """Creates or replaces the customer with this reference. One that was erased is a new customer."""
    async with writing(request, caller) as tx:
        (result,) = await service.upsert_customers(tx, [body.to_item(ExternalRef(source, external_id))])
        customer = await service.get_customer(tx, result.require())
        shown = CustomerOut.of(customer)
        if result.status is ItemStatus.CREATED:
            return created(CUSTOMER, shown, location=f"/v1/customers/{customer.id}", version=customer.version)
        return versioned(request, CUSTOMER, shown, customer.version)


@router.get("/by-ref/{source}/{external_id}", summary="Read a customer by reference", response_model=CustomerOut)
async def get_customer_by_ref(
    request: Request,
    source: PathSource,
    external_id: PathExternalId,
    caller: Annotated[Caller, require("customers:read")],
) -> Response:
    """The customer whom another system knows by this reference."""
    async with reading(request, caller) as tx:
        customer = await service.get_customer_by_ref(tx, ExternalRef(source, external_id))
        return versioned(request, CUSTOMER, CustomerOut.of(customer), customer.version)


@router.get("/{customer_id:uuid}", summary="Read a customer", response_model=CustomerOut)
async def get_customer(
    request: Request, customer_id: UUID, caller: Annotated[Caller, require("customers:read")]
) -> Response:
    """The customer with this id."""
    async with reading(request, caller) as tx:
        customer = await service.get_customer(tx, customer_id)
        return versioned(request, CUSTOMER, CustomerOut.of(customer), customer.version)


@router.post("/{customer_id:uuid}:erase", summary="Erase a customer", response_model=ErasureReceipt)
async def erase_customer(
    request: Request, customer_id: UUID, caller: Annotated[Caller, require("organisation:admin")]
) -> Response:
    """Removes what is held about a customer, ends their consents, and gives a receipt. It cannot be undone; erasing
    again changes nothing and counts nothing. That there were conversations stays, and names nobody."""
    vault: Vault = request.app.state.vault
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, None, resource_id=customer_id)
        if claim.replay is not None and claim.replay.outcome is not None:
            return claim.marked(answer(RECEIPT, RECEIPT.validate_python(claim.replay.outcome)))
        receipt = ErasureReceipt.of(await erase(tx, vault, customer_id))
        await claim.remember(receipt.model_dump(mode="json"), customer_id)
        return answer(RECEIPT, receipt)
