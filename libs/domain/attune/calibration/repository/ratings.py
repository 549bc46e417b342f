"""Ratings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from attune.calibration.model import Rating
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_LIST_STORED: Final = """
SELECT t.item, t.dimension, t.rater_id, t.value, t.rated_at
FROM unnest($3::text[], $4::text[], $5::uuid[]) AS wanted (item, dimension, rater_id)
JOIN calibration_rating t ON t.tenant_id = $1 AND t.round_id = $2 AND t.item = wanted.item
  AND t.dimension = wanted.dimension AND t.rater_id = wanted.rater_id
"""

_PUT: Final = """
INSERT INTO calibration_rating AS t (tenant_id, round_id, item, dimension, rater_id, value, rated_at)
SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::uuid[], $6::smallint[], $7::timestamptz[])
ON CONFLICT (tenant_id, round_id, item, dimension, rater_id)
DO UPDATE SET value = excluded.value, rated_at = excluded.rated_at
"""

_DELETE: Final = """
DELETE FROM calibration_rating t USING unnest($3::text[], $4::text[], $5::uuid[]) AS gone (item, dimension, rater_id)
WHERE t.tenant_id = $1 AND t.round_id = $2 AND t.item = gone.item AND t.dimension = gone.dimension
  AND t.rater_id = gone.rater_id
"""

_HAS_RATED: Final = """
SELECT EXISTS (SELECT 1 FROM calibration_rating WHERE tenant_id = $1 AND round_id = $2 AND rater_id = $3)
"""

_LIST_SUBMITTED: Final = """
SELECT t.item, t.dimension, t.rater_id, t.value, t.rated_at
FROM calibration_rating t JOIN calibration_rater r ON r.tenant_id = $1 AND r.id = t.rater_id
WHERE t.tenant_id = $1 AND t.round_id = $2 AND r.submitted_at IS NOT NULL
"""

_LIST_IN_DIMENSION: Final = _LIST_SUBMITTED + ' AND t.dimension = $3 ORDER BY t.item COLLATE "C", t.rater_id'

_LIST_PAGE: Final = """
SELECT t.item, t.dimension, t.rater_id, t.value, t.rated_at
FROM calibration_rating t JOIN calibration_rater r ON r.tenant_id = $1 AND r.id = t.rater_id
WHERE t.tenant_id = $1 AND t.round_id = $2
  AND (r.id = $3 OR ($4 AND r.submitted_at IS NOT NULL))
  AND ($5::text IS NULL OR (t.item, t.dimension, t.rater_id) > ($5, $6, $7))
ORDER BY t.item, t.dimension, t.rater_id LIMIT $8
"""

Key = tuple[str, str, UUID]
"""An item, a dimension and a rater: one cell."""


async def list_stored(tx: ReadTransaction, round_id: UUID, keys: Sequence[Key]) -> dict[Key, Rating]:
    """The ratings of these cells that there are."""
    rows = await tx.fetch(_LIST_STORED, tx.tenant_id, round_id, *_columns(keys))
    return {(row["item"], row["dimension"], row["rater_id"]): Rating(**row) for row in rows}


async def put_ratings(tx: WriteTransaction, round_id: UUID, ratings: Sequence[Rating]) -> None:
    """Write ratings, over those of the same cells."""
    keys = [(rating.item, rating.dimension, rating.rater_id) for rating in ratings]
    await tx.execute(
        _PUT,
        tx.tenant_id,
        round_id,
        *_columns(keys),
        [rating.value for rating in ratings],
        [rating.rated_at for rating in ratings],
    )


async def delete_ratings(tx: WriteTransaction, round_id: UUID, keys: Sequence[Key]) -> None:
    """Empty cells."""
    await tx.execute(_DELETE, tx.tenant_id, round_id, *_columns(keys))


async def has_rated(tx: ReadTransaction, round_id: UUID, rater_id: UUID) -> bool:
    """Whether a rater has rated anything."""
    return bool(await tx.fetch_value(_HAS_RATED, tx.tenant_id, round_id, rater_id))


async def list_in_dimension(tx: ReadTransaction, round_id: UUID, dimension: str) -> list[Rating]:
    """What those who have submitted gave in a dimension, in an order that depends on nothing else."""
    return [Rating(**row) for row in await tx.fetch(_LIST_IN_DIMENSION, tx.tenant_id, round_id, dimension)]


async def list_page_of_ratings(
    tx: ReadTransaction,
    round_id: UUID,
    *,
    own_rater_id: UUID | None,
    with_others: bool,
    after: Key | None,
    limit: int,
) -> list[Rating]:
    """A rater's own ratings and, where they may be seen, those of everybody who has submitted."""
    item, dimension, rater_id = after if after is not None else (None, None, None)
    rows = await tx.fetch(
        _LIST_PAGE, tx.tenant_id, round_id, own_rater_id, with_others, item, dimension, rater_id, limit
    )
    return [Rating(**row) for row in rows]


def _columns(keys: Sequence[Key]) -> tuple[list[str], list[str], list[UUID]]:
    return [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]
