"""Every statement about dashboards: deriving them from the state, and reading them.

Emotional values are read through the consent gate, under the purpose `insights` that the worker's batches declare: where
a customer gave no consent for it, PostgreSQL yields no signals and only the volume counts.

Whoever derives holds the cursor of the organisation's shard and generation, so no two batches work on the same rows of
the ledger. Cells are taken in the order of their keys all the same, so that nothing can deadlock with a rebuild.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from attune.insights.model import Backing, Cell, Contributor
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_OF_CUSTOMERS: Final = "SELECT id FROM interaction WHERE tenant_id = $1 AND customer_id = ANY($2::uuid[])"

_DERIVE: Final = """
WITH fresh AS (
  SELECT 'interaction' AS record_kind, i.id AS record_id, i.team_id,
         date_trunc('month', i.ended_at AT TIME ZONE 'UTC')::date AS month, i.person_id, i.customer_id,
         1 AS interactions, i.handle_seconds::bigint AS handle_seconds,
         coalesce(felt.intensity, 0)::numeric(20,6) AS intensity_sum,
         (felt.intensity IS NOT NULL)::int AS intensity_count,
         coalesce(felt.at_first - felt.at_last, 0)::numeric(20,6) AS recovery_sum,
         (felt.at_first - felt.at_last IS NOT NULL)::int AS recovery_count,
         0 AS escalations_opened, 0 AS escalations_resolved, 0 AS check_ins_open, 0 AS check_ins_kept
  FROM interaction i
  CROSS JOIN LATERAL (
    SELECT round(avg(scaled.level), 6) AS intensity,
           (array_agg(scaled.level ORDER BY s.observed_at, s.id) FILTER (WHERE s.moment = 'before'))[1] AS at_first,
           (array_agg(scaled.level ORDER BY s.observed_at DESC, s.id DESC) FILTER (WHERE s.moment = 'after'))[1] AS at_last
    FROM signal s
    CROSS JOIN LATERAL (
      SELECT 1 + 4 * (s.original_value - s.scale_min) / (s.scale_max - s.scale_min) AS level
    ) AS scaled
    WHERE s.tenant_id = $1 AND s.interaction_id = i.id AND s.customer_id = i.customer_id
      AND s.measure = 'emotion_intensity'
  ) AS felt
  WHERE i.tenant_id = $1 AND i.id = ANY($3::uuid[]) AND i.team_id IS NOT NULL
  UNION ALL
  SELECT 'escalation', e.id, e.team_id, date_trunc('month', e.opened_at AT TIME ZONE 'UTC')::date,
         e.assignee_id, e.customer_id, 0, 0, 0, 0, 0, 0, 1, (e.status = 'resolved')::int, 0, 0
  FROM escalation e WHERE e.tenant_id = $1 AND e.id = ANY($4::uuid[])
  UNION ALL
  SELECT 'check_in', c.id, c.team_id, date_trunc('month', c.week_of)::date,
         c.person_id, NULL, 0, 0, 0, 0, 0, 0, 0, 0, (c.status = 'open')::int, (c.status = 'submitted')::int
  FROM check_in c WHERE c.tenant_id = $1 AND c.id = ANY($5::uuid[]) AND c.team_id IS NOT NULL
), before AS (
  SELECT b.record_kind::text AS record_kind, b.record_id, b.team_id, b.month, b.person_id, b.customer_id,
         b.interactions, b.handle_seconds, b.intensity_sum, b.intensity_count, b.recovery_sum, b.recovery_count,
         b.escalations_opened, b.escalations_resolved, b.check_ins_open, b.check_ins_kept
  FROM team_dashboard_contribution b
  WHERE b.tenant_id = $1 AND b.generation = $2 AND b.record_id = ANY($3::uuid[] || $4::uuid[] || $5::uuid[])
    AND b.record_kind IN ('interaction', 'escalation', 'check_in')
), moves AS (
  SELECT 1 AS sign, false AS is_gone, fresh.* FROM fresh LEFT JOIN before USING (record_kind, record_id)
  WHERE fresh IS DISTINCT FROM before
  UNION ALL
  SELECT -1, fresh.record_id IS NULL, before.* FROM before LEFT JOIN fresh USING (record_kind, record_id)
  WHERE fresh IS DISTINCT FROM before
), remembered AS (
  INSERT INTO team_dashboard_contribution (
    tenant_id, generation, record_kind, record_id, team_id, month, person_id, customer_id, interactions, handle_seconds,
    intensity_sum, intensity_count, recovery_sum, recovery_count, escalations_opened, escalations_resolved,
    check_ins_open, check_ins_kept)
  SELECT $1, $2, record_kind, record_id, team_id, month, person_id, customer_id, interactions, handle_seconds,
         intensity_sum, intensity_count, recovery_sum, recovery_count, escalations_opened, escalations_resolved,
         check_ins_open, check_ins_kept
  FROM moves WHERE sign = 1 ORDER BY record_kind, record_id
  ON CONFLICT (tenant_id, generation, record_kind, record_id) DO UPDATE SET
    team_id = excluded.team_id, month = excluded.month, person_id = excluded.person_id,
    customer_id = excluded.customer_id, interactions = excluded.interactions, handle_seconds = excluded.handle_seconds,
    intensity_sum = excluded.intensity_sum, intensity_count = excluded.intensity_count,
    recovery_sum = excluded.recovery_sum, recovery_count = excluded.recovery_count,
    escalations_opened = excluded.escalations_opened, escalations_resolved = excluded.escalations_resolved,
    check_ins_open = excluded.check_ins_open, check_ins_kept = excluded.check_ins_kept
), cells AS (
  INSERT INTO team_dashboard AS cell (
    tenant_id, generation, team_id, month, interactions, handle_seconds, intensity_sum, intensity_count, recovery_sum,
    recovery_count, escalations_opened, escalations_resolved, check_ins_open, check_ins_kept)
  SELECT $1, $2, team_id, month, sum(sign * interactions), sum(sign * handle_seconds), sum(sign * intensity_sum),
         sum(sign * intensity_count), sum(sign * recovery_sum), sum(sign * recovery_count),
         sum(sign * escalations_opened), sum(sign * escalations_resolved), sum(sign * check_ins_open),
         sum(sign * check_ins_kept)
  FROM moves GROUP BY team_id, month ORDER BY team_id, month
  ON CONFLICT (tenant_id, generation, team_id, month) DO UPDATE SET
    interactions = cell.interactions + excluded.interactions,
    handle_seconds = cell.handle_seconds + excluded.handle_seconds,
    intensity_sum = cell.intensity_sum + excluded.intensity_sum,
    intensity_count = cell.intensity_count + excluded.intensity_count,
    recovery_sum = cell.recovery_sum + excluded.recovery_sum,
    recovery_count = cell.recovery_count + excluded.recovery_count,
    escalations_opened = cell.escalations_opened + excluded.escalations_opened,
    escalations_resolved = cell.escalations_resolved + excluded.escalations_resolved,
    check_ins_open = cell.check_ins_open + excluded.check_ins_open,
    check_ins_kept = cell.check_ins_kept + excluded.check_ins_kept
), contributors AS (
  INSERT INTO team_dashboard_contributor AS stands (
    tenant_id, generation, team_id, month, contributor_kind, contributor_id, records, intensity_records,
    recovery_records)
  SELECT $1, $2, m.team_id, m.month, who.contributor_kind, who.contributor_id,
         sum(m.sign * m.interactions), sum(m.sign * m.intensity_count), sum(m.sign * m.recovery_count)
  FROM moves m
  CROSS JOIN LATERAL (VALUES ('person', m.person_id), ('customer', m.customer_id))
    AS who (contributor_kind, contributor_id)
  WHERE m.record_kind = 'interaction'
  GROUP BY m.team_id, m.month, who.contributor_kind, who.contributor_id
  HAVING sum(m.sign * m.interactions) <> 0 OR sum(m.sign * m.intensity_count) <> 0
    OR sum(m.sign * m.recovery_count) <> 0
  ORDER BY m.team_id, m.month, who.contributor_kind, who.contributor_id
  ON CONFLICT (tenant_id, generation, team_id, month, contributor_kind, contributor_id) DO UPDATE SET
    records = stands.records + excluded.records,
    intensity_records = stands.intensity_records + excluded.intensity_records,
    recovery_records = stands.recovery_records + excluded.recovery_records
)
SELECT record_kind, record_id, team_id, month, person_id, customer_id, is_gone FROM moves WHERE sign = -1
"""
"""What the state says now about the touched records, what the ledger says they contributed before, and the difference
applied to the cells: one statement, one snapshot. Yields what was taken back, and whether the record counts no more.

