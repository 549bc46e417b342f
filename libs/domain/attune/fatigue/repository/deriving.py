"""Statements that derive loads from conversations. How intense one was is read through the consent gate (`insights`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from attune.fatigue.model import Contribution, Conversation, Episode, Standing
from attune.fatigue.repository.rows import conversation_of
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_OF_CUSTOMERS: Final = "SELECT id FROM interaction WHERE tenant_id = $1 AND customer_id = ANY($2::uuid[])"

_CHANGES: Final = """
WITH fresh AS (
  SELECT i.id, i.person_id, i.customer_id, i.ended_at AS at, i.handle_seconds, felt.intensity
  FROM interaction i
  CROSS JOIN LATERAL (
    SELECT round(avg(1 + 4 * (s.original_value - s.scale_min) / (s.scale_max - s.scale_min)), 6)::float8 AS intensity
    FROM signal s
    WHERE s.tenant_id = $1 AND s.interaction_id = i.id AND s.customer_id = i.customer_id
      AND s.measure = 'emotion_intensity'
  ) AS felt
  WHERE i.tenant_id = $1 AND i.id = ANY($3::uuid[])
), before AS (
  SELECT c.interaction_id AS id, c.person_id, c.customer_id, c.at, c.handle_seconds, c.intensity
  FROM fatigue_contribution c
  WHERE c.tenant_id = $1 AND c.generation = $2 AND c.interaction_id = ANY($3::uuid[])
)
SELECT coalesce(fresh.id, before.id) AS interaction_id, fresh.person_id, fresh.customer_id, fresh.at,
       fresh.handle_seconds, fresh.intensity, before.person_id AS old_person_id, before.at AS old_at
FROM fresh FULL JOIN before ON before.id = fresh.id
WHERE fresh IS DISTINCT FROM before
"""
"""The conversations whose part in the load is not what it was, beside what it was made of. Given as an array, which is one
pass, where a join could become one pass for each as long as statistics are missing."""

_ANCHORS: Final = """
SELECT f.person_id, a.at, a.load_after, a.over_since,
       (SELECT max(p.load_after) FROM fatigue_contribution p
        WHERE p.tenant_id = $1 AND p.generation = $2 AND p.person_id = f.person_id AND p.at >= a.over_since
          AND (p.at, p.interaction_id) < (f.at, f.interaction_id) AND p.over_since = a.over_since) AS peak,
       EXISTS (SELECT 1 FROM fatigue_contribution l
               WHERE l.tenant_id = $1 AND l.generation = $2 AND l.person_id = f.person_id AND l.at > f.until) AS goes_on
FROM unnest($3::uuid[], $4::timestamptz[], $5::uuid[], $6::timestamptz[]) AS f (person_id, at, interaction_id, until)
LEFT JOIN LATERAL (
  SELECT c.at, c.load_after, c.over_since FROM fatigue_contribution c
  WHERE c.tenant_id = $1 AND c.generation = $2 AND c.person_id = f.person_id
    AND (c.at, c.interaction_id) < (f.at, f.interaction_id)
  ORDER BY c.at DESC, c.interaction_id DESC LIMIT 1
) AS a ON true
"""

_TAILS: Final = """
SELECT tail.*
FROM unnest($3::uuid[], $4::timestamptz[], $5::uuid[], $6::timestamptz[]) AS f (person_id, at, interaction_id, until)
CROSS JOIN LATERAL (
  SELECT c.interaction_id, c.person_id, c.customer_id, c.at, c.handle_seconds, c.intensity, c.impulse, c.load_after,
         c.over_since
  FROM fatigue_contribution c
  WHERE c.tenant_id = $1 AND c.generation = $2 AND c.person_id = f.person_id
    AND (c.at, c.interaction_id) >= (f.at, f.interaction_id) AND c.at <= f.until
  ORDER BY c.at, c.interaction_id
) AS tail
"""
"""Each chain by itself, in its order: as a plain join, all of everybody's contributions were read and hashed."""

