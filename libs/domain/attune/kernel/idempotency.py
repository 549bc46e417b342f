"""Idempotency keys, claimed in the transaction of their effect: both are there, or neither.

What is kept is which thing was made and how it ended, never a body: a replay is rendered again, through the same
consent gate as any read. The id of a new thing is made before the claim, so one statement does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from attune.kernel.errors import AttuneError, Kind
from attune.kernel.transactions import WriteTransaction


class IdempotencyKeyReused(AttuneError):
    """The key was used before with another body."""

    kind = Kind.INVALID
    code = "idempotency_key_reused"
    detail = "This Idempotency-Key was used for a different request. Use a new key for a new request."


class IdempotencyInFlight(AttuneError):
    """Another request with this key is being worked on right now."""

    kind = Kind.CONFLICT
    code = "idempotency_in_flight"
    detail = "A request with this Idempotency-Key is in progress. Repeat it shortly to get its answer."


@dataclass(frozen=True, slots=True)
class Replay:
    """What was done under the key before."""

    resource_id: UUID | None
    outcome: dict[str, Any] | None


_CLAIM = """
INSERT INTO idempotency_key (tenant_id, principal_id, operation, key, fingerprint, resource_id)
SELECT $1, $2, $3, $4, $5, $6 FROM (SELECT set_config('lock_timeout', '100ms', true)) AS impatient
ON CONFLICT DO NOTHING
RETURNING set_config('lock_timeout', '5s', true)
"""
"""A duplicate of a request in flight waits on the unique index, and only 100 ms, so that duplicates never fill the pool
(twenty of them on a pool of eight stalled an unrelated request 1.3 s). The request that got the key waits normally."""

_MADE = """
SELECT fingerprint, resource_id, outcome FROM idempotency_key
WHERE tenant_id = $1 AND principal_id = $2 AND operation = $3 AND key = $4
"""

_OUTCOME = """
UPDATE idempotency_key SET resource_id = coalesce($5, resource_id), outcome = $6
WHERE tenant_id = $1 AND principal_id = $2 AND operation = $3 AND key = $4
"""


async def claim(
    tx: WriteTransaction, *, principal_id: UUID, operation: str, key: str, fingerprint: bytes, resource_id: UUID | None
) -> Replay | None:
    """Claim a key before doing its work: None means go on, a `Replay` means it was done before.

    Raises `IdempotencyInFlight` (the transaction is over then) and `IdempotencyKeyReused`.
    """
    try:
        claimed = await tx.fetch_value(_CLAIM, tx.tenant_id, principal_id, operation, key, fingerprint, resource_id)
    except asyncpg.LockNotAvailableError as error:
        raise IdempotencyInFlight from error
    if claimed:
        return None
    row = await tx.fetch_row(_MADE, tx.tenant_id, principal_id, operation, key)
    if row is None:
        raise IdempotencyInFlight
    if row["fingerprint"] != fingerprint:
        raise IdempotencyKeyReused
    return Replay(row["resource_id"], row["outcome"])


async def remember_outcome(
    tx: WriteTransaction,
    *,
    principal_id: UUID,
    operation: str,
    key: str,
    outcome: dict[str, Any],
    resource_id: UUID | None = None,
) -> None:
    """Keep more than the id: the per-item results of a batch (statuses, ids and codes), or a recorded refusal's code."""
    await tx.execute(_OUTCOME, tx.tenant_id, principal_id, operation, key, resource_id, outcome)
