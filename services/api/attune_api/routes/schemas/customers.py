"""Customers, as they are sent and answered."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from attune.batches.model import ExternalRef as DomainRef
from attune.customers.model import Customer, CustomerItem
from attune.erasure.model import Receipt
from attune_api.routes.schemas.batches import MOST_ITEMS, Atomic, DryRun, EachForItself
from attune_api.routes.schemas.fields import Locale
from attune_api.routes.schemas.references import to_domain
from attune_api.schemas import ExternalRef, RequestModel, ResponseModel, Timestamp, reference_of


class CustomerDetails(RequestModel):
    """The whole of what may be told about a customer: no name, no address. What is left out is cleared."""

    locale: Locale | None = None

    def to_item(self, ref: DomainRef) -> CustomerItem:
        """The same, as the domain has it."""
        return CustomerItem(ref=ref, locale=self.locale)


class CustomerIn(CustomerDetails):
    """A customer, with the reference the CRM knows them by."""

    external_ref: ExternalRef


class CustomersBatch(RequestModel):
    """Customers."""

    items: Annotated[list[EachForItself[CustomerIn]], Field(min_length=1, max_length=MOST_ITEMS)]
    atomic: Atomic = False
    dry_run: DryRun = False


class CustomerLookup(RequestModel):
    """Whom to look up: in a body, since a reference can be personal."""

    external_ref: ExternalRef


class CustomerOut(ResponseModel):
    """A customer; of an erased one only the id and the time of the erasure are left."""

    id: UUID
    external_ref: ExternalRef | None
    locale: str | None = Field(examples=["nl-NL"])
    erased_at: Timestamp | None = Field(examples=[None])
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, customer: Customer) -> Self:
        """A customer as they are answered."""
        return cls(
            id=customer.id,
            external_ref=reference_of(customer.external_source, customer.external_id),
            locale=customer.locale,
            erased_at=customer.erased_at,
            created_at=customer.created_at,
            updated_at=customer.updated_at,
        )


class CustomerPage(ResponseModel):
    """A page of customers."""

    data: list[CustomerOut]
    next_cursor: str | None
    has_more: bool


class ErasedCounts(ResponseModel):
    """How many of the customer's things were removed."""

    signals: int = Field(examples=[12])
    signal_references: int = Field(description="References of other systems to signals.", examples=[12])
    emotional_contexts: int = Field(examples=[1])
    turn_texts: int = Field(description="Turns of conversations that lost their words.", examples=[40])
    consent_evidence: int = Field(description="Choices that lost their evidence; the choices stay.", examples=[2])
    escalations: int = Field(description="Escalations that lost their texts.", examples=[1])
    keys: int = Field(description="Keys destroyed: what they sealed can be read in no backup.", examples=[1])
    consents_ended: int = Field(description="Consents that were still granted, and ended.", examples=[2])


class ErasureReceipt(ResponseModel):
    """What an erasure did."""

    customer_id: UUID
    erased_at: Timestamp
    counts: ErasedCounts

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """A receipt as it is answered."""
        return cls(
            customer_id=receipt.customer_id,
            erased_at=receipt.erased_at,
            counts=ErasedCounts(**asdict(receipt.counts), consents_ended=receipt.consents_ended),
        )


def customer_items(batch: list[CustomerIn]) -> list[CustomerItem]:
    """The customers of a batch, as the domain has them."""
    return [customer.to_item(to_domain(customer.external_ref)) for customer in batch]
