"""What has to hold once everything is drained, whatever happened before."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.projections import list_behind


async def nothing_is_left(worker: Database) -> bool:
    """Whether every event has its place and every projection has read it."""
    async with worker.read(None) as tx:
        pending = await tx.fetch_value("SELECT count(*) FROM event_pending")
    return not pending and not await list_behind(worker)


async def assert_nothing_lost_or_doubled(worker: Database, tenant_id: UUID) -> int:
    """Every event is one entry of the audit log; how many there are."""
    async with worker.read(Context(tenant_id, WORKER)) as tx:
        events = [
            row["event_id"] for row in await tx.fetch("SELECT event_id FROM event WHERE tenant_id = $1", tx.tenant_id)
        ]
        entries = await tx.fetch(
            "SELECT seq, event_id FROM audit_entry WHERE tenant_id = $1 ORDER BY seq", tx.tenant_id
        )
        assert [row["seq"] for row in entries] == list(range(len(events)))
        assert Counter(row["event_id"] for row in entries) == Counter(events)
        assert await tx.fetch_value("SELECT count(*) FROM dead_letter WHERE tenant_id = $1", tx.tenant_id) == 0
        crossed = await tx.fetch(
            "SELECT target_id, data ->> 'crossed_at' AS at FROM event"
            " WHERE tenant_id = $1 AND kind = 'fatigue.threshold_crossed'",
            tx.tenant_id,
        )
        assert len(crossed) == len({(row["target_id"], row["at"]) for row in crossed})
    return len(events)
