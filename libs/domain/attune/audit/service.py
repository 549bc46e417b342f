"""Use cases: search the audit log, and say how far something derived has come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attune.audit import repository
from attune.audit.events import AuditSearched
from attune.audit.model import AuditFilter, AuditPage
from attune.kernel.ids import shard_of
from attune.kernel.transactions import ReadTransaction, WriteTransaction


async def search_audit(
    tx: WriteTransaction, wanted: AuditFilter, *, before: int | None, limit: int, person_id: UUID | None
) -> AuditPage:
    """The latest `limit` entries that match, below the sequence number `before`; the search itself is recorded.

    Entries about a person's own load are shown only where `person_id`, the person who asks, is that person.
    """
    head = await repository.get_head(tx)
    found = await repository.search(tx, wanted, before=before, limit=limit + 1, person_id=person_id)
    entries = found[:limit]
    tx.record(
        AuditSearched(
            target_id=tx.tenant_id,
            concerns=wanted.concerns,
            by_actor=wanted.actor_id,
            by_target=wanted.target_id,
            by_outcome=wanted.outcome,
            by_purpose=wanted.purpose,
            by_action=wanted.action is not None,
            recorded_from=wanted.recorded_from,
            recorded_to=wanted.recorded_to,
            entries_shown=len(entries),
        )
    )
    return AuditPage(entries=entries, has_more=len(found) > limit, head=head)


async def read_as_of(tx: ReadTransaction, projection: str) -> datetime | None:
    """Up to which recording time a projection's rows hold everything of this organisation; None: nothing so far."""
    return await repository.find_applied_at(tx, projection, shard_of(tx.tenant_id))
