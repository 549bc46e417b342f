"""Every statement about the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from attune.audit.model import AuditEntry, AuditFilter, AuditHead, SealedEntry
from attune.audit.rules import OWN_LOAD_ACTIONS
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_LOCK_HEAD: Final = "SELECT size FROM audit_head WHERE tenant_id = $1 AND generation = $2 FOR UPDATE"

_APPEND: Final = """
INSERT INTO audit_entry (
  tenant_id, generation, seq, event_id, action, schema_version, outcome, target_kind, target_id, version, concerns,
  actor_kind, actor_id, purpose, request_id, data, occurred_at, recorded_at, leaf_hash)
SELECT $1, $2, * FROM unnest(
  $3::bigint[], $4::uuid[], $5::text[], $6::smallint[], $7::text[], $8::text[], $9::uuid[], $10::int[], $11::uuid[],
  $12::text[], $13::uuid[], $14::text[], $15::text[], $16::jsonb[], $17::timestamptz[], $18::timestamptz[],
  $19::bytea[])
ON CONFLICT (tenant_id, generation, event_id) DO NOTHING
"""

_MOVE_HEAD: Final = """
INSERT INTO audit_head (tenant_id, generation, size, as_of) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, generation) DO UPDATE
SET size = excluded.size, as_of = greatest(audit_head.as_of, excluded.as_of)
"""

_KNOWN: Final = """
SELECT event_id FROM audit_entry WHERE tenant_id = $1 AND generation = $2 AND event_id = ANY($3::uuid[])
"""

_HEAD: Final = """
SELECT h.size, h.as_of FROM audit_head h
WHERE h.tenant_id = $1 AND h.generation = (SELECT active_generation FROM projection WHERE name = 'audit')
"""

_FIRST_SINCE: Final = """
WITH RECURSIVE active AS (
  SELECT h.generation, h.size FROM audit_head h
  WHERE h.tenant_id = $1 AND h.generation = (SELECT active_generation FROM projection WHERE name = 'audit')
), halving (low, high) AS (
  SELECT 0::bigint, size FROM active
  UNION ALL
  SELECT CASE WHEN asked.is_before THEN asked.middle + 1 ELSE asked.low END,
         CASE WHEN asked.is_before THEN asked.high ELSE asked.middle END
  FROM (
    SELECT h.low, h.high, (h.low + h.high) / 2 AS middle,
           (SELECT e.recorded_at < $2 FROM audit_entry e, active a
            WHERE e.tenant_id = $1 AND e.generation = a.generation AND e.seq = (h.low + h.high) / 2) AS is_before
    FROM halving h WHERE h.low < h.high
  ) AS asked
)
SELECT low FROM halving WHERE low = high
"""
"""The sequence is nearly in the order of recording, so a time is found by halving: some twenty single rows instead of a
scan through a million."""

_OVERLAP: Final = timedelta(minutes=10)
"""How far recording time and sequence can differ: longer than any transaction is allowed to stay open."""

_SEARCH: Final = """
SELECT tenant_id, seq, event_id, action, schema_version, outcome, target_kind, target_id, version, concerns, actor_kind,
       actor_id, purpose, request_id, data, occurred_at, recorded_at, leaf_hash
FROM audit_entry
WHERE tenant_id = $1
  AND generation = (SELECT active_generation FROM projection WHERE name = 'audit')
  AND seq >= $2 AND seq < $3
  AND ($5::uuid IS NULL OR actor_id = $5)
  AND ($6::uuid IS NULL OR target_id = $6)
  AND ($7::uuid IS NULL OR concerns = $7)
  AND ($8::text IS NULL OR action = $8)
  AND ($9::text IS NULL OR purpose = $9)
  AND ($10::text IS NULL OR outcome = $10)
  AND ($11::timestamptz IS NULL OR recorded_at >= $11)
  AND ($12::timestamptz IS NULL OR recorded_at < $12)
  AND (action <> ALL($13::text[]) OR concerns = $14::uuid)
