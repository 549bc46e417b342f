"""What has to hold once everything is drained, whatever happened before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.projections import Projection, list_behind
from attune.projections import ALL


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


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What a run left behind, set against what was acknowledged. All but the first three should be 0."""

    committed: int
    unknown_kept: int
    """Events whose commit had an unknown outcome, and that are in the log."""
    applied: dict[str, int]
    lost: int
    """Acknowledged events that are not in the log."""
    unordered: int
    """Committed events without a place in the order."""
    ordered_again: int
    """Places in the order whose event has one already."""
    gaps: int
    """Places missing from a dense 1 to n."""
    doubled: dict[str, int]
    """By projection: effects of an event that had its effect already."""
    missing: dict[str, int]
    """By projection: ordered events without an effect."""
    out_of_order: dict[str, int]
    """By projection: effects that came behind that of a later event of their organisation."""
    dead_letters: int
    twice_recorded: int
    """Conversations and thresholds that the log tells of more than once."""

    def assert_clean(self) -> None:
        """Nothing lost, doubled, skipped or out of order."""
        wrong = {
            "lost": self.lost,
            "unordered": self.unordered,
            "ordered again": self.ordered_again,
            "gaps": self.gaps,
            "dead letters": self.dead_letters,
            "twice recorded": self.twice_recorded,
            "doubled": sum(self.doubled.values()),
            "missing": sum(self.missing.values()),
            "out of order": sum(self.out_of_order.values()),
        }
        assert not any(wrong.values()), wrong


_UNORDERED = """
SELECT count(*) FROM attune.event e
WHERE NOT EXISTS (SELECT 1 FROM attune.event_order o WHERE o.tenant_id = e.tenant_id AND o.pos = e.pos)
"""

_ORDERED_AGAIN = "SELECT count(*) - count(DISTINCT (tenant_id, pos)) FROM attune.event_order"

_GAPS = """
SELECT coalesce(sum(greatest(h.seq, o.last) - o.places), 0) FROM attune.event_head h
JOIN (SELECT shard, max(seq) AS last, count(DISTINCT seq) AS places FROM attune.event_order GROUP BY shard) o USING (shard)
"""

_LEDGER = """
WITH due AS (
  SELECT o.tenant_id, e.event_id FROM attune.event_order o JOIN attune.event e USING (tenant_id, pos)
  WHERE $2::text[] IS NULL OR e.kind = ANY($2)
), noted AS (
  SELECT tenant_id, event_id, count(*) AS times FROM attune.fault_ledger WHERE projection = $1 GROUP BY 1, 2
), places AS (
  SELECT seq, lag(seq) OVER (PARTITION BY tenant_id ORDER BY place) AS before
  FROM attune.fault_ledger WHERE projection = $1
)
SELECT (SELECT count(*) FROM noted) AS applied,
  (SELECT coalesce(sum(times) - count(*), 0) FROM noted) AS doubled,
  (SELECT count(*) FROM due LEFT JOIN noted USING (tenant_id, event_id) WHERE noted.event_id IS NULL) AS missing,
  (SELECT count(*) FROM places WHERE seq <= before) AS out_of_order
"""

_TWICE = """
SELECT coalesce(sum(times - 1), 0) FROM (
  SELECT count(*) AS times FROM attune.event
  WHERE kind IN ('interaction.recorded', 'fatigue.threshold_crossed')
  GROUP BY tenant_id, kind, target_id, data ->> 'crossed_at'
) AS told
"""


async def judge(
    connection: asyncpg.Connection,
    acknowledged: Collection[UUID],
    unknown: Collection[UUID] = (),
    projections: Sequence[Projection] = ALL,
) -> Verdict:
    """Compare the log, the order and the ledgers of a drained installation. For a superuser, who sees every row."""
    committed = {row["event_id"] for row in await connection.fetch("SELECT event_id FROM attune.event")}
    ledgers = {
        each.name: await connection.fetchrow(_LEDGER, each.name, None if each.handles is None else list(each.handles))
        for each in projections
    }
    return Verdict(
        committed=len(committed),
        unknown_kept=len(committed.intersection(unknown)),
        applied={name: ledger["applied"] for name, ledger in ledgers.items()},
        lost=len(set(acknowledged) - committed),
        unordered=await connection.fetchval(_UNORDERED),
        ordered_again=await connection.fetchval(_ORDERED_AGAIN),
        gaps=int(await connection.fetchval(_GAPS)),
        doubled={name: int(ledger["doubled"]) for name, ledger in ledgers.items()},
        missing={name: ledger["missing"] for name, ledger in ledgers.items()},
        out_of_order={name: ledger["out_of_order"] for name, ledger in ledgers.items()},
        dead_letters=await connection.fetchval("SELECT count(*) FROM attune.dead_letter"),
        twice_recorded=int(await connection.fetchval(_TWICE)),
    )
