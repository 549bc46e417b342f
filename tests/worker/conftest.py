"""What worker tests share: a worker that runs until nothing is left."""

from __future__ import annotations

from collections.abc import Sequence

from attune.kernel.db import Database
from attune.kernel.ids import SHARDS
from attune.kernel.projections import Projection, drain, list_behind, register
from attune.kernel.sequencer import list_pending_shards, sequence
from attune.projections import ALL


async def drain_all(database: Database, projections: Sequence[Projection] = ALL) -> int:
    """Order every event and apply it to these projections, until nothing is left; how many were applied."""
    by_name = {projection.name: projection for projection in projections}
    await register(database, projections, SHARDS)
    applied = 0
    while True:
        for shard in await list_pending_shards(database):
            while await sequence(database, shard):
                pass
        behind = [each for each in await list_behind(database) if each[0] in by_name]
        if not behind and not await list_pending_shards(database):
            return applied
        for name, generation, shard in behind:
            while True:
                drained = await drain(database, by_name[name], generation, shard)
                applied += drained.events
                if drained.is_idle:
                    break