Records are given as arrays, which PostgreSQL looks up in one pass. Joined with a list of them, while its statistics still
say that a new installation's tables are empty, it read everything once for each record: seconds a batch.
"""

_FORGET: Final = """
DELETE FROM team_dashboard_contribution
WHERE tenant_id = $1 AND generation = $2 AND record_kind = $3 AND record_id = ANY($4::uuid[])
"""

_REMOVE_EMPTY_CELLS: Final = """
DELETE FROM team_dashboard
WHERE tenant_id = $1 AND generation = $2 AND team_id = ANY($3::uuid[]) AND month = ANY($4::date[])
  AND interactions = 0 AND escalations_opened = 0 AND check_ins_open = 0 AND check_ins_kept = 0
"""

_REMOVE_EMPTY_CONTRIBUTORS: Final = """
DELETE FROM team_dashboard_contributor
WHERE tenant_id = $1 AND generation = $2 AND team_id = $3 AND month = $4 AND contributor_kind = $5
  AND contributor_id = ANY($6::uuid[]) AND records = 0
"""

_GET: Final = """
SELECT EXISTS (SELECT 1 FROM team t WHERE t.tenant_id = $1 AND t.id = $2) AS team_exists,
       cell.interactions, cell.handle_seconds, cell.intensity_sum, cell.intensity_count, cell.recovery_sum,
       cell.recovery_count, cell.escalations_opened, cell.escalations_resolved, cell.check_ins_open,
       cell.check_ins_kept, stands.*
