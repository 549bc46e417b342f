"""The projection `audit`: every event becomes the next entry of its organisation's log. It halts rather than skip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attune.audit import repository
from attune.audit.model import AuditEntry, SealedEntry
from attune.audit.rules import canonical_entry, leaf_hash
from attune.kernel.events import StoredEvent
from attune.kernel.projections import Batch, Projection


class _SomeAreKnown(Exception):
    """Events of a batch have entries already: their places in the sequence must not be taken twice."""


async def project_audit(batch: Batch) -> None:
    """Append a batch's events to the log, in their order, each once."""
    try:
        async with batch.tx.savepoint():
            await _append(batch, batch.events)
    except _SomeAreKnown:
        known = await repository.list_known(batch.tx, batch.generation, [event.event_id for event in batch.events])
        await _append(batch, [event for event in batch.events if event.event_id not in known])


async def _append(batch: Batch, events: Sequence[StoredEvent]) -> None:
    if not events:
        return
    size = await repository.lock_size(batch.tx, batch.generation)
    sealed = [seal(entry_of(event, seq)) for seq, event in enumerate(events, start=size)]
    if await repository.append(batch.tx, batch.generation, sealed) < len(sealed):
        raise _SomeAreKnown


def entry_of(event: StoredEvent, seq: int) -> AuditEntry:
    """An event as the entry with a place in the log. Its trace stays outside: it tells of machines, not of people."""
    return AuditEntry(
        tenant_id=event.tenant_id,
        seq=seq,
        event_id=event.event_id,
        action=event.kind,
        schema_version=event.schema_version,
        outcome=event.outcome,
        target_kind=event.target_kind,
        target_id=event.target_id,
        version=event.version,
        concerns=event.concerns,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        purpose=event.purpose,
        request_id=event.request_id,
        data=event.data,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
    )


def seal(entry: AuditEntry) -> SealedEntry:
    """An entry with the hash of its canonical bytes."""
    return SealedEntry(entry=entry, leaf_hash=leaf_hash(canonical_entry(entry)))


AUDIT: Final = Projection(
    name="audit", version=1, apply=project_audit, tables=("audit_entry", "audit_head"), handles=None, halts=True
)
