"""Consents, as they are sent and answered."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from attune.batches.model import Name
from attune.consent.model import Choice, ChoiceItem, Consent, ConsentMethod, ConsentRecord, Decision, Reason
from attune.kernel.purposes import Purpose
from attune_api.routes.schemas.batches import MOST_ITEMS, Atomic, EachForItself
from attune_api.routes.schemas.references import name_of
from attune_api.schemas import (
    DeclaredPurpose,
    ExternalRef,
    RequestModel,
    ResponseModel,
    Timestamp,
    require_one_of,
)


def _not_by_the_system(value: ConsentMethod) -> ConsentMethod:
    if value is ConsentMethod.SYSTEM:
        raise PydanticCustomError("enum", "internal")
    return value


def _not_by_time(value: Choice) -> Choice:
    if value is Choice.EXPIRED:
        raise PydanticCustomError("enum", "internal")
    return value


Method = Annotated[
    ConsentMethod,
    AfterValidator(_not_by_the_system),
    WithJsonSchema(
        {"type": "string", "enum": [each.value for each in ConsentMethod if each is not ConsentMethod.SYSTEM]}
    ),
]
"""How a choice reached the organisation."""

MadeChoice = Annotated[
    Choice,
    AfterValidator(_not_by_time),
    WithJsonSchema({"type": "string", "enum": [each.value for each in Choice if each is not Choice.EXPIRED]}),
]
"""What a customer can choose."""

Evidence = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4000,
        description="What shows that the customer chose so: the words, the form and its version. Stored sealed.",
        examples=["Said yes on the phone, script v3"],
    ),
]


class ChoiceIn(RequestModel):
    """A customer's no to a purpose, or one taken back."""

    model_config = ConfigDict(json_schema_extra={"example": {"purpose": "coaching"}})

    purpose: DeclaredPurpose
    method: Method = ConsentMethod.CUSTOMER_STATED
    effective_at: Timestamp | None = Field(
        default=None, description="When the customer chose, if earlier. Left out: now, after whatever holds."
    )
    evidence: Evidence | None = None

    def to_item(self, customer: Name, choice: Choice) -> ChoiceItem:
        """The same, as the domain has it."""
        return ChoiceItem(
            customer=customer,
            purpose=self.purpose,
            choice=choice,
            method=self.method,
            effective_at=self.effective_at,
            expires_at=None,
            evidence=self.evidence,
        )


class GrantIn(RequestModel):
    """A customer's yes to a purpose."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "purpose": "service_contact",
                "method": "customer_stated",
                "evidence": "Said yes on the phone, script v3",
            }
        }
    )

    purpose: DeclaredPurpose
    method: Method
    effective_at: Timestamp | None = Field(
        default=None, description="When the customer chose, if earlier. Left out: now, after whatever holds."
    )
    expires_at: Timestamp | None = Field(default=None, description="When the consent ends by itself.")
    evidence: Evidence | None = None

    def to_item(self, customer: Name) -> ChoiceItem:
        """The same, as the domain has it."""
        return ChoiceItem(
            customer=customer,
            purpose=self.purpose,
            choice=Choice.GRANTED,
            method=self.method,
            effective_at=self.effective_at,
            expires_at=self.expires_at,
            evidence=self.evidence,
        )


class ConsentIn(GrantIn):
    """A customer's choice. Name the customer by reference or by id."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "customer_ref": {"source": "crm", "external_id": "c-10042"},
                "purpose": "quality_review",
                "choice": "granted",
                "method": "web_form",
                "effective_at": "2026-11-02T09:00:00Z",
                "expires_at": "2027-11-02T09:00:00Z",
                "evidence": "Privacy form v3, box 2 ticked",
            }
        }
    )

    customer_ref: ExternalRef | None = None
    customer_id: UUID | None = Field(default=None, examples=[None])
    choice: MadeChoice

    @model_validator(mode="after")
    def _names_one_customer(self) -> Self:
        require_one_of(self, "customer_ref", "customer_id")
        return self


class ConsentsBatch(RequestModel):
    """Choices of customers. Say `effective_at` in each, and the batch can be repeated."""

    items: Annotated[list[EachForItself[ConsentIn]], Field(min_length=1, max_length=MOST_ITEMS)]
    atomic: Atomic = False


class ConsentRecordOut(ResponseModel):
    """A recorded choice. Its evidence is not shown."""

    id: UUID
    customer_id: UUID
    purpose: Purpose
    choice: Choice
    method: ConsentMethod
    effective_at: Timestamp
    expires_at: Timestamp | None
    recorded_at: Timestamp

    @classmethod
    def of(cls, record: ConsentRecord) -> Self:
        """A record as it is answered."""
        return cls.model_validate(record)


class ConsentState(ResponseModel):
    """What holds for one purpose. Unknown behaves as refused: nobody was asked."""

    purpose: Purpose
    state: Consent
    reason: Reason
    since: Timestamp | None = Field(description="Since when; null if nobody was asked.")
    expires_at: Timestamp | None = Field(description="When a grant ends, or ended, by itself.")


class ConsentStates(ResponseModel):
    """What holds for each purpose."""

    customer_id: UUID
    at: Timestamp
    purposes: list[ConsentState]


def states_of(decisions: dict[Purpose, Decision]) -> list[ConsentState]:
    """Decisions as they are answered, in the order of the purposes."""
    return [
        ConsentState(
            purpose=purpose,
            state=decision.state,
            reason=decision.reason,
            since=decision.since,
            expires_at=decision.expires_at,
        )
        for purpose, decision in decisions.items()
    ]


def choice_items(batch: list[ConsentIn]) -> list[ChoiceItem]:
    """The choices of a batch, as the domain has them."""
    return [
        ChoiceItem(
            customer=name_of(one.customer_ref, one.customer_id),
            purpose=one.purpose,
            choice=one.choice,
            method=one.method,
            effective_at=one.effective_at,
            expires_at=one.expires_at,
            evidence=one.evidence,
        )
        for one in batch
    ]