_EPISODES: Final = """
SELECT e.person_id, e.crossed_at, e.cleared_at, e.peak
FROM unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) AS f (person_id, since, until)
JOIN fatigue_episode e ON e.tenant_id = $1 AND e.generation = $2 AND e.person_id = f.person_id
  AND e.crossed_at >= f.since AND e.crossed_at <= f.until
"""

_FORGET: Final = """
DELETE FROM fatigue_contribution WHERE tenant_id = $1 AND generation = $2 AND interaction_id = ANY($3::uuid[])
"""

_REMEMBER: Final = """
INSERT INTO fatigue_contribution (
  tenant_id, generation, interaction_id, person_id, customer_id, at, handle_seconds, intensity, impulse, load_after,
  over_since)
SELECT $1, $2, * FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::int[], $8::float8[],
                             $9::float8[], $10::float8[], $11::timestamptz[])
ON CONFLICT (tenant_id, generation, interaction_id) DO UPDATE SET
  person_id = excluded.person_id, customer_id = excluded.customer_id, at = excluded.at,
  handle_seconds = excluded.handle_seconds, intensity = excluded.intensity, impulse = excluded.impulse,
  load_after = excluded.load_after, over_since = excluded.over_since
"""

_SET_STANDINGS: Final = """
INSERT INTO fatigue_state (tenant_id, generation, person_id, load, at, over_since, clears_at)
SELECT $1, $2, * FROM unnest($3::uuid[], $4::float8[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
ON CONFLICT (tenant_id, generation, person_id) DO UPDATE SET
  load = excluded.load, at = excluded.at, over_since = excluded.over_since, clears_at = excluded.clears_at
"""

_REMOVE_STANDINGS: Final = """
DELETE FROM fatigue_state WHERE tenant_id = $1 AND generation = $2 AND person_id = ANY($3::uuid[])
"""

_REMOVE_EPISODES: Final = """
DELETE FROM fatigue_episode
WHERE tenant_id = $1 AND generation = $2
  AND (person_id, crossed_at) IN (SELECT * FROM unnest($3::uuid[], $4::timestamptz[]))
"""

