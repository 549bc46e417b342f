"""Letting grants end."""

from __future__ import annotations

from datetime import datetime

from attune.consent import repository
from attune.consent.events import ConsentExpired
from attune.consent.model import Choice, ConsentMethod, ConsentRecord
from attune.kernel.ids import new_id
from attune.kernel.transactions import WriteTransaction


async def expire_due(tx: WriteTransaction, *, now: datetime, limit: int = 500) -> int:
    """Mark grants of this organisation that have ended, and record it; how many there were. PostgreSQL closed the gate
    at the instant itself, this only tells the world. Several workers may do it at once."""
    due = await repository.lock_due(tx, now, limit)
    records = [
        ConsentRecord(
            id=new_id(),
            customer_id=customer_id,
            purpose=purpose,
            choice=Choice.EXPIRED,
            method=ConsentMethod.SYSTEM,
            effective_at=expires_at,
            expires_at=None,
            recorded_at=now,
        )
        for customer_id, purpose, expires_at in due
    ]
    if records:
        await repository.insert_records(tx, records, [None] * len(records))
        await repository.set_expired(tx, records)
    for record in records:
        tx.record(
            ConsentExpired(
                target_id=record.customer_id,
                concerns=record.customer_id,
                record_id=record.id,
                purpose=record.purpose,
                method=record.method,
                effective_at=record.effective_at,
            )
        )
    return len(records)
