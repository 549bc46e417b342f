"""Appending to the event log: the event, and its place among those that wait for the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from attune.kernel.context import ActorKind
from attune.kernel.events import Event
from attune.kernel.purposes import Purpose


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An event on its way into the log, with the settings it was recorded under."""

    event_id: UUID
    event: Event
    tenant_id: UUID
    actor_kind: ActorKind
    actor_id: UUID | None
    purpose: Purpose | None
    request_id: str | None
    traceparent: str | None


_ENTER_ORDER = """
  ON CONFLICT (tenant_id, event_id) DO NOTHING
  RETURNING pos, tenant_id
)
INSERT INTO event_pending (shard, pos, tenant_id) SELECT $1, pos, tenant_id FROM appended
"""

_INTO = """
WITH appended AS (
  INSERT INTO event (tenant_id, event_id, kind, schema_version, outcome, target_kind, target_id, version, concerns,
                     actor_kind, actor_id, purpose, request_id, traceparent, data, occurred_at)
"""

APPEND = (
    _INTO  # noqa: S608  # from the constants beside it
    + """
  SELECT tenant_id, event_id, kind, schema_version, outcome, target_kind, target_id, version, concerns,
         actor_kind, actor_id, purpose, request_id, traceparent, data, coalesce(occurred_at, clock_timestamp())
  FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[], $8::uuid[], $9::int[],
              $10::uuid[], $11::text[], $12::uuid[], $13::text[], $14::text[], $15::text[], $16::jsonb[],
              $17::timestamptz[]) WITH ORDINALITY
    AS new (tenant_id, event_id, kind, schema_version, outcome, target_kind, target_id, version, concerns,
            actor_kind, actor_id, purpose, request_id, traceparent, data, occurred_at, ordinal)
  ORDER BY ordinal
"""
    + _ENTER_ORDER
)  # from the constants beside it
"""Appends a transaction's events in one round trip. An event id that is already there is a no-op."""

APPEND_ONE = (
    _INTO
    + """
  VALUES ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, coalesce($17, clock_timestamp()))
"""
    + _ENTER_ORDER
)
"""The same for a single event, which most transactions have: sixteen arrays of one would cost more to encode."""


APPEND_ALIKE = (
    _INTO  # noqa: S608  # from the constants beside it
    + """
  SELECT $2, event_id, $3, $4, $5, $6, target_id, version, concerns, $7, $8, $9, $10, $11, data,
         coalesce(occurred_at, clock_timestamp())
  FROM unnest($12::uuid[], $13::uuid[], $14::int[], $15::uuid[], $16::jsonb[], $17::timestamptz[]) WITH ORDINALITY
    AS new (event_id, target_id, version, concerns, data, occurred_at, ordinal)
  ORDER BY ordinal
"""
    + _ENTER_ORDER
)
"""The same for the events of a batch, which are of one kind by one actor: what they share is said once. As arrays it took
half of the time of appending them to encode."""


def append_statement(shard: int, events: Sequence[PendingEvent]) -> tuple[Any, ...]:
    """The statement that appends these events of one organisation, and its arguments."""
    first = events[0]
    if len(events) == 1:
        return (APPEND_ONE, shard, *_row(first))
    shared = _shared(first)
    if all(_shared(pending) == shared for pending in events):
        own = [
            [pending.event_id for pending in events],
            [pending.event.target_id for pending in events],
            [pending.event.version for pending in events],
            [pending.event.concerns for pending in events],
            [pending.event.data() for pending in events],
            [pending.event.occurred_at for pending in events],
        ]
        return (APPEND_ALIKE, shard, first.tenant_id, *shared, *own)
    rows = [_row(pending) for pending in events]
    return (APPEND, shard, *(list(column) for column in zip(*rows, strict=True)))


def _shared(pending: PendingEvent) -> tuple[Any, ...]:
    """What events of one batch have in common: their kind, and who recorded them, why and in which request."""
    event = pending.event
    return (
        event.kind,
        event.schema_version,
        event.outcome.value,
        event.target_kind,
        pending.actor_kind.value,
        pending.actor_id,
        pending.purpose.value if pending.purpose else None,
        pending.request_id,
        pending.traceparent,
    )


def _row(pending: PendingEvent) -> tuple[Any, ...]:
    event = pending.event
    return (
        pending.tenant_id,
        pending.event_id,
        event.kind,
        event.schema_version,
        event.outcome.value,
        event.target_kind,
        event.target_id,
        event.version,
        event.concerns,
        pending.actor_kind.value,
        pending.actor_id,
        pending.purpose.value if pending.purpose else None,
        pending.request_id,
        pending.traceparent,
        event.data(),
        event.occurred_at,
    )
