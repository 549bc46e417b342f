"""Planted bugs: what the kernel does, done wrong in one place each. A harness that stays green over one sees nothing.

Each is written out from the kernel's own statements, so that the wrong place is the only difference.
"""

from __future__ import annotations

from typing import Final

import asyncpg

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.events import StoredEvent
from attune.kernel.projections import Batch, Drained, Projection
from attune.kernel.purposes import Purpose

_POSITION: Final = "SELECT seq FROM projection_cursor WHERE projection = $1 AND generation = $2 AND shard = $3"

_NEXT: Final = "SELECT seq, tenant_id FROM event_order WHERE shard = $1 AND seq > $2 ORDER BY seq LIMIT $3"

_EVENTS: Final = """
SELECT o.seq, e.pos, e.tenant_id, e.event_id, e.kind, e.schema_version, e.outcome, e.target_kind, e.target_id, e.version,
  e.concerns, e.actor_kind, e.actor_id, e.purpose, e.request_id, e.traceparent, e.data, e.occurred_at, e.recorded_at
FROM event_order o JOIN event e ON e.tenant_id = o.tenant_id AND e.pos = o.pos
WHERE o.shard = $1 AND o.seq = ANY($2::bigint[]) AND e.tenant_id = $3 ORDER BY o.seq
"""

_MOVE_CURSOR: Final = (
    "UPDATE projection_cursor SET seq = $4 WHERE projection = $1 AND generation = $2 AND shard = $3 AND seq < $4"
)

_ORDER_IN_ONE_STATEMENT: Final = """
WITH due AS (
  SELECT pos, tenant_id FROM event_pending WHERE shard = $1 ORDER BY pos LIMIT $2
), head AS (
  UPDATE event_head SET seq = seq + (SELECT count(*) FROM due) WHERE shard = $1
  RETURNING seq - (SELECT count(*) FROM due) AS before
), ordered AS (
  INSERT INTO event_order (shard, seq, tenant_id, pos)
  SELECT $1, before + row_number() OVER (ORDER BY pos), tenant_id, pos FROM due, head
), gone AS (
  DELETE FROM event_pending WHERE shard = $1 AND pos IN (SELECT pos FROM due)
)
SELECT count(*) FROM due
"""


async def sequence_in_one_statement(database: Database, shard: int, limit: int = 1000) -> int:
    """The lock (here of the head's row) inside the statement that reads: whoever waited for it reads what it saw before
    the wait, and orders again what the other had ordered. Two of them can also wait for each other; PostgreSQL ends one,
    which comes again."""
    try:
        async with database.write(None) as tx:
            return int(await tx.fetch_value(_ORDER_IN_ONE_STATEMENT, shard, limit))
    except asyncpg.DeadlockDetectedError:
        return 0


_MOVE_BEHIND_THE_HORIZON: Final = """
WITH moved AS (
  DELETE FROM event_pending
  WHERE shard = $1 AND pos IN (
    SELECT pos FROM event_pending
    WHERE shard = $1 AND xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    ORDER BY pos LIMIT $2)
  RETURNING pos, tenant_id
), ordered AS (
  INSERT INTO event_order (shard, seq, tenant_id, pos)
  SELECT $1, (SELECT seq FROM event_head WHERE shard = $1) + row_number() OVER (ORDER BY pos), tenant_id, pos FROM moved
)
UPDATE event_head SET seq = seq + (SELECT count(*) FROM moved) WHERE shard = $1 RETURNING (SELECT count(*) FROM moved)
"""


async def sequence_behind_the_horizon(database: Database, shard: int, limit: int = 1000) -> int:
    """Only what is older than every transaction under way, the usual cure of the gaps: one that stays open anywhere in
    the cluster stops the feed."""
    async with database.write(None) as tx:
        await tx.fetch_value("SELECT pg_advisory_xact_lock(1096043860, $1)", shard)
        return int(await tx.fetch_value(_MOVE_BEHIND_THE_HORIZON, shard, limit) or 0)


async def drain_with_the_cursor_apart(
    database: Database, projection: Projection, generation: int, shard: int, limit: int = 10
) -> Drained:
    """The effects in one transaction, the cursor in the next: whoever dies in between does the effects again."""
    key = (projection.name, generation, shard)
    async with database.read(None) as reading:
        rows = await reading.fetch(_NEXT, shard, await reading.fetch_value(_POSITION, *key), limit)
    if not rows:
        return Drained(0, is_idle=True)
    async with database.write(None) as tx:
        for tenant_id in sorted({row["tenant_id"] for row in rows}):
            await tx.enter(Context(tenant_id, WORKER, Purpose.INSIGHTS))
            places = [row["seq"] for row in rows if row["tenant_id"] == tenant_id]
            events = [StoredEvent(**row) for row in await tx.fetch(_EVENTS, shard, places, tenant_id)]
            handled = [e for e in events if projection.handles is None or e.kind in projection.handles]
            if handled:
                await projection.apply(Batch(tx, generation, True, handled))
                await tx.flush()
    async with database.write(None) as tx:
        await tx.execute(_MOVE_CURSOR, *key, rows[-1]["seq"])
    return Drained(len(rows), is_idle=len(rows) < limit)