"""

_NEWEST_FIRST: Final = " ORDER BY seq DESC LIMIT $4"

_SEARCH_ALL: Final = _SEARCH + _NEWEST_FIRST

_SEARCH_BY: Final = {
    "target_id": _SEARCH + "  AND target_id = $6" + _NEWEST_FIRST,
    "concerns": _SEARCH + "  AND concerns = $7" + _NEWEST_FIRST,
    "actor_id": _SEARCH + "  AND actor_id = $5" + _NEWEST_FIRST,
    "action": _SEARCH + "  AND action = $8" + _NEWEST_FIRST,
    "outcome": _SEARCH + "  AND outcome = $10" + _NEWEST_FIRST,
}
"""A statement for each filter that has an index, the most selective first: repeated as a plain condition, the index serves
it in whatever plan PostgreSQL keeps."""

_APPLIED: Final = """
WITH place AS MATERIALIZED (
  SELECT h.generation, h.size - 1 - greatest(0, logged.seq - derived.seq) AS seq
  FROM projection audit
  JOIN audit_head h ON h.tenant_id = $1 AND h.generation = audit.active_generation
  JOIN projection_cursor logged
    ON logged.projection = 'audit' AND logged.generation = audit.active_generation AND logged.shard = $2
  JOIN projection behind ON behind.name = $3
  JOIN projection_cursor derived
    ON derived.projection = $3 AND derived.generation = behind.active_generation AND derived.shard = $2
  WHERE audit.name = 'audit'
)
SELECT recorded_at FROM audit_entry
WHERE tenant_id = $1 AND generation = (SELECT generation FROM place) AND seq = (SELECT seq FROM place)
"""
"""The place comes first, as values, and its entry is then one row by its key. Anything else reads the whole log (83 ms at
13,000 entries): a correlated place is worked out anew for each entry, and a join on one may not use the index, since the
arithmetic in it is not leakproof and must wait behind row-level security."""

_FIELDS: Final = tuple(AuditEntry.__slots__)
"""Of an entry, the organisation first: the order of the columns in `_APPEND`."""


async def lock_size(tx: WriteTransaction, generation: int) -> int:
    """How many entries the log has, for whoever is about to append. A log begins with its first entry."""
    return int(await tx.fetch_value(_LOCK_HEAD, tx.tenant_id, generation) or 0)


async def list_known(tx: WriteTransaction, generation: int, event_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these events have an entry already."""
    return {row["event_id"] for row in await tx.fetch(_KNOWN, tx.tenant_id, generation, event_ids)}


async def append(tx: WriteTransaction, generation: int, entries: Sequence[SealedEntry]) -> int:
    """Append entries, whose sequence goes on where the log ends; how many of their events had none yet."""
    rows = [(*(getattr(sealed.entry, name) for name in _FIELDS[1:]), sealed.leaf_hash) for sealed in entries]
    columns = [list(column) for column in zip(*rows, strict=True)]
    appended = await tx.execute(_APPEND, tx.tenant_id, generation, *columns)
    latest = max(sealed.entry.recorded_at for sealed in entries)
    await tx.execute(_MOVE_HEAD, tx.tenant_id, generation, entries[-1].entry.seq + 1, latest)
    return appended


async def get_head(tx: ReadTransaction) -> AuditHead | None:
    """How far the log has been integrated; None before its first entry."""
    row = await tx.fetch_row(_HEAD, tx.tenant_id)
    return None if row is None else AuditHead(size=row["size"], as_of=row["as_of"])


async def find_applied_at(tx: ReadTransaction, projection: str, shard: int) -> datetime | None:
    """Up to which recording time a projection has surely applied this organisation's events.

    Cursors count events of a whole shard, so a projection that is n events behind the audit log has applied all of this
    organisation's entries but at most the last n.
    """
    found: datetime | None = await tx.fetch_value(_APPLIED, tx.tenant_id, shard, projection)
    return found


async def search(
    tx: ReadTransaction, wanted: AuditFilter, *, before: int | None, limit: int, person_id: UUID | None
) -> list[SealedEntry]:
    """Entries that match, the latest first, below a sequence number. `person_id` is who asks, if a person does."""
    head = await get_head(tx)
    if head is None:
        return []
    low, high = 0, head.size if before is None else min(before, head.size)
    if wanted.recorded_from is not None:
        low = await _first_since(tx, wanted.recorded_from - _OVERLAP, otherwise=head.size)
    if wanted.recorded_to is not None:
        high = min(high, await _first_since(tx, wanted.recorded_to + _OVERLAP, otherwise=head.size))
    narrowest = next((name for name in _SEARCH_BY if getattr(wanted, name) is not None), None)
    rows = await tx.fetch(
        _SEARCH_ALL if narrowest is None else _SEARCH_BY[narrowest],
        tx.tenant_id,
        low,
        high,
        limit,
        wanted.actor_id,
        wanted.target_id,
        wanted.concerns,
        wanted.action,
        wanted.purpose,
        wanted.outcome,
        wanted.recorded_from,
        wanted.recorded_to,
        OWN_LOAD_ACTIONS,
        person_id,
    )
    return [
        SealedEntry(entry=AuditEntry(**{name: row[name] for name in _FIELDS}), leaf_hash=row["leaf_hash"])
        for row in rows
    ]


async def _first_since(tx: ReadTransaction, moment: datetime, *, otherwise: int) -> int:
    found = await tx.fetch_value(_FIRST_SINCE, tx.tenant_id, moment)
    return otherwise if found is None else int(found)
