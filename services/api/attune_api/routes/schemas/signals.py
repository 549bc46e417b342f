"""Signals, as they are sent and answered."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, WithJsonSchema, model_validator
from typing_extensions import TypedDict

from attune.kernel.purposes import Purpose
from attune.sentiment.model import (
    Measure,
    Modality,
    Moment,
    NewSignal,
    Scale,
    Signal,
    SignalResult,
    SignalsShown,
    SignalStatus,
    Source,
)
from attune_api.paging import Page
from attune_api.problems import ItemProblem, item_problem
from attune_api.routes.schemas.batches import Atomic, EachForItself, ItemInvalid
from attune_api.routes.schemas.gate import GATE_REASONS, GateReason
from attune_api.routes.schemas.references import name_of, name_of_if_any, to_domain_if_any
from attune_api.routes.schemas.scales import ScaleIn, ScaleNumber, ScaleOut, only_number
from attune_api.schemas import (
    DeclaredPurpose,
    ExternalRef,
    RequestModel,
    ResponseModel,
    Timestamp,
    require_one_of,
)

MOST_SIGNALS: Final = 1000

_THOUSANDTH: Final = Decimal("0.001")

Confidence = Annotated[
    Decimal,
    BeforeValidator(only_number),
    Field(ge=0, le=1),
    AfterValidator(lambda share: share.quantize(_THOUSANDTH)),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]

Tag = Annotated[str, Field(pattern=r"^[a-z_]{1,32}$", examples=["frustrated"])]


class SignalIn(RequestModel):
    """How a customer felt, as they said themselves or somebody noticed. Never inferred from a voice or a face."""

    customer_ref: ExternalRef | None = Field(default=None, description="The customer; or name them by customer_id.")
    customer_id: UUID | None = None
    interaction_ref: ExternalRef | None = Field(
        default=None, description="The conversation it belongs to; or name it by interaction_id."
    )
    interaction_id: UUID | None = None
    turn_position: Annotated[int, Field(ge=0, le=499), BeforeValidator(only_number)] | None = Field(
        default=None, description="The turn of that conversation, from 0."
    )
    external_ref: ExternalRef | None = Field(
        default=None, description="Your own reference: sending it again adds nothing."
    )
    measure: Measure = Field(
        description="Intensity is how strong the distress is: high is worse. For the others high is better."
    )
    moment: Moment
    original_value: ScaleNumber = Field(description="The value as it was given.", examples=[4])
    scale: ScaleIn = Field(description="The scale it was given on.")
    tags: Annotated[list[Tag], Field(max_length=20)] = Field(default_factory=list)
    note: Annotated[str, Field(pattern=r"\S", max_length=2000)] | None = Field(
        default=None, description="Kept sealed under the customer's own key."
    )
    source: Source
    modality: Modality
    confidence: Confidence | None = Field(
        default=None, description="How sure a model is; required of one, kept to three decimals."
    )
    observed_at: Timestamp
    expires_at: Timestamp | None = Field(default=None, description="From then on it is shown to nobody.")

    @model_validator(mode="after")
    def _names_one_customer(self) -> Self:
        # Looked at here first: a thousand of them come at once, and hardly one is wrong.
        if (self.customer_ref is None) is (self.customer_id is None):
            require_one_of(self, "customer_ref", "customer_id")
        if self.interaction_ref is not None and self.interaction_id is not None:
            # It may be left out, but not be named twice.
            require_one_of(self, "interaction_ref", "interaction_id")
        return self

    def to_signal(self, signal_id: UUID) -> NewSignal:
        """The same, as the domain has it."""
        return NewSignal(
            id=signal_id,
            customer=name_of(self.customer_ref, self.customer_id),
            interaction=name_of_if_any(self.interaction_ref, self.interaction_id),
            turn_position=self.turn_position,
            external_ref=to_domain_if_any(self.external_ref),
            measure=self.measure,
            moment=self.moment,
            original_value=self.original_value,
            scale=Scale(minimum=self.scale.min, maximum=self.scale.max),
            tags=tuple(self.tags),
            note=self.note,
            source=self.source,
            modality=self.modality,
            confidence=self.confidence,
            observed_at=self.observed_at,
            expires_at=self.expires_at,
        )


class SignalsBatch(RequestModel):
    """Signals, of any customers."""

    items: Annotated[list[EachForItself[SignalIn]], Field(min_length=1, max_length=MOST_SIGNALS)]
    atomic: Atomic = False


class StoredStatus(StrEnum):
    """Whether the signal is new, or its reference was there before."""

    STORED = "stored"
    UNCHANGED = "unchanged"


class SignalStored(ResponseModel):
    """What became of a signal."""

    id: UUID
    status: StoredStatus


class SignalItem(TypedDict):
    """What became of one signal of a batch."""

    index: Annotated[int, Field(description="The item's place in the request, from 0.", examples=[0])]
    status: Annotated[SignalStatus, Field(description="Refused: the customer allows no use of emotional data now.")]
    id: Annotated[UUID | None, Field(description="The signal's id; null where it was not stored.")]
    problem: Annotated[ItemProblem | None, Field(description="Why it was refused or failed.", examples=[None])]


class SignalResults(TypedDict):
    """What became of each signal, in the order of the request."""

    results: list[SignalItem]


class SignalOut(TypedDict):
    """A signal. `value` is -1 (worst) to 1 (best), whatever the scale it was given on."""

    id: UUID
    customer_id: UUID
    interaction_id: UUID | None
    turn_position: int | None
    measure: Measure
    moment: Moment
    value: Annotated[float, Field(ge=-1, le=1, examples=[0.5])]
    original_value: Annotated[float, Field(examples=[4])]
    scale: ScaleOut
    tags: list[Tag]
    note: Annotated[str | None, Field(examples=["Calmer once she heard the date."])]
    source: Source
    modality: Modality
    confidence: float | None
    author_id: UUID | None
    observed_at: Timestamp
    expires_at: Timestamp | None
    recorded_at: Timestamp


class ShownStatus(StrEnum):
    """Whether consent lets the data be shown."""

    AVAILABLE = "available"
    WITHHELD = "withheld"


class SignalsPage(TypedDict):
    """A customer's signals for a declared purpose, newest first; or that they are withheld, and why."""

    status: ShownStatus
    reason: GateReason
    customer_id: UUID
    purpose: DeclaredPurpose
    data: list[SignalOut]
    next_cursor: str | None
    has_more: bool


