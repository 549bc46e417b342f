"""Signals: what a customer stated, or a person or model noted, about how the customer felt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Numeric, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from attune.batches.model import ExternalRef, Name
from attune.consent.model import Decision
from attune.kernel.errors import AttuneError, Refusal
from attune.kernel.schema import Table, belongs_to, check, index, one_of
from attune.kernel.tables import NOW


class Measure(StrEnum):
    """What was measured. Intensity: how strong the distress is (high is worse). The others: high is better."""

    EMOTION_INTENSITY = "emotion_intensity"
    SATISFACTION = "satisfaction"
    SENTIMENT = "sentiment"


class Moment(StrEnum):
    """When, seen from the conversation."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Source(StrEnum):
    """Who says so."""

    SELF_REPORT = "self_report"
    HUMAN_NOTE = "human_note"
    TEXT_MODEL = "text_model"


class Modality(StrEnum):
    """What it was taken from. Voice and face have no name here: they cannot be recorded."""

    STATED = "stated"
    TEXT = "text"


class SignalTable(Table, table=True):
    """One signal about a customer. Behind the consent gate.

    `value` is -1 (worst) to 1 (best), whatever the scale it was given on; the original value and scale stay beside it.
    """

    __tablename__ = "signal"
    __table_args__ = (
        index("customer_id", "observed_at", "id"),
        index("interaction_id"),
        belongs_to("customer", "customer_id"),
        belongs_to("interaction", "interaction_id"),
        one_of("measure", Measure),
        one_of("moment", Moment),
        one_of("source", Source),
        one_of("modality", Modality),
        check("value_is_normalised", "value BETWEEN -1 AND 1"),
        check("original_is_on_its_scale", "original_value BETWEEN scale_min AND scale_max AND scale_min < scale_max"),
        check("confidence_is_a_share", "confidence BETWEEN 0 AND 1"),
        check("a_turn_needs_its_interaction", "turn_position IS NULL OR interaction_id IS NOT NULL"),
        check("has_few_tags", "cardinality(tags) <= 20"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    customer_id: UUID
    interaction_id: UUID | None
    turn_position: int | None
    measure: Measure = Field(sa_type=String(32))
    moment: Moment = Field(sa_type=String(16))
    value: Decimal = Field(sa_type=Numeric(7, 6))
    original_value: Decimal = Field(sa_type=Numeric(9, 4))
    scale_min: Decimal = Field(sa_type=Numeric(9, 4))
    scale_max: Decimal = Field(sa_type=Numeric(9, 4))
    tags: list[str] = Field(sa_type=ARRAY(Text))
    note_sealed: bytes | None
    source: Source = Field(sa_type=String(16))
    modality: Modality = Field(sa_type=String(16))
    confidence: Decimal | None = Field(sa_type=Numeric(4, 3))
    author_id: UUID | None
    observed_at: datetime
    expires_at: datetime | None
    recorded_at: datetime = Field(sa_column_kwargs=NOW)


class SignalReferenceTable(Table, table=True):
    """Which reference of an integrator became which signal.

    Apart from the signal itself, because the consent gate would make `ON CONFLICT` on the gated table fail.
    """

    __tablename__ = "signal_reference"
    __table_args__ = (index("customer_id"), belongs_to("customer", "customer_id"))

    tenant_id: UUID = Field(primary_key=True)
    external_source: str = Field(sa_type=String(64), primary_key=True)
    external_id: str = Field(sa_type=String(128), primary_key=True)
    signal_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The scale a value was given on."""

    minimum: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSignal:
    """A signal on its way in. Customer and conversation are named by their id or by an integrator's reference."""

    id: UUID
    customer: Name
    interaction: Name | None = None
    turn_position: int | None = None
    external_ref: ExternalRef | None = None
    measure: Measure
    moment: Moment
    original_value: Decimal
    scale: Scale
    tags: tuple[str, ...] = ()
    note: str | None = None
    source: Source
    modality: Modality
    confidence: Decimal | None = None
    observed_at: datetime
    expires_at: datetime | None = None


class SignalStatus(StrEnum):
    """What became of a signal of a batch. Refused: without consent, which is recorded; failed: it cannot be."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalResult:
    """What became of one signal: its id, or why there is none."""

    status: SignalStatus
    id: UUID | None
    problem: AttuneError | Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal, as the consent gate yields it. The note is still sealed."""

    id: UUID
    customer_id: UUID
    interaction_id: UUID | None
    turn_position: int | None
    measure: Measure
    moment: Moment
    value: Decimal
    original_value: Decimal
    scale_min: Decimal
    scale_max: Decimal
    tags: list[str]
    note_sealed: bytes | None
    source: Source
    modality: Modality
    confidence: Decimal | None
    author_id: UUID | None
    observed_at: datetime
    expires_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalsShown:
    """What was shown of a customer's signals, or why nothing was. `notes` are those of the signals that have one."""

    customer_id: UUID
    decision: Decision
    signals: list[Signal]
    notes: dict[UUID, str]
