"""How much the worker has still to do, and what it set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.rounds import list_backlogs
from attune.kernel.sequencer import list_pending_shards

_COUNT: Final = "SELECT coalesce(sum(seq), 0) FROM event_head"

_DEAD_LETTERS: Final = """
SELECT d.tenant_id, d.projection, d.seq, d.target_kind, d.target_id, d.error_class, d.attempts, d.first_at, d.last_at
FROM dead_letter d JOIN projection p ON p.name = d.projection AND p.active_generation = d.generation
WHERE d.tenant_id = $1 ORDER BY d.projection, d.seq
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is left to do: events by projection, and shards with events that have no place in the order yet."""

    events: int
    projections: dict[str, int]
    unordered_shards: int

    @property
    def is_empty(self) -> bool:
        """Whether the worker has caught up. Without projections it has not even begun."""
        return bool(self.projections) and not any(self.projections.values()) and not self.unordered_shards

    @property
    def behind(self) -> int:
        """How far the projection is that is furthest behind, in events."""
        return max(self.projections.values(), default=self.events)


async def read_backlog(database: Database) -> Backlog:
    """The present backlog; for the worker's role."""
    # The order of the reads matters: an event that gets its place in between is counted, not missed.
    unordered = len(await list_pending_shards(database))
    async with database.read(None) as tx:
        events = int(await tx.fetch_value(_COUNT))
    return Backlog(events, await list_backlogs(database), unordered)


async def list_dead_letters(database: Database, tenant_id: UUID) -> list[dict[str, Any]]:
    """An organisation's dead letters, in order: ids, counts, times and the class of the error. Never a payload."""
    async with database.read(Context(tenant_id, WORKER)) as tx:
        return [dict(row) for row in await tx.fetch(_DEAD_LETTERS, tenant_id)]