STORED: Final = TypeAdapter(SignalStored)
RESULTS: Final = TypeAdapter(SignalResults)
PAGE: Final = TypeAdapter(SignalsPage)
"""Plain dictionaries and no models: the hottest read and the largest answer are not validated twice."""


def item_of(index: int, result: SignalResult) -> SignalItem:
    """What became of a signal, as it is answered."""
    problem = None if result.problem is None else item_problem(result.problem)
    return {"index": index, "status": result.status, "id": result.id, "problem": problem}


def invalid_item(index: int, invalid: ItemInvalid) -> SignalItem:
    """Likewise, for one that does not have the form of a signal."""
    problem = item_problem(invalid).model_copy(update={"errors": list(invalid.errors)})
    return {"index": index, "status": SignalStatus.FAILED, "id": None, "problem": problem}


def show(shown: SignalsShown, page: Page[Signal], purpose: Purpose) -> SignalsPage:
    """What was shown or withheld, as it is answered."""
    return {
        "status": ShownStatus.AVAILABLE if shown.decision.is_granted else ShownStatus.WITHHELD,
        "reason": GATE_REASONS[shown.decision.reason],
        "customer_id": shown.customer_id,
        "purpose": purpose,
        "data": [_signal(signal, shown.notes.get(signal.id)) for signal in page.rows],
        "next_cursor": page.next_cursor,
        "has_more": page.has_more,
    }


def _signal(signal: Signal, note: str | None) -> SignalOut:
    return {
        "id": signal.id,
        "customer_id": signal.customer_id,
        "interaction_id": signal.interaction_id,
        "turn_position": signal.turn_position,
        "measure": signal.measure,
        "moment": signal.moment,
        "value": float(signal.value),
        "original_value": float(signal.original_value),
        "scale": {"min": float(signal.scale_min), "max": float(signal.scale_max)},
        "tags": signal.tags,
        "note": note,
        "source": signal.source,
        "modality": signal.modality,
        "confidence": None if signal.confidence is None else float(signal.confidence),
        "author_id": signal.author_id,
        "observed_at": signal.observed_at,
        "expires_at": signal.expires_at,
        "recorded_at": signal.recorded_at,
    }
