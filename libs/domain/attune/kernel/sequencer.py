"""The sequencer gives committed events their place in the order: dense per shard, append-only.

A reader of "position greater than the last" never sees an event whose transaction commits late. So an append also puts
the event's position into `event_pending`, and one locked step moves what it can see into `event_order`.
"""

from __future__ import annotations

from typing import Final

from attune.kernel.db import Database
from attune.kernel.ids import SHARDS

BATCH: Final = 1000

_LOCK: Final = "SELECT pg_advisory_xact_lock(1096043860, $1)"

_MOVE: Final = """
WITH moved AS (
  DELETE FROM event_pending
  WHERE shard = $1 AND pos IN (SELECT pos FROM event_pending WHERE shard = $1 ORDER BY pos LIMIT $2)
  RETURNING pos, tenant_id
), ordered AS (
  INSERT INTO event_order (shard, seq, tenant_id, pos)
  SELECT $1, (SELECT seq FROM event_head WHERE shard = $1) + row_number() OVER (ORDER BY pos), tenant_id, pos FROM moved
)
UPDATE event_head SET seq = seq + (SELECT count(*) FROM moved) WHERE shard = $1 RETURNING (SELECT count(*) FROM moved)
"""


async def sequence(database: Database, shard: int, limit: int = BATCH) -> int:
    """Order up to `limit` pending events of a shard; how many it moved.

    The order of the two statements is the correctness argument: the second one's snapshot is taken after the lock is
    held, so it sees everything the previous holder committed. In one statement, events were ordered twice.
    """
    async with database.write(None) as tx:
        await tx.fetch_value(_LOCK, shard)
        return int(await tx.fetch_value(_MOVE, shard, limit) or 0)


async def list_pending_shards(database: Database) -> list[int]:
    """The shards with events that have no place yet."""
    async with database.read(None) as tx:
        rows = await tx.fetch(
            "SELECT shard FROM generate_series(0, $1::int - 1) AS shard"
            " WHERE EXISTS (SELECT 1 FROM event_pending p WHERE p.shard = shard.shard)",
            SHARDS,
        )
    return [row["shard"] for row in rows]