FROM (SELECT active_generation AS generation FROM projection WHERE name = 'team_dashboard') AS active
LEFT JOIN team_dashboard cell
  ON cell.tenant_id = $1 AND cell.generation = active.generation AND cell.team_id = $2 AND cell.month = $3
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE c.contributor_kind = 'person') AS people,
         count(*) FILTER (WHERE c.contributor_kind = 'person' AND c.intensity_records > 0) AS intensity_people,
         count(*) FILTER (WHERE c.contributor_kind = 'customer' AND c.intensity_records > 0) AS intensity_customers,
         count(*) FILTER (WHERE c.contributor_kind = 'person' AND c.recovery_records > 0) AS recovery_people,
         count(*) FILTER (WHERE c.contributor_kind = 'customer' AND c.recovery_records > 0) AS recovery_customers
  FROM team_dashboard_contributor c
  WHERE c.tenant_id = $1 AND c.generation = active.generation AND c.team_id = $2 AND c.month = $3
) AS stands ON true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """The records that a batch of events is about; customers stand for all their conversations."""

    interaction_ids: Sequence[UUID]
    customer_ids: Sequence[UUID]
    escalation_ids: Sequence[UUID]
    check_in_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Whether there is such a team, its cell for the month, and who stands behind it."""

    team_exists: bool
    cell: Cell | None
    backing: Backing


async def derive(tx: WriteTransaction, generation: int, touched: Touched) -> None:
    """Bring the cells in line with what the state says about these records now. Doing it again changes nothing."""
    interactions = set(touched.interaction_ids)
    if touched.customer_ids:
        rows = await tx.fetch(_OF_CUSTOMERS, tx.tenant_id, touched.customer_ids)
        interactions.update(row["id"] for row in rows)
    reduced = await tx.fetch(
        _DERIVE, tx.tenant_id, generation, sorted(interactions), touched.escalation_ids, touched.check_in_ids
    )
    await _forget(tx, generation, [row for row in reduced if row["is_gone"]])
    await _remove_empty(tx, generation, reduced)


async def _forget(tx: WriteTransaction, generation: int, gone: Sequence[asyncpg.Record]) -> None:
    for kind in sorted({row["record_kind"] for row in gone}):
        ids = [row["record_id"] for row in gone if row["record_kind"] == kind]
        await tx.execute(_FORGET, tx.tenant_id, generation, kind, ids)


async def _remove_empty(tx: WriteTransaction, generation: int, reduced: Sequence[asyncpg.Record]) -> None:
    """An emptied row goes, so that the live tables hold just the rows that a rebuild would make."""
    if not reduced:
        return
    await tx.execute(
        _REMOVE_EMPTY_CELLS,
        tx.tenant_id,
        generation,
        list({row["team_id"] for row in reduced}),
        list({row["month"] for row in reduced}),
    )
    contributors: dict[tuple[UUID, date, str], set[UUID]] = {}
    for row in reduced:
        for kind, column in ((Contributor.PERSON, "person_id"), (Contributor.CUSTOMER, "customer_id")):
            if row["record_kind"] == "interaction":
                contributors.setdefault((row["team_id"], row["month"], kind.value), set()).add(row[column])
    for where, ids in contributors.items():
        await tx.execute(_REMOVE_EMPTY_CONTRIBUTORS, tx.tenant_id, generation, *where, list(ids))


async def get(tx: ReadTransaction, team_id: UUID, month: date) -> Found:
    """A team's month."""
    row = await tx.fetch_row(_GET, tx.tenant_id, team_id, month)
    if row is None:
        exists = await tx.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM team WHERE tenant_id = $1 AND id = $2)", tx.tenant_id, team_id
        )
        return Found(team_exists=exists, cell=None, backing=Backing())
    values = dict(row)
    team_exists = values.pop("team_exists")
    backing = Backing(**{name: values.pop(name) for name in Backing.__slots__})
    cell = Cell(**values) if values["interactions"] is not None else None
    return Found(team_exists=team_exists, cell=cell, backing=backing)
