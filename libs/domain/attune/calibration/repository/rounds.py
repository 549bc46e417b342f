"""Rounds, their raters and their items."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from attune.batches.model import ExternalRef, Position
from attune.calibration.model import (
    Item,
    Metric,
    Rater,
    Round,
    RoundOutcome,
    RoundRow,
    RoundStatus,
    Scale,
)
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_SELECT: Final = """
SELECT c.id, c.external_source, c.external_id, c.title, c.rubric_version_id, c.dimensions, c.scale_min, c.scale_max,
       c.metric, c.status, c.outcome, c.quorum, c.facilitator_id, c.scoring_until, c.version, c.created_at, c.updated_at,
       (SELECT count(*) FROM calibration_rater r WHERE r.tenant_id = $1 AND r.round_id = c.id) AS raters,
       (SELECT count(submitted_at) FROM calibration_rater r WHERE r.tenant_id = $1 AND r.round_id = c.id)
         AS raters_submitted,
       (SELECT count(*) FROM calibration_item i WHERE i.tenant_id = $1 AND i.round_id = c.id) AS items
FROM calibration_round c
WHERE c.tenant_id = $1
"""

_GET: Final = _SELECT + " AND c.id = $2"

_GET_BY_REF: Final = _SELECT + " AND c.external_source = $2 AND c.external_id = $3"

# NO KEY: what refers to a round can be written meanwhile, as the worker does with its figures.
_LOCK: Final = "SELECT true FROM calibration_round WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE"

_OF_VIEWER: Final = """
AND (c.updated_at, c.id) > ($2, $3)
AND ($4::uuid IS NULL OR c.facilitator_id = $4 OR EXISTS (
  SELECT 1 FROM calibration_rater r WHERE r.tenant_id = $1 AND r.round_id = c.id AND r.person_id = $4))
AND ($5::text IS NULL OR c.status = $5)
ORDER BY c.updated_at, c.id LIMIT $6
"""

_LIST: Final = _SELECT + _OF_VIEWER

_INSERT: Final = """
INSERT INTO calibration_round (tenant_id, id, external_source, external_id, title, rubric_version_id, dimensions,
                               scale_min, scale_max, metric, status, quorum, facilitator_id, scoring_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'draft', $11, $12, $13)
ON CONFLICT (tenant_id, external_source, external_id) WHERE external_id IS NOT NULL DO NOTHING
"""

_STEP: Final = """
UPDATE calibration_round SET status = $3, outcome = coalesce($4, outcome), version = version + 1,
       updated_at = clock_timestamp()
