"""Consent: every choice a customer made, and what is in force now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String, text
from sqlmodel import Field

from attune.batches.model import Name
from attune.kernel.purposes import CONSENTABLE, Purpose
from attune.kernel.schema import Table, belongs_to, check, index, one_of
from attune.kernel.tables import NOW


class Choice(StrEnum):
    """What a customer chose, or what time did for them."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ConsentMethod(StrEnum):
    """How the choice reached us."""

    CUSTOMER_STATED = "customer_stated"
    WEB_FORM = "web_form"
    OPERATOR_ATTESTED = "operator_attested"
    SYSTEM = "system"


class ConsentRecordTable(Table, table=True):
    """One choice for one purpose. Append-only: the history that answers what was in force at any past time."""

    __tablename__ = "consent_record"
    __table_args__ = (
        index("customer_id", "purpose", "effective_at"),
        belongs_to("customer", "customer_id"),
        one_of("purpose", sorted(CONSENTABLE)),
        one_of("choice", Choice),
        one_of("method", ConsentMethod),
        check("only_a_grant_expires", "expires_at IS NULL OR choice = 'granted'"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    customer_id: UUID
    purpose: Purpose = Field(sa_type=String(32))
    choice: Choice = Field(sa_type=String(16))
    method: ConsentMethod = Field(sa_type=String(32))
    effective_at: datetime
    expires_at: datetime | None
    evidence_sealed: bytes | None
    recorded_at: datetime = Field(sa_column_kwargs=NOW)


class ConsentStateTable(Table, table=True):
    """What is in force now: the row that PostgreSQL's policies read. No row means nobody asked."""

    __tablename__ = "consent_state"
    __table_args__ = (
        belongs_to("customer", "customer_id"),
        one_of("purpose", sorted(CONSENTABLE)),
        one_of("choice", Choice),
        index("expires_at", postgresql_where=text("choice = 'granted' AND expires_at IS NOT NULL")),
    )

    tenant_id: UUID = Field(primary_key=True)
    customer_id: UUID = Field(primary_key=True)
    purpose: Purpose = Field(sa_type=String(32), primary_key=True)
    choice: Choice = Field(sa_type=String(16))
    record_id: UUID
    since: datetime
    expires_at: datetime | None


class Consent(StrEnum):
    """What holds for one purpose. Unknown behaves as refused, and is counted apart: nobody was asked."""

    GRANTED = "granted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why it holds."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NEVER_ASKED = "never_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What holds for one purpose, why, since when, and until when where a grant ends by itself."""

    state: Consent
    reason: Reason
    since: datetime | None
    expires_at: datetime | None

    @property
    def is_granted(self) -> bool:
        """Whether emotional data may be used for the purpose."""
        return self.state is Consent.GRANTED


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The choice in force for one purpose. `at` is the moment that PostgreSQL's policies compare with."""

    customer_id: UUID
    purpose: Purpose
    choice: Choice
    since: datetime
    expires_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One choice as it was recorded; its evidence stays sealed."""

    id: UUID
    customer_id: UUID
    purpose: Purpose
    choice: Choice
    method: ConsentMethod
    effective_at: datetime
    expires_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceItem:
    """A choice to record. Without `effective_at` it is made now, and follows whatever holds."""

    customer: Name
    purpose: Purpose
    choice: Choice
    method: ConsentMethod
    effective_at: datetime | None = None
    expires_at: datetime | None = None
    evidence: str | None = None
