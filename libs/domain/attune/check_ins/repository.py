"""Every statement about check-ins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from attune.batches.model import Position
from attune.check_ins.model import CheckIn, CheckInStatus, Part
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_GET: Final = """
SELECT c.id, c.person_id, c.lead_id, p.lead_id AS current_lead_id, c.team_id, c.week_of, c.status, c.progress_sealed,
       c.blockers_sealed, c.next_targets_sealed, c.submitted_at, c.version, c.created_at, c.updated_at
FROM check_in c JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
WHERE c.tenant_id = $1 AND c.id = $2
"""

_LOCK: Final = """
SELECT c.id, c.person_id, c.lead_id, p.lead_id AS current_lead_id, c.team_id, c.week_of, c.status, c.progress_sealed,
       c.blockers_sealed, c.next_targets_sealed, c.submitted_at, c.version, c.created_at, c.updated_at
FROM check_in c JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
WHERE c.tenant_id = $1 AND c.id = $2 FOR UPDATE OF c
"""

_INSERT: Final = """
INSERT INTO check_in (tenant_id, id, person_id, lead_id, team_id, week_of, status)
VALUES ($1, $2, $3, $4, $5, $6, 'open')
ON CONFLICT (tenant_id, person_id, week_of) DO NOTHING
"""

_UPDATE: Final = """
UPDATE check_in SET
  progress_sealed = CASE WHEN $3 THEN $4 ELSE progress_sealed END,
  blockers_sealed = CASE WHEN $5 THEN $6 ELSE blockers_sealed END,
  next_targets_sealed = CASE WHEN $7 THEN $8 ELSE next_targets_sealed END,
  status = CASE WHEN $9 THEN 'submitted' ELSE status END,
  submitted_at = CASE WHEN $9 THEN now() ELSE submitted_at END,
  version = version + 1, updated_at = clock_timestamp()
WHERE tenant_id = $1 AND id = $2
"""

_LIST: Final = """
SELECT c.id, c.person_id, c.lead_id, p.lead_id AS current_lead_id, c.team_id, c.week_of, c.status,
       NULL::bytea AS progress_sealed, NULL::bytea AS blockers_sealed, NULL::bytea AS next_targets_sealed,
       c.submitted_at, c.version, c.created_at, c.updated_at
FROM check_in c JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
WHERE c.tenant_id = $1 AND (c.updated_at, c.id) > ($2, $3)
  AND ($4::uuid IS NULL OR c.person_id = $4 OR p.lead_id = $4)
  AND ($5::uuid IS NULL OR c.person_id = $5)
  AND ($6::text IS NULL OR c.status = $6)
ORDER BY c.updated_at, c.id LIMIT $7
"""


async def get(tx: ReadTransaction, check_in_id: UUID) -> CheckIn | None:
    """A check-in."""
    return _check_in(await tx.fetch_row(_GET, tx.tenant_id, check_in_id))


async def lock(tx: WriteTransaction, check_in_id: UUID) -> CheckIn | None:
    """A check-in, locked."""
    return _check_in(await tx.fetch_row(_LOCK, tx.tenant_id, check_in_id))


async def insert(
    tx: WriteTransaction, *, check_in_id: UUID, person_id: UUID, lead_id: UUID, team_id: UUID | None, week_of: date
) -> bool:
    """Whether the person had none for that week."""
    return await tx.execute(_INSERT, tx.tenant_id, check_in_id, person_id, lead_id, team_id, week_of) == 1


async def update(
    tx: WriteTransaction, check_in_id: UUID, sealed: Mapping[Part, bytes | None], *, is_submitted: bool
) -> None:
    """Put in what is given for a part, leave the other parts, and submit where asked to."""
    parts = [value for part in Part for value in (part in sealed, sealed.get(part))]
    await tx.execute(_UPDATE, tx.tenant_id, check_in_id, *parts, is_submitted)


async def list_check_ins(
    tx: ReadTransaction,
    *,
    after: Position,
    viewer_id: UUID | None,
    person_id: UUID | None,
    status: CheckInStatus | None,
    limit: int,
) -> list[CheckIn]:
    """Check-ins in the order they changed, without their parts; those a viewer takes part in, or all for None."""
    rows = await tx.fetch(_LIST, tx.tenant_id, after.updated_at, after.id, viewer_id, person_id, status, limit)
    return [check_in for row in rows if (check_in := _check_in(row)) is not None]


def _check_in(row: asyncpg.Record | None) -> CheckIn | None:
    return None if row is None else CheckIn(**{**row, "status": CheckInStatus(row["status"])})