WHERE tenant_id = $1 AND id = $2
"""

_LIST_RATERS: Final = """
SELECT id, label, person_id, is_late, submitted_at FROM calibration_rater WHERE tenant_id = $1 AND round_id = $2 ORDER BY id
"""

_INSERT_RATERS: Final = """
INSERT INTO calibration_rater (tenant_id, id, round_id, label, person_id, is_late)
SELECT $1, id, $2, label, person_id, $6 FROM unnest($3::uuid[], $4::text[], $5::uuid[]) AS new (id, label, person_id)
ON CONFLICT DO NOTHING
"""

_SUBMIT: Final = """
UPDATE calibration_rater SET submitted_at = clock_timestamp()
WHERE tenant_id = $1 AND round_id = $2 AND id = ANY($3::uuid[]) AND submitted_at IS NULL
"""

_LIST_ITEMS: Final = """
SELECT i.key, i.interaction_id, n.person_id, i.text_ref
FROM calibration_item i LEFT JOIN interaction n ON n.tenant_id = $1 AND n.id = i.interaction_id
WHERE i.tenant_id = $1 AND i.round_id = $2
"""

_LIST_SOME_ITEMS: Final = _LIST_ITEMS + " AND i.key = ANY($3::text[])"

_LIST_PAGE_OF_ITEMS: Final = _LIST_ITEMS + " AND ($3::text IS NULL OR i.key > $3) ORDER BY i.key LIMIT $4"

_INSERT_ITEMS: Final = """
INSERT INTO calibration_item (tenant_id, round_id, key, interaction_id, text_ref)
SELECT $1, $2, * FROM unnest($3::text[], $4::uuid[], $5::text[])
"""


async def get_round(tx: ReadTransaction, round_id: UUID) -> Round | None:
    """A round by id."""
    row = await tx.fetch_row(_GET, tx.tenant_id, round_id)
    return None if row is None else _round(row)


async def get_round_by_ref(tx: ReadTransaction, ref: ExternalRef) -> Round | None:
    """A round by its reference."""
    row = await tx.fetch_row(_GET_BY_REF, tx.tenant_id, ref.source, ref.external_id)
    return None if row is None else _round(row)


async def lock_round(tx: WriteTransaction, round_id: UUID) -> Round | None:
    """A round that nobody else changes until this transaction ends: neither it, nor its ratings."""
    # The counts are read after the lock is held: in one statement they would be those of before.
    if await tx.fetch_value(_LOCK, tx.tenant_id, round_id) is None:
        return None
    return await get_round(tx, round_id)


async def list_rounds(
    tx: ReadTransaction, *, after: Position, viewer_id: UUID | None, status: RoundStatus | None, limit: int
) -> list[Round]:
    """Rounds in the order they changed; those a viewer leads or rates in, or all for None."""
    rows = await tx.fetch(_LIST, tx.tenant_id, after.updated_at, after.id, viewer_id, status, limit)
    return [_round(row) for row in rows]


async def insert_round(tx: WriteTransaction, new: RoundRow) -> bool:
    """Whether the round went in; else its reference names one already."""
    ref = new.external_ref
    inserted = await tx.execute(
        _INSERT,
        tx.tenant_id,
        new.id,
        ref.source if ref else None,
        ref.external_id if ref else None,
        new.title,
        new.rubric_version_id,
        list(new.dimensions),
        new.scale.lowest,
        new.scale.highest,
        new.scale.metric.value,
        new.quorum,
        new.facilitator_id,
        new.scoring_until,
    )
    return inserted == 1


async def set_status(
    tx: WriteTransaction, round_id: UUID, status: RoundStatus, outcome: RoundOutcome | None = None
) -> None:
    """Take a step. An outcome of None leaves the one there is."""
    await tx.execute(_STEP, tx.tenant_id, round_id, status.value, None if outcome is None else outcome.value)


async def list_raters(tx: ReadTransaction, round_id: UUID) -> list[Rater]:
    """A round's raters, in the order they joined."""
    return [Rater(**row) for row in await tx.fetch(_LIST_RATERS, tx.tenant_id, round_id)]


async def insert_raters(tx: WriteTransaction, round_id: UUID, raters: Sequence[Rater], *, is_late: bool) -> int:
    """Add raters; who is one already stays as they are. How many are new."""
    return await tx.execute(
        _INSERT_RATERS,
        tx.tenant_id,
        round_id,
        [rater.id for rater in raters],
        [rater.label for rater in raters],
        [rater.person_id for rater in raters],
        is_late,
    )


async def submit(tx: WriteTransaction, round_id: UUID, rater_ids: Collection[UUID]) -> int:
    """Raters stand by their ratings from now on; how many did not before."""
    return await tx.execute(_SUBMIT, tx.tenant_id, round_id, list(rater_ids))


async def list_items(tx: ReadTransaction, round_id: UUID, keys: Collection[str]) -> dict[str, Item]:
    """The items of these keys, by key."""
    rows = await tx.fetch(_LIST_SOME_ITEMS, tx.tenant_id, round_id, list(keys))
    return {row["key"]: Item(**row) for row in rows}


async def list_page_of_items(tx: ReadTransaction, round_id: UUID, *, after: str | None, limit: int) -> list[Item]:
    """A round's items in the order of their keys."""
    return [Item(**row) for row in await tx.fetch(_LIST_PAGE_OF_ITEMS, tx.tenant_id, round_id, after, limit)]


async def insert_items(tx: WriteTransaction, round_id: UUID, items: Sequence[Item]) -> None:
    """Add items, none of which is there."""
    await tx.execute(
        _INSERT_ITEMS,
        tx.tenant_id,
        round_id,
        [item.key for item in items],
        [item.interaction_id for item in items],
        [item.text_ref for item in items],
    )


def _round(row: asyncpg.Record) -> Round:
    values = dict(row)
    scale = Scale(lowest=values.pop("scale_min"), highest=values.pop("scale_max"), metric=Metric(values.pop("metric")))
    outcome = values["outcome"]
    return Round(
        **{
            **values,
            "scale": scale,
            "dimensions": tuple(values["dimensions"]),
            "status": RoundStatus(values["status"]),
            "outcome": None if outcome is None else RoundOutcome(outcome),
        }
    )
