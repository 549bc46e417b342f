"""What a worker does regularly: take cron slots by the database's clock, visit each organisation, tidy the kernel's tables.

A slot is a row that only one process can insert, so a job runs once per slot however many workers there are and
whatever their own clocks say. A process that dies in the middle of a job leaves the rest to the next slot: jobs do what
is due, not what a slot was for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.transactions import ReadTransaction, WriteTransaction

KEEP_IDEMPOTENCY_KEYS: Final = timedelta(hours=24)
KEEP_SLOTS: Final = timedelta(days=7)
ORDER: Final = "order"

_TAKE: Final = """
INSERT INTO cron_run (name, slot)
SELECT name, date_bin(every, clock_timestamp(), timestamptz '2000-01-01T00:00:00Z')
FROM unnest($1::text[], $2::interval[]) AS job (name, every)
ON CONFLICT DO NOTHING
RETURNING name, slot
"""

_FORGET_SLOTS: Final = "DELETE FROM cron_run WHERE slot < clock_timestamp() - $1::interval"

_FORGET_KEYS: Final = """
DELETE FROM idempotency_key WHERE tenant_id = $1 AND created_at < clock_timestamp() - $2::interval
"""

_BACKLOGS: Final = """
SELECT c.projection, sum(h.seq - c.seq)::bigint AS events
FROM projection_cursor c
JOIN projection p ON p.name = c.projection AND p.active_generation = c.generation
JOIN event_head h ON h.shard = c.shard
GROUP BY c.projection
"""

_OLDEST: Final = """
(SELECT DISTINCT ON (c.projection) c.projection AS waits_for, o.tenant_id, o.pos
 FROM projection_cursor c
 JOIN projection p ON p.name = c.projection AND p.active_generation = c.generation
 JOIN event_order o ON o.shard = c.shard AND o.seq = c.seq + 1
 ORDER BY c.projection, o.pos)
UNION ALL
(SELECT $1::text, tenant_id, pos FROM event_pending ORDER BY pos LIMIT 1)
"""

_AGE: Final = """
SELECT extract(epoch FROM clock_timestamp() - recorded_at)::float8 FROM event WHERE tenant_id = $1 AND pos = $2
"""

_DEAD_LETTERS: Final = """
SELECT d.projection, count(*) AS events FROM dead_letter d
JOIN projection p ON p.name = d.projection AND p.active_generation = d.generation
WHERE d.tenant_id = $1 GROUP BY d.projection
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time that this process may run a job for."""

    name: str
    starts_at: datetime


async def take_slots(database: Database, jobs: Mapping[str, timedelta]) -> list[Slot]:
    """The present slots of these jobs (name and period) that nobody had taken yet."""
    async with database.write(None) as tx:
        rows = await tx.fetch(_TAKE, list(jobs), list(jobs.values()))
    return [Slot(row["name"], row["slot"]) for row in rows]


async def list_organisations(database: Database) -> list[UUID]:
    """Every organisation of the installation."""
    async with database.read(None) as tx:
        rows = await tx.fetch("SELECT tenant_id FROM tenant_directory ORDER BY tenant_id")
    return [row["tenant_id"] for row in rows]


async def read_clock(tx: ReadTransaction) -> datetime:
    """What time it is for the database: the one clock that all workers share."""
    moment: datetime = await tx.fetch_value("SELECT clock_timestamp()")
    return moment


async def forget_slots(tx: WriteTransaction) -> int:
    """Remove slots that are long past; how many."""
    return await tx.execute(_FORGET_SLOTS, KEEP_SLOTS)


async def forget_idempotency_keys(tx: WriteTransaction) -> int:
    """Remove an organisation's keys that may be used anew; how many."""
    return await tx.execute(_FORGET_KEYS, tx.tenant_id, KEEP_IDEMPOTENCY_KEYS)


async def list_backlogs(database: Database) -> dict[str, int]:
    """How many ordered events each projection's active generation has still to read."""
    async with database.read(None) as tx:
        return {row["projection"]: row["events"] for row in await tx.fetch(_BACKLOGS)}


async def list_ages(database: Database) -> dict[str, float]:
    """How many seconds the oldest event has waited for each projection that has something to read, and for its place in
    the order (`ORDER`). It grows while the worker stands still, when nothing else that is measured does."""
    async with database.read(None) as tx:
        oldest = await tx.fetch(_OLDEST, ORDER)
        ages = {}
        for row in oldest:
            await tx.enter(Context(row["tenant_id"], WORKER))
            ages[row["waits_for"]] = float(await tx.fetch_value(_AGE, row["tenant_id"], row["pos"]) or 0.0)
        return ages


async def count_dead_letters(tx: ReadTransaction) -> dict[str, int]:
    """How many events of an organisation each projection's active generation has set aside."""
    return {row["projection"]: row["events"] for row in await tx.fetch(_DEAD_LETTERS, tx.tenant_id)}
