"""Statements about one's own load, and about episodes that have ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from attune.fatigue.model import Conversation, Standing
from attune.fatigue.repository.rows import conversation_of
from attune.kernel.transactions import ReadTransaction

_DUE: Final = """
SELECT s.person_id, s.over_since AS crossed_at, s.clears_at AS cleared_at FROM fatigue_state s
WHERE s.tenant_id = $1 AND s.generation = (SELECT active_generation FROM projection WHERE name = 'fatigue')
  AND s.clears_at <= clock_timestamp()
"""

_STANDING: Final = """
SELECT s.load, s.at, s.over_since FROM fatigue_state s
WHERE s.tenant_id = $1 AND s.person_id = $2
  AND s.generation = (SELECT active_generation FROM projection WHERE name = 'fatigue')
"""

_RECENT: Final = """
SELECT c.interaction_id, c.person_id, c.customer_id, c.at, c.handle_seconds, c.intensity, c.impulse
FROM fatigue_contribution c
WHERE c.tenant_id = $1 AND c.person_id = $2 AND c.at > $3
  AND c.generation = (SELECT active_generation FROM projection WHERE name = 'fatigue')
ORDER BY c.at DESC LIMIT 500
"""

_VISIBLE: Final = """
SELECT s.interaction_id FROM signal s
WHERE s.tenant_id = $1 AND s.interaction_id = ANY($2::uuid[]) AND s.measure = 'emotion_intensity'
GROUP BY s.interaction_id
HAVING bool_and(s.expires_at IS NULL OR s.expires_at > now())
"""
"""An expired signal still counts, but is shown no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueClear:
    """An episode whose end has come without another conversation."""

    person_id: UUID
    crossed_at: datetime
    cleared_at: datetime


async def list_due_clears(tx: ReadTransaction) -> list[DueClear]:
    """The latest episodes of people who are by now under the lower threshold, by the database's clock."""
    return [DueClear(**row) for row in await tx.fetch(_DUE, tx.tenant_id)]


async def list_recorded(tx: ReadTransaction, event_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these events are in the log already."""
    rows = await tx.fetch(
        "SELECT event_id FROM event WHERE tenant_id = $1 AND event_id = ANY($2::uuid[])", tx.tenant_id, event_ids
    )
    return {row["event_id"] for row in rows}


async def get_standing(tx: ReadTransaction, person_id: UUID) -> Standing | None:
    """Where somebody stood after their latest conversation."""
    row = await tx.fetch_row(_STANDING, tx.tenant_id, person_id)
    return None if row is None else Standing(row["at"], row["load"], row["over_since"])


async def list_recent(tx: ReadTransaction, person_id: UUID, since: datetime) -> list[tuple[Conversation, float]]:
    """Somebody's conversations since a moment, each with its impulse."""
    rows = await tx.fetch(_RECENT, tx.tenant_id, person_id, since)
    return [(conversation_of(row), row["impulse"]) for row in rows]


async def list_visible(tx: ReadTransaction, interaction_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these conversations whose intensity may still be shown: by consent, and by the signals' own expiry."""
    return {row["interaction_id"] for row in await tx.fetch(_VISIBLE, tx.tenant_id, interaction_ids)}
