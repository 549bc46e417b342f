"""Every statement about consent: the history, and the state that PostgreSQL's policies read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from attune.consent.model import Choice, ConsentMethod, ConsentRecord, InForce
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_RECORDS: Final = """
SELECT id, customer_id, purpose, choice, method, effective_at, expires_at, recorded_at
FROM consent_record WHERE tenant_id = $1
"""

_RECORD_BY_ID: Final = _RECORDS + " AND id = $2"

_HISTORY: Final = _RECORDS + " AND customer_id = $2 AND effective_at <= $3"

_OF_MOMENTS: Final = """
AND (customer_id, purpose, effective_at) IN (SELECT * FROM unnest($2::uuid[], $3::text[], $4::timestamptz[]))
"""

_RECORDS_OF_MOMENTS: Final = _RECORDS + _OF_MOMENTS

_INSERT_RECORDS: Final = """
INSERT INTO consent_record (tenant_id, id, customer_id, purpose, choice, method, effective_at, expires_at,
                            evidence_sealed)
SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                         $8::timestamptz[], $9::bytea[])
"""

_STATES: Final = """
SELECT customer_id, purpose, choice, since, expires_at, now() AS at FROM consent_state
WHERE tenant_id = $1 AND customer_id = ANY($2::uuid[])
"""

_STATES_OF_PURPOSE: Final = _STATES + " AND purpose = $3"

_LIVE: Final = """
SELECT DISTINCT customer_id FROM consent_state
WHERE tenant_id = $1 AND customer_id = ANY($2::uuid[]) AND choice = 'granted'
  AND (expires_at IS NULL OR expires_at > now())
"""

_SET_STATES: Final = """
INSERT INTO consent_state (tenant_id, customer_id, purpose, choice, record_id, since, expires_at)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[])
ON CONFLICT (tenant_id, customer_id, purpose) DO UPDATE
SET choice = EXCLUDED.choice, record_id = EXCLUDED.record_id, since = EXCLUDED.since, expires_at = EXCLUDED.expires_at
WHERE (EXCLUDED.since, EXCLUDED.choice IN ('refused', 'withdrawn'))
   >= (consent_state.since, consent_state.choice IN ('refused', 'withdrawn'))
"""
"""The order of `rules.rank`, held by PostgreSQL itself: a choice from before the one in force changes nothing."""

_LOCK_DUE: Final = """
SELECT customer_id, purpose, expires_at FROM consent_state
WHERE tenant_id = $1 AND choice = 'granted' AND expires_at <= $2
ORDER BY expires_at LIMIT $3 FOR UPDATE SKIP LOCKED
"""

_EXPIRE: Final = """
UPDATE consent_state SET choice = 'expired', record_id = due.record_id
FROM unnest($2::uuid[], $3::text[], $4::uuid[]) AS due (customer_id, purpose, record_id)
WHERE consent_state.tenant_id = $1 AND consent_state.customer_id = due.customer_id
  AND consent_state.purpose = due.purpose
"""
"""`since` stays the moment of the grant: by it a grant that arrives late is compared, whether or not this has run."""


async def get_record(tx: ReadTransaction, record_id: UUID) -> ConsentRecord | None:
    """A recorded choice."""
    row = await tx.fetch_row(_RECORD_BY_ID, tx.tenant_id, record_id)
    return None if row is None else _record(row)


async def list_history(tx: ReadTransaction, customer_id: UUID, until: datetime) -> list[ConsentRecord]:
    """A customer's choices up to a moment, of all purposes."""
    return [_record(row) for row in await tx.fetch(_HISTORY, tx.tenant_id, customer_id, until)]


async def list_records_of_moments(
    tx: ReadTransaction, moments: Collection[tuple[UUID, Purpose, datetime]]
) -> list[ConsentRecord]:
    """The choices of these customers for these purposes at exactly these moments."""
    customers, purposes = [customer for customer, _, _ in moments], [purpose for _, purpose, _ in moments]
    rows = await tx.fetch(_RECORDS_OF_MOMENTS, tx.tenant_id, customers, purposes, [moment for _, _, moment in moments])
    return [_record(row) for row in rows]


async def insert_records(
    tx: WriteTransaction, records: Sequence[ConsentRecord], evidence: Sequence[bytes | None]
) -> None:
    """Add choices to the history. The moment of recording is the database's."""
    await tx.execute(
        _INSERT_RECORDS,
        tx.tenant_id,
        [record.id for record in records],
        [record.customer_id for record in records],
        [record.purpose for record in records],
        [record.choice for record in records],
        [record.method for record in records],
        [record.effective_at for record in records],
        [record.expires_at for record in records],
        list(evidence),
    )


async def list_states(
    tx: ReadTransaction, customer_ids: Collection[UUID], purpose: Purpose | None = None
) -> list[InForce]:
    """What is in force for these customers, for one purpose or all."""
    if purpose is None:
        rows = await tx.fetch(_STATES, tx.tenant_id, list(customer_ids))
    else:
        rows = await tx.fetch(_STATES_OF_PURPOSE, tx.tenant_id, list(customer_ids), purpose)
    return [InForce(**{**row, "purpose": Purpose(row["purpose"]), "choice": Choice(row["choice"])}) for row in rows]


async def list_with_live_consent(tx: ReadTransaction, customer_ids: Collection[UUID]) -> set[UUID]:
    """Those of the customers who allow at least one purpose now."""
    return {row["customer_id"] for row in await tx.fetch(_LIVE, tx.tenant_id, list(customer_ids))}


async def set_states(tx: WriteTransaction, records: Sequence[ConsentRecord]) -> None:
    """Let choices take effect, at most one for a customer and purpose, where nothing newer is in force."""
    ordered = sorted(records, key=lambda record: (record.customer_id, record.purpose))
    await tx.execute(
        _SET_STATES,
        tx.tenant_id,
        [record.customer_id for record in ordered],
        [record.purpose for record in ordered],
        [record.choice for record in ordered],
        [record.id for record in ordered],
        [record.effective_at for record in ordered],
        [record.expires_at for record in ordered],
    )


async def lock_due(tx: WriteTransaction, now: datetime, limit: int) -> list[tuple[UUID, Purpose, datetime]]:
    """Grants that have ended and are not marked so: (customer, purpose, expires_at), locked."""
    rows = await tx.fetch(_LOCK_DUE, tx.tenant_id, now, limit)
    return [(row["customer_id"], Purpose(row["purpose"]), row["expires_at"]) for row in rows]


async def set_expired(tx: WriteTransaction, records: Sequence[ConsentRecord]) -> None:
    """Mark ended grants."""
    customers, purposes = [record.customer_id for record in records], [record.purpose for record in records]
    await tx.execute(_EXPIRE, tx.tenant_id, customers, purposes, [record.id for record in records])


def _record(row: asyncpg.Record) -> ConsentRecord:
    known = {
        "purpose": Purpose(row["purpose"]),
        "choice": Choice(row["choice"]),
        "method": ConsentMethod(row["method"]),
    }
    return ConsentRecord(**{**row, **known})
