"""Rounds that wait to be computed, of all organisations. A place in the queue is taken on a lease with a holder's token.

Who adds raises the run's revision first, and who finishes locks the run first: so a change that comes in the last moment
of a computation finds either its old place still held, with a revision that the holder will notice, or no place, and
makes a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from attune.kernel.transactions import WriteTransaction

# Without a conflict target: naming one would need a right to read the queue, where other organisations' rounds stand.
_ADD: Final = "INSERT INTO reliability_queue (tenant_id, round_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"

_TAKE: Final = """
UPDATE reliability_queue q
SET holder = $1, attempts = attempts + 1, free_at = clock_timestamp() + $2::interval
FROM (
  SELECT tenant_id, round_id FROM reliability_queue WHERE free_at <= clock_timestamp()
  ORDER BY queued_at LIMIT 1 FOR UPDATE SKIP LOCKED
) next
WHERE q.tenant_id = next.tenant_id AND q.round_id = next.round_id
RETURNING q.tenant_id, q.round_id, q.attempts
"""

_RENEW: Final = """
UPDATE reliability_queue SET free_at = clock_timestamp() + $4::interval
WHERE tenant_id = $1 AND round_id = $2 AND holder = $3
"""

_GIVE_BACK: Final = """
UPDATE reliability_queue SET holder = NULL, free_at = clock_timestamp() + $4::interval, attempts = $5
WHERE tenant_id = $1 AND round_id = $2 AND holder = $3
"""

_REMOVE: Final = "DELETE FROM reliability_queue WHERE tenant_id = $1 AND round_id = $2 AND holder = $3"


@dataclass(frozen=True, slots=True)
class Place:
    """A round that this holder may compute until the lease ends."""

    tenant_id: UUID
    round_id: UUID
    attempts: int
    holder: UUID


async def add(tx: WriteTransaction, round_id: UUID) -> None:
    """A round has something new to compute. Twice is once."""
    await tx.execute(_ADD, tx.tenant_id, round_id)


async def take(tx: WriteTransaction, holder: UUID, lease: timedelta) -> Place | None:
    """The place that has waited longest and that nobody holds."""
    row = await tx.fetch_row(_TAKE, holder, lease)
    return None if row is None else Place(row["tenant_id"], row["round_id"], row["attempts"], holder)


async def renew(tx: WriteTransaction, place: Place, lease: timedelta) -> bool:
    """Hold a place for longer; whether it is still this holder's."""
    return await tx.execute(_RENEW, place.tenant_id, place.round_id, place.holder, lease) == 1


async def give_back(tx: WriteTransaction, place: Place, *, after: timedelta, attempts: int) -> None:
    """Let anybody take the place again, after a while."""
    await tx.execute(_GIVE_BACK, place.tenant_id, place.round_id, place.holder, after, attempts)


async def remove(tx: WriteTransaction, place: Place) -> None:
    """There is nothing left to do."""
    await tx.execute(_REMOVE, place.tenant_id, place.round_id, place.holder)