_SET_EPISODES: Final = """
INSERT INTO fatigue_episode (tenant_id, generation, person_id, crossed_at, cleared_at, peak)
SELECT $1, $2, * FROM unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::float8[])
ON CONFLICT (tenant_id, generation, person_id, crossed_at) DO UPDATE SET
  cleared_at = excluded.cleared_at, peak = excluded.peak
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A conversation whose part in the load is no longer what it was. `fresh` is None where it is gone."""

    interaction_id: UUID
    fresh: Conversation | None
    old_person_id: UUID | None
    old_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The part of a person's chain to look at: from a position to a moment, both included."""

    person_id: UUID
    at: datetime
    interaction_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where the person stood before a span, and whether the chain goes on behind it."""

    standing: Standing | None
    peak: float
    goes_on: bool


async def list_changes(
    tx: ReadTransaction, generation: int, interaction_ids: Sequence[UUID], customer_ids: Sequence[UUID]
) -> list[Change]:
    """The conversations, of these and of these customers, that differ from what their contribution was made of."""
    touched = set(interaction_ids)
    if customer_ids:
        touched.update(row["id"] for row in await tx.fetch(_OF_CUSTOMERS, tx.tenant_id, customer_ids))
    rows = await tx.fetch(_CHANGES, tx.tenant_id, generation, sorted(touched))
    return [
        Change(
            interaction_id=row["interaction_id"],
            fresh=conversation_of(row) if row["person_id"] is not None else None,
            old_person_id=row["old_person_id"],
            old_at=row["old_at"],
        )
        for row in rows
    ]


async def list_anchors(tx: ReadTransaction, generation: int, spans: Sequence[Span]) -> dict[UUID, Anchor]:
    """What stands before each span, by person."""
    rows = await tx.fetch(_ANCHORS, tx.tenant_id, generation, *_columns(spans))
    return {
        row["person_id"]: Anchor(
            standing=Standing(row["at"], row["load_after"], row["over_since"]) if row["at"] is not None else None,
            peak=row["peak"] or 0.0,
            goes_on=row["goes_on"],
        )
        for row in rows
    }


async def list_contributions(
    tx: ReadTransaction, generation: int, spans: Sequence[Span]
) -> dict[UUID, list[Contribution]]:
    """The contributions within each span, in order, by person."""
    found: dict[UUID, list[Contribution]] = {span.person_id: [] for span in spans}
    for row in await tx.fetch(_TAILS, tx.tenant_id, generation, *_columns(spans)):
        after = Standing(row["at"], row["load_after"], row["over_since"])
        found[row["person_id"]].append(Contribution(conversation_of(row), row["impulse"], after))
    return found


async def list_episodes(
    tx: ReadTransaction, generation: int, since: Mapping[UUID, tuple[datetime, datetime]]
) -> dict[UUID, list[Episode]]:
    """The episodes that were crossed between two moments, by person."""
    found: dict[UUID, list[Episode]] = {person_id: [] for person_id in since}
    rows = await tx.fetch(
        _EPISODES,
        tx.tenant_id,
        generation,
        list(since),
        [start for start, _ in since.values()],
        [end for _, end in since.values()],
    )
    for row in rows:
        found[row["person_id"]].append(Episode(row["crossed_at"], row["cleared_at"], row["peak"]))
    return found


async def forget_contributions(tx: WriteTransaction, generation: int, interaction_ids: Sequence[UUID]) -> None:
    """Remove the contributions of conversations that are gone."""
    await tx.execute(_FORGET, tx.tenant_id, generation, interaction_ids)


async def set_contributions(tx: WriteTransaction, generation: int, contributions: Iterable[Contribution]) -> None:
    """Store contributions, new or recomputed."""
    rows = [
        (
            each.conversation.interaction_id,
            each.conversation.person_id,
            each.conversation.customer_id,
            each.conversation.at,
            each.conversation.handle_seconds,
            each.conversation.intensity,
            each.impulse,
            each.after.load,
            each.after.over_since,
        )
        for each in contributions
    ]
    await _write(tx, _REMEMBER, generation, rows)


async def set_standings(
    tx: WriteTransaction, generation: int, standings: Iterable[tuple[UUID, Standing, datetime | None]]
) -> None:
    """Store where people stand after their latest conversation, and when they are clear of the threshold."""
    rows = [(person_id, each.load, each.at, each.over_since, clears) for person_id, each, clears in standings]
    await _write(tx, _SET_STANDINGS, generation, rows)


async def remove_standings(tx: WriteTransaction, generation: int, person_ids: Sequence[UUID]) -> None:
    """Remove the standing of people who have no conversation left."""
    await tx.execute(_REMOVE_STANDINGS, tx.tenant_id, generation, person_ids)


async def set_episodes(tx: WriteTransaction, generation: int, episodes: Iterable[tuple[UUID, Episode]]) -> None:
    """Store episodes, new or changed."""
    rows = [(person_id, each.crossed_at, each.cleared_at, each.peak) for person_id, each in episodes]
    await _write(tx, _SET_EPISODES, generation, rows)


async def remove_episodes(tx: WriteTransaction, generation: int, episodes: Iterable[tuple[UUID, Episode]]) -> None:
    """Remove episodes that never were, after a correction."""
    rows = [(person_id, each.crossed_at) for person_id, each in episodes]
    await _write(tx, _REMOVE_EPISODES, generation, rows)


def _columns(spans: Sequence[Span]) -> tuple[list[UUID], list[datetime], list[UUID], list[datetime]]:
    return (
        [span.person_id for span in spans],
        [span.at for span in spans],
        [span.interaction_id for span in spans],
        [span.until for span in spans],
    )


async def _write(tx: WriteTransaction, statement: str, generation: int, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        await tx.execute(statement, tx.tenant_id, generation, *(list(column) for column in zip(*rows, strict=True)))
