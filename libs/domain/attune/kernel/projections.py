"""Projections: derived tables that follow the event log, exactly once, and can be deleted and rebuilt.

Effects and cursor move in one transaction, so a worker may die at any point. An event that cannot be applied is set
aside with its stream parked behind it, and the rest goes on; `replay` applies them in order once the cause is mended.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import asyncpg

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.events import StoredEvent
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import WriteTransaction

BATCH: Final = 500

TRANSIENT: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    OSError,
)
"""Errors that say nothing about the event: the batch rolls back and is tried again."""


def is_transient(error: BaseException) -> bool:
    """Whether an error says nothing about what was tried. A connection that was lost answers every later statement
    with an InterfaceError; asyncpg uses the same class, as a ValueError too, for arguments it cannot encode."""
    return isinstance(error, TRANSIENT) or (
        isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError)
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one organisation, in order, for one generation of a projection.

    `is_live` is false in a rebuild, which emits no events and causes no effects.
    """

    tx: WriteTransaction
    generation: int
    is_live: bool
    events: Sequence[StoredEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A named, versioned derivation. `tables` are its derived tables, each with `generation` behind the tenant.

    `handles` are the event kinds it reads (None: all). `halts` is for a sequence that must not skip: it stops at a
    poison event instead of parking it.
    """

    name: str
    version: int
    apply: Callable[[Batch], Awaitable[None]]
    tables: tuple[str, ...]
    handles: frozenset[str] | None = None
    halts: bool = False


class ProjectionHalted(Exception):
    """A projection that may not skip met an event it cannot apply."""

    def __init__(self, projection: str, seq: int, error_class: str) -> None:
        super().__init__(f"{projection} halted at {seq}: {error_class}")
        self.projection, self.seq, self.error_class = projection, seq, error_class


@dataclass(frozen=True, slots=True)
class Drained:
    """What one call did: events read, how many more there seem to be, and the last one read (for its lag)."""

    events: int
    is_idle: bool
    oldest_recorded_at: Any = None


_COLUMNS: Final = """
  o.seq, e.pos, e.tenant_id, e.event_id, e.kind, e.schema_version, e.outcome, e.target_kind, e.target_id, e.version,
  e.concerns, e.actor_kind, e.actor_id, e.purpose, e.request_id, e.traceparent, e.data, e.occurred_at, e.recorded_at
"""

_LOCK_CURSOR: Final = """
SELECT seq FROM projection_cursor WHERE projection = $1 AND generation = $2 AND shard = $3 FOR UPDATE SKIP LOCKED
"""

_NEXT: Final = """
SELECT seq, tenant_id FROM event_order WHERE shard = $1 AND seq > $2 ORDER BY seq LIMIT $3
"""

_EVENTS: Final = f"""
SELECT {_COLUMNS}
FROM event_order o JOIN event e ON e.tenant_id = o.tenant_id AND e.pos = o.pos
WHERE o.shard = $1 AND o.seq = ANY($2::bigint[]) AND e.tenant_id = $3
ORDER BY o.seq
"""  # noqa: S608  # built from the constant above, at import


async def drain(
    database: Database, projection: Projection, generation: int, shard: int, *, is_live: bool = True, limit: int = BATCH
) -> Drained:
    """Apply the next batch of a shard. Nothing happens where another worker holds the cursor."""
    async with database.write(None) as tx:
        return await apply_next(tx, projection, generation, shard, is_live=is_live, limit=limit)


async def apply_next(
    tx: WriteTransaction, projection: Projection, generation: int, shard: int, *, is_live: bool, limit: int = BATCH
) -> Drained:
    """The body of `drain`, for a caller that holds the transaction."""
    # The lock is its own, earlier statement: the read below must not use a snapshot from before it was held.
    position = await tx.fetch_value(_LOCK_CURSOR, projection.name, generation, shard)
    if position is None:
        return Drained(0, is_idle=True)
    rows = await tx.fetch(_NEXT, shard, position, limit)
    if not rows:
        return Drained(0, is_idle=True)
    oldest = await _apply_rows(tx, projection, generation, shard=shard, rows=rows, is_live=is_live)
    await tx.execute(
        "UPDATE projection_cursor SET seq = $4 WHERE projection = $1 AND generation = $2 AND shard = $3",
        projection.name,
        generation,
        shard,
        rows[-1]["seq"],
    )
    return Drained(len(rows), is_idle=len(rows) < limit, oldest_recorded_at=oldest)


async def _apply_rows(
    tx: WriteTransaction,
    projection: Projection,
    generation: int,
    *,
    shard: int,
    rows: list[asyncpg.Record],
    is_live: bool,
) -> Any:
    oldest = None
    for tenant_id, own in groupby(sorted(rows, key=lambda row: row["tenant_id"]), key=lambda row: row["tenant_id"]):
        await tx.enter(Context(tenant_id, WORKER, Purpose.INSIGHTS))
        stored = await tx.fetch(_EVENTS, shard, [row["seq"] for row in own], tenant_id)
        events = [StoredEvent(**row) for row in stored]
        if events and (oldest is None or events[0].recorded_at < oldest):
            oldest = events[0].recorded_at
        handled = [e for e in events if projection.handles is None or e.kind in projection.handles]
        if handled:
            await _apply(Batch(tx, generation, is_live, handled), projection)
            await tx.flush()
    return oldest


async def _apply(batch: Batch, projection: Projection) -> None:
    """The whole batch at once; if that fails, event by event, so that only the poison is set aside."""
    tx = batch.tx
    parked = await _parked_streams(tx, projection.name, batch.generation)
    if not any(event.stream in parked for event in batch.events) and await _applied_whole(batch, projection):
        return
    for event in batch.events:
        if event.stream in parked:
            await _set_aside(tx, projection.name, batch.generation, event, None)
            continue
        try:
            async with tx.savepoint():
                await projection.apply(Batch(tx, batch.generation, batch.is_live, [event]))
        except Exception as error:
            if is_transient(error):
                raise
            if projection.halts:
                raise ProjectionHalted(projection.name, event.seq, type(error).__name__) from error
            await _set_aside(tx, projection.name, batch.generation, event, type(error).__name__)
            parked.add(event.stream)


async def _applied_whole(batch: Batch, projection: Projection) -> bool:
    try:
        async with batch.tx.savepoint():
            await projection.apply(batch)
    except Exception as error:
        if is_transient(error):
            raise
        # Which event it was, and of what class, is found one by one afterwards.
        return False
    return True


async def _parked_streams(tx: WriteTransaction, projection: str, generation: int) -> set[tuple[str, UUID]]:
    rows = await tx.fetch(
        "SELECT DISTINCT target_kind, target_id FROM dead_letter"
        " WHERE tenant_id = $1 AND projection = $2 AND generation = $3",
        tx.tenant_id,
        projection,
        generation,
    )
    return {(row["target_kind"], row["target_id"]) for row in rows}


async def _set_aside(
    tx: WriteTransaction, projection: str, generation: int, event: StoredEvent, error_class: str | None
) -> None:
    """Remember that an event was not applied: its class of error where it failed itself, None where it waits behind."""
    await tx.execute(
        "INSERT INTO dead_letter (tenant_id, projection, generation, seq, pos, target_kind, target_id, error_class,"
        " attempts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        event.tenant_id,
        projection,
        generation,
        event.seq,
        event.pos,
        *event.stream,
        error_class,
        0 if error_class is None else 1,
    )


async def replay(
    database: Database, projection: Projection, shard: int, tenant_id: UUID, stream: tuple[str, UUID]
) -> int:
    """Apply a parked stream's events in order, up to the first that still fails; how many were applied."""
    applied = 0
    async with database.write(None) as tx:
        generation = await active_generation(tx, projection.name)
        # Taking the cursor keeps the drain from parking another event of the stream in between.
        await tx.fetch_value(
            "SELECT seq FROM projection_cursor WHERE projection = $1 AND generation = $2 AND shard = $3 FOR UPDATE",
            projection.name,
            generation,
            shard,
        )
        await tx.enter(Context(tenant_id, WORKER, Purpose.INSIGHTS))
        letters = await tx.fetch(
            "SELECT seq FROM dead_letter WHERE tenant_id = $1 AND projection = $2 AND generation = $3"
            " AND target_kind = $4 AND target_id = $5 ORDER BY seq",
            tenant_id,
            projection.name,
            generation,
            *stream,
        )
        for row in await tx.fetch(_EVENTS, shard, [letter["seq"] for letter in letters], tenant_id):
            event = StoredEvent(**row)
            where = (tenant_id, projection.name, generation, event.seq)
            try:
                async with tx.savepoint():
                    await projection.apply(Batch(tx, generation, True, [event]))
            except Exception as error:
                if is_transient(error):
                    raise
                # Recorded by class; the operator sees it in the list.
                await tx.execute(
                    "UPDATE dead_letter SET error_class = $5, attempts = attempts + 1, last_at = clock_timestamp()"
                    " WHERE tenant_id = $1 AND projection = $2 AND generation = $3 AND seq = $4",
                    *where,
                    type(error).__name__,
                )
                break
            await tx.execute(
                "DELETE FROM dead_letter WHERE tenant_id = $1 AND projection = $2 AND generation = $3 AND seq = $4",
                *where,
            )
            applied += 1
    return applied


async def active_generation(tx: WriteTransaction, projection: str) -> int:
    """The generation that answers reads."""
    return int(await tx.fetch_value("SELECT active_generation FROM projection WHERE name = $1", projection))


async def register(database: Database, projections: Iterable[Projection], shards: int) -> None:
    """Make sure each projection has a generation and a cursor for every shard. Safe to repeat, from any process."""
    async with database.write(None) as tx:
        for projection in projections:
            await tx.execute(
                "INSERT INTO projection (name, active_generation) VALUES ($1, 1) ON CONFLICT DO NOTHING",
                projection.name,
            )
            await tx.execute(
                "INSERT INTO projection_cursor (projection, generation, shard, seq)"
                " SELECT p.name, p.active_generation, shard, 0"
                " FROM projection p, generate_series(0, $2::int - 1) AS shard"
                " WHERE p.name = $1 ON CONFLICT DO NOTHING",
                projection.name,
                shards,
            )


async def list_behind(database: Database) -> list[tuple[str, int, int]]:
    """The (projection, active generation, shard) that have events to read."""
    async with database.read(None) as tx:
        rows = await tx.fetch(
            "SELECT c.projection, c.generation, c.shard FROM projection_cursor c"
            " JOIN projection p ON p.name = c.projection AND p.active_generation = c.generation"
            " JOIN event_head h ON h.shard = c.shard AND h.seq > c.seq"
        )
    return [(row["projection"], row["generation"], row["shard"]) for row in rows]
