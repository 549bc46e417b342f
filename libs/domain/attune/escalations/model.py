"""Escalations: a conversation handed on, with what the next person must know so that nobody has to say it twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import SmallInteger, String, text
from sqlmodel import Field

from attune.batches.model import ExternalRef
from attune.kernel.schema import Table, belongs_to, check, index, one_of, unique_reference
from attune.kernel.tables import NOW


class EscalationStatus(StrEnum):
    """Offered to a team, which accepts or bounces it; an accepted one is resolved."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    RESOLVED = "resolved"


class Severity(StrEnum):
    """How much it matters to the customer."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Resolution(StrEnum):
    """How it ended, for the customer."""

    RECOVERED = "recovered"
    UNRECOVERED = "unrecovered"


class BounceReason(StrEnum):
    """Why a team hands an escalation back."""

    WRONG_TEAM = "wrong_team"
    CONTEXT_UNCLEAR = "context_unclear"
    NO_CAPACITY = "no_capacity"


class EscalationTable(Table, table=True):
    """The process: who hands what to whom. What happened and what was promised is sealed under the customer's key."""

    __tablename__ = "escalation"
    __table_args__ = (
        unique_reference(),
        index("status", "id"),
        index("team_id", "id"),
        index("customer_id", "id"),
        index("updated_at", "id"),
        belongs_to("customer", "customer_id"),
        belongs_to("interaction", "interaction_id"),
        belongs_to("person", "opened_by_id"),
        belongs_to("person", "assignee_id"),
        belongs_to("team", "team_id"),
        one_of("status", EscalationStatus),
        one_of("severity", Severity),
        one_of("resolution", Resolution),
        one_of("bounce_reason", BounceReason),
        check("resolved_has_its_resolution", "(status = 'resolved') = (resolution IS NOT NULL)"),
        check("bounced_has_its_reason", "(status = 'bounced') = (bounce_reason IS NOT NULL)"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    external_source: str | None = Field(sa_type=String(64))
    external_id: str | None = Field(sa_type=String(128))
    customer_id: UUID
    interaction_id: UUID | None
    team_id: UUID
    opened_by_id: UUID | None
    assignee_id: UUID | None
    severity: Severity = Field(sa_type=String(16))
    status: EscalationStatus = Field(sa_type=String(16))
    what_happened_sealed: bytes
    promises_made_sealed: bytes | None
    next_step_sealed: bytes | None
    resolution: Resolution | None = Field(sa_type=String(16))
    bounce_reason: BounceReason | None = Field(sa_type=String(32))
    customer_had_to_repeat: bool | None
    opened_at: datetime = Field(sa_column_kwargs=NOW)
    accepted_at: datetime | None
    resolved_at: datetime | None
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    updated_at: datetime = Field(sa_column_kwargs=NOW)


class EmotionalContextTable(Table, table=True):
    """How the customer feels about it. Behind the consent gate; kept only where `service_contact` was granted."""

    __tablename__ = "emotional_context"
    __table_args__ = (
        belongs_to("escalation", "escalation_id"),
        belongs_to("customer", "customer_id"),
        index("customer_id"),
        check("intensity_is_0_to_4", "observed_intensity BETWEEN 0 AND 4"),
    )

    tenant_id: UUID = Field(primary_key=True)
    escalation_id: UUID = Field(primary_key=True)
    customer_id: UUID
    observed_intensity: int = Field(sa_type=SmallInteger)
    stated_emotion_sealed: bytes
    triggers_sealed: bytes | None
    what_helped_sealed: bytes | None
    what_to_avoid_sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """What the next person must know. Empty where the customer was erased."""

    what_happened: str | None
    promises_made: str | None = None
    next_step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionalContext:
    """How the customer feels about it: in their words, as strong as somebody saw it (0 to 4), and what to know."""

    stated_emotion: str
    observed_intensity: int
    triggers: str | None = None
    what_helped: str | None = None
    what_to_avoid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEscalation:
    """An escalation on its way in; what it names was found already."""

    id: UUID
    external_ref: ExternalRef | None
    customer_id: UUID
    interaction_id: UUID | None
    team_id: UUID
    opened_by_id: UUID | None
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """The process, without a word of what happened."""

    id: UUID
    external_source: str | None
    external_id: str | None
    customer_id: UUID
    interaction_id: UUID | None
    team_id: UUID
    opened_by_id: UUID | None
    assignee_id: UUID | None
    severity: Severity
    status: EscalationStatus
    resolution: Resolution | None
    bounce_reason: BounceReason | None
    customer_had_to_repeat: bool | None
    opened_at: datetime
    accepted_at: datetime | None
    resolved_at: datetime | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedHandoff:
    """The handoff as it is stored."""

    what_happened: bytes
    promises_made: bytes | None
    next_step: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedContext:
    """The emotional context as it is stored."""

    stated_emotion: bytes
    observed_intensity: int
    triggers: bytes | None
    what_helped: bytes | None
    what_to_avoid: bytes | None
