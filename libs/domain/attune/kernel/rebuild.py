"""Rebuilding a projection: a new generation is filled beside the live one, compared with it, and put in its place.

It emits no events and causes no effects. What it must equal is the live generation after both have read everything.
Under writes the comparison can come too early: a committed event that nobody has applied yet has changed the state
already, and a row derived from that state differs from the live one, until both have read the event. So "identical" is
always true; "different" is to be asked again once writes pause.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.ids import SHARDS
from attune.kernel.projections import BATCH, Projection, active_generation, apply_next
from attune.kernel.transactions import WriteTransaction

_FOLD = """
SELECT md5(coalesce(string_agg(row_hash, '' ORDER BY row_hash), '')) AS digest, count(*) AS rows
FROM (SELECT md5((to_jsonb(derived) - 'generation')::text) AS row_hash FROM {table} derived
      WHERE tenant_id = $1 AND generation = $2) AS hashed
"""

_FORGET = "DELETE FROM {table} WHERE tenant_id = $1 AND generation = $2"

_PROGRESS = """
SELECT coalesce(sum(c.seq), 0) FROM projection_cursor c WHERE c.projection = $1 AND c.generation = $2
"""

_BETWEEN = """
SELECT live.seq - fresh.seq FROM projection_cursor live, projection_cursor fresh
WHERE live.projection = $1 AND live.generation = $3 AND live.shard = $4
  AND fresh.projection = $1 AND fresh.generation = $2 AND fresh.shard = $4
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found: rows and digest of the old and the new generation. Equal digests mean equal content."""

    projection: str
    generation: int
    events: int
    rows_before: int
    rows_after: int
    digest_before: str
    digest_after: str

    @property
    def is_identical(self) -> bool:
        """Whether the rebuilt rows are exactly those that were there. False with events under way proves nothing."""
        return self.digest_before == self.digest_after


async def rebuild(
    database: Database, projection: Projection, on_progress: Callable[[int], None] = lambda events: None
) -> Rebuilt:
    """Derive a projection anew from the event log and the state, and let the result answer reads.

    The bulk is read while the live generation goes on. Then its cursors are locked, both read what is left in the
    same transaction, are compared, and the pointer moves: readers see the old rows or the new ones, never neither.
    """
    generation = await _open_generation(database, projection)
    for shard in range(SHARDS):
        while not await _advance(database, projection, generation, shard):
            on_progress(await _progress(database, projection, generation))
    async with database.write(None) as tx:
        live = await active_generation(tx, projection.name)
        await tx.fetch(
            "SELECT seq FROM projection_cursor WHERE projection = $1 AND generation = ANY($2::int[]) FOR UPDATE",
            projection.name,
            [live, generation],
        )
        for shard in range(SHARDS):
            while not (await apply_next(tx, projection, live, shard, is_live=True)).is_idle:
                pass
            # To just where the live generation stands: meanwhile the sequencer may have gone on.
            while (left := int(await tx.fetch_value(_BETWEEN, projection.name, generation, live, shard))) > 0:
                await apply_next(tx, projection, generation, shard, is_live=False, limit=min(left, BATCH))
        rows_before, digest_before = await digest(tx, projection, live)
        rows_after, digest_after = await digest(tx, projection, generation)
        events = int(await tx.fetch_value(_PROGRESS, projection.name, generation))
        await tx.execute("UPDATE projection SET active_generation = $2 WHERE name = $1", projection.name, generation)
        await _delete_generation(tx, projection, live)
    return Rebuilt(projection.name, generation, events, rows_before, rows_after, digest_before, digest_after)


async def digest(tx: WriteTransaction, projection: Projection, generation: int) -> tuple[int, str]:
    """How many rows a generation has, and a digest of their content, whatever their order."""
    rows, folded = 0, hashlib.sha256()
    for tenant_id in await _tenants(tx):
        await tx.enter(Context(tenant_id, WORKER))
        for table in projection.tables:
            row = await tx.fetch_row(_FOLD.format(table=table), tenant_id, generation)
            assert row is not None
            rows += row["rows"]
            folded.update(json.dumps([str(tenant_id), table, row["digest"]]).encode())
    return rows, folded.hexdigest()


async def _open_generation(database: Database, projection: Projection) -> int:
    """A fresh generation with its cursors at the start; one that an earlier, interrupted rebuild left is removed."""
    async with database.write(None) as tx:
        live = int(
            await tx.fetch_value("SELECT active_generation FROM projection WHERE name = $1 FOR UPDATE", projection.name)
        )
        abandoned = await tx.fetch(
            "SELECT DISTINCT generation FROM projection_cursor WHERE projection = $1 AND generation <> $2",
            projection.name,
            live,
        )
        for row in abandoned:
            await _delete_generation(tx, projection, row["generation"])
        generation = int(max([live, *(row["generation"] for row in abandoned)])) + 1
        await tx.execute(
            "INSERT INTO projection_cursor (projection, generation, shard, seq)"
            " SELECT $1, $2, shard, 0 FROM generate_series(0, $3::int - 1) AS shard",
            projection.name,
            generation,
            SHARDS,
        )
    return generation


async def _advance(database: Database, projection: Projection, generation: int, shard: int) -> bool:
    async with database.write(None) as tx:
        drained = await apply_next(tx, projection, generation, shard, is_live=False)
    return drained.is_idle


async def _progress(database: Database, projection: Projection, generation: int) -> int:
    async with database.read(None) as tx:
        return int(await tx.fetch_value(_PROGRESS, projection.name, generation))


async def _delete_generation(tx: WriteTransaction, projection: Projection, generation: int) -> None:
    for tenant_id in await _tenants(tx):
        await tx.enter(Context(tenant_id, WORKER))
        for table in projection.tables:
            await tx.execute(_FORGET.format(table=table), tenant_id, generation)
        await tx.execute(
            "DELETE FROM dead_letter WHERE tenant_id = $1 AND projection = $2 AND generation = $3",
            tenant_id,
            projection.name,
            generation,
        )
    await tx.execute(
        "DELETE FROM projection_cursor WHERE projection = $1 AND generation = $2", projection.name, generation
    )


async def _tenants(tx: WriteTransaction) -> list[UUID]:
    return [row["tenant_id"] for row in await tx.fetch("SELECT tenant_id FROM tenant_directory ORDER BY tenant_id")]
