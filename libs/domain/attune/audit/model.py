"""The audit log: one dense sequence of entries per organisation, each with the hash of its stored form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from attune.kernel.context import ActorKind
from attune.kernel.events import Outcome
from attune.kernel.purposes import Purpose
from attune.kernel.schema import Table, check, index


class AuditEntryTable(Table, table=True):
    """One event as the audit log keeps it. `leaf_hash` is the RFC 6962 leaf hash of the entry's canonical bytes."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        index("generation", "event_id", unique=True),
        index("generation", "actor_id", "seq"),
        index("generation", "target_id", "seq"),
        index("generation", "concerns", "seq"),
        index("generation", "action", "seq"),
        index("generation", "outcome", "seq"),
        check("leaf_hash_is_sha256", "octet_length(leaf_hash) = 32"),
        check("seq_starts_at_zero", "seq >= 0"),
    )

    tenant_id: UUID = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    event_id: UUID
    action: str = Field(sa_type=String(64))
    schema_version: int = Field(sa_type=SmallInteger)
    outcome: str = Field(sa_type=String(16))
    target_kind: str = Field(sa_type=String(32))
    target_id: UUID
    version: int | None
    concerns: UUID | None
    actor_kind: str = Field(sa_type=String(16))
    actor_id: UUID | None
    purpose: str | None = Field(sa_type=String(32))
    request_id: str | None = Field(sa_type=String(128))
    data: dict[str, Any] = Field(sa_type=JSONB)
    occurred_at: datetime
    recorded_at: datetime
    leaf_hash: bytes


class AuditHeadTable(Table, table=True):
    """How many entries an organisation's log has, and up to which recording time it is integrated."""

    __tablename__ = "audit_head"

    tenant_id: UUID = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    size: int = Field(sa_type=BigInteger)
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One entry: which fact, by whom, about what and whom, why, and how it ended."""

    tenant_id: UUID
    seq: int
    event_id: UUID
    action: str
    schema_version: int
    outcome: Outcome
    target_kind: str
    target_id: UUID
    version: int | None
    concerns: UUID | None
    actor_kind: ActorKind
    actor_id: UUID | None
    purpose: Purpose | None
    request_id: str | None
    data: Mapping[str, Any]
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedEntry:
    """An entry with the leaf hash it was stored with."""

    entry: AuditEntry
    leaf_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """How many entries a log has, and the latest recording time among them."""

    size: int
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What a steward looks for; None does not narrow. Times are those of recording, from included, to excluded."""

    actor_id: UUID | None = None
    target_id: UUID | None = None
    concerns: UUID | None = None
    action: str | None = None
    purpose: Purpose | None = None
    outcome: Outcome | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Entries that match, the latest first; how far the log has been integrated; and whether there are more."""

    entries: list[SealedEntry]
    has_more: bool
    head: AuditHead | None
