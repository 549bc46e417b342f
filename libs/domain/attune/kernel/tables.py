"""The kernel's own tables: the event log and its order, projections and their cursors, keys, claims, cron slots."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from attune.kernel.context import ActorKind
from attune.kernel.events import Outcome
from attune.kernel.purposes import Purpose
from attune.kernel.schema import Table, check, index, one_of, unique

NOW = {"server_default": text("clock_timestamp()")}


class EventTable(Table, table=True):
    """The event log: append-only. Every change and every access to emotional data is one row, written with it."""

    __tablename__ = "event"
    __table_args__ = (
        unique("event_id", "event_id"),
        Index(
            "event_stream_version_key",
            "tenant_id",
            "target_kind",
            "target_id",
            "version",
            unique=True,
            postgresql_where=text("version IS NOT NULL"),
        ),
        one_of("actor_kind", ActorKind),
        one_of("outcome", Outcome),
        one_of("purpose", Purpose),
    )

    tenant_id: UUID = Field(primary_key=True)
    pos: int = Field(sa_column=Column(BigInteger, Identity(always=True, cache=1), primary_key=True))
    event_id: UUID
    kind: str = Field(sa_type=String(64))
    schema_version: int = Field(sa_type=SmallInteger)
    outcome: Outcome = Field(sa_type=String(16))
    target_kind: str = Field(sa_type=String(32))
    target_id: UUID
    version: int | None
    concerns: UUID | None
    actor_kind: ActorKind = Field(sa_type=String(16))
    actor_id: UUID | None
    purpose: Purpose | None = Field(sa_type=String(32))
    request_id: str | None = Field(sa_type=String(128))
    traceparent: str | None = Field(sa_type=String(64))
    data: dict[str, Any] = Field(sa_type=JSONB)
    occurred_at: datetime
    recorded_at: datetime = Field(sa_column_kwargs=NOW)


class EventPendingTable(Table, table=True):
    """Events that are committed, or about to be, and have no place in the order yet. Stays nearly empty."""

    __tablename__ = "event_pending"

    shard: int = Field(sa_type=SmallInteger, primary_key=True)
    pos: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    tenant_id: UUID


class EventOrderTable(Table, table=True):
    """The order in which events are read: dense per shard, append-only."""

    __tablename__ = "event_order"

    shard: int = Field(sa_type=SmallInteger, primary_key=True)
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    tenant_id: UUID
    pos: int = Field(sa_type=BigInteger)


class EventHeadTable(Table, table=True):
    """How many events of each shard have a place in the order."""

    __tablename__ = "event_head"

    shard: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    seq: int = Field(sa_type=BigInteger)


class ProjectionTable(Table, table=True):
    """Which generation of each projection answers reads."""

    __tablename__ = "projection"

    name: str = Field(sa_type=String(64), primary_key=True)
    active_generation: int


class ProjectionCursorTable(Table, table=True):
    """How far each generation of a projection has read each shard. Moves in the transaction of the effects."""

    __tablename__ = "projection_cursor"

    projection: str = Field(sa_type=String(64), primary_key=True)
    generation: int = Field(primary_key=True)
    shard: int = Field(sa_type=SmallInteger, primary_key=True)
    seq: int = Field(sa_type=BigInteger)


class DeadLetterTable(Table, table=True):
    """Events a projection could not apply, and those of the same stream parked behind them. Never a payload."""

    __tablename__ = "dead_letter"
    __table_args__ = (index("projection", "generation", "target_kind", "target_id"),)

    tenant_id: UUID = Field(primary_key=True)
    projection: str = Field(sa_type=String(64), primary_key=True)
    generation: int = Field(primary_key=True)
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    pos: int = Field(sa_type=BigInteger)
    target_kind: str = Field(sa_type=String(32))
    target_id: UUID
    error_class: str | None = Field(sa_type=String(128))
    attempts: int
    first_at: datetime = Field(sa_column_kwargs=NOW)
    last_at: datetime = Field(sa_column_kwargs=NOW)


class TenantDirectoryTable(Table, table=True):
    """Which organisations exist and which shard their events travel in: ids only, for the worker's rounds."""

    __tablename__ = "tenant_directory"

    tenant_id: UUID = Field(primary_key=True)
    shard: int = Field(sa_type=SmallInteger)


class TenantKeyTable(Table, table=True):
    """An organisation's key, wrapped by the root key that `root_key_id` names."""

    __tablename__ = "tenant_key"

    tenant_id: UUID = Field(primary_key=True)
    root_key_id: str = Field(sa_type=String(64))
    wrapped: bytes
    created_at: datetime = Field(sa_column_kwargs=NOW)


class SubjectKeyTable(Table, table=True):
    """The data key of one person or customer, wrapped by the tenant key. Erasing the person is deleting this row."""

    __tablename__ = "subject_key"

    tenant_id: UUID = Field(primary_key=True)
    subject_id: UUID = Field(primary_key=True)
    wrapped: bytes
    created_at: datetime = Field(sa_column_kwargs=NOW)


class IdempotencyKeyTable(Table, table=True):
    """A claimed idempotency key: what was done under it, as a status and ids, never as a body."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        index("created_at"),
        check("key_is_not_empty", "key <> ''"),
    )

    tenant_id: UUID = Field(primary_key=True)
    principal_id: UUID = Field(primary_key=True)
    operation: str = Field(sa_type=String(64), primary_key=True)
    key: str = Field(sa_type=String(255), primary_key=True)
    fingerprint: bytes
    resource_id: UUID | None
    outcome: dict[str, Any] | None = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_column_kwargs=NOW)


class CronRunTable(Table, table=True):
    """Cron slots that have been taken, by the database's clock."""

    __tablename__ = "cron_run"

    name: str = Field(sa_type=Text, primary_key=True)
    slot: datetime = Field(primary_key=True)


class RestorationTable(Table, table=True):
    """Restores from a backup. While one of them has no replayed erasures, no service serves from this database."""

    __tablename__ = "restoration"

    id: UUID = Field(primary_key=True)
    backup_made_at: datetime
    restored_at: datetime = Field(sa_column_kwargs=NOW)
    replayed_at: datetime | None
