"""Every statement about escalations.

Rows of `emotional_context` are behind the consent gate: no statement here says RETURNING of them, and whether one is kept
is asked and acted upon in one statement, so that a withdrawal committing beside it cannot come between.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from attune.batches.model import ExternalRef, Position
from attune.consent.model import Choice, Decision, InForce
from attune.consent.rules import NEVER_ASKED, judge
from attune.escalations.model import (
    BounceReason,
    Escalation,
    EscalationStatus,
    NewEscalation,
    Resolution,
    SealedContext,
    SealedHandoff,
    Severity,
)
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_SELECT: Final = """
SELECT id, external_source, external_id, customer_id, interaction_id, team_id, opened_by_id, assignee_id, severity, status,
       resolution, bounce_reason, customer_had_to_repeat, opened_at, accepted_at, resolved_at, version, updated_at
FROM escalation WHERE tenant_id = $1
"""

_GET: Final = _SELECT + " AND id = $2"

_LOCK: Final = _GET + " FOR UPDATE"

_GET_BY_REF: Final = _SELECT + " AND external_source = $2 AND external_id = $3"

_LIST: Final = _SELECT + (
    " AND (updated_at, id) > ($2, $3) AND ($4::text IS NULL OR status = $4) AND ($5::uuid IS NULL OR team_id = $5)"
    " AND ($6::text IS NULL OR severity = $6) ORDER BY updated_at, id LIMIT $7"
)

_INSERT: Final = """
INSERT INTO escalation (tenant_id, id, external_source, external_id, customer_id, interaction_id, team_id, opened_by_id,
                        severity, status, what_happened_sealed, promises_made_sealed, next_step_sealed, opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'offered', $10, $11, $12, now())
ON CONFLICT (tenant_id, external_source, external_id) WHERE external_id IS NOT NULL DO NOTHING
RETURNING opened_at
"""

_KEEP_CONTEXT: Final = """
WITH chosen AS (
  SELECT now() AS asked_at, s.choice, s.since, s.expires_at
  FROM (VALUES (1)) AS always LEFT JOIN consent_state s
    ON s.tenant_id = $1 AND s.customer_id = $3 AND s.purpose = 'service_contact'
), kept AS (
  INSERT INTO emotional_context (tenant_id, escalation_id, customer_id, observed_intensity, stated_emotion_sealed,
                                 triggers_sealed, what_helped_sealed, what_to_avoid_sealed)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8 FROM chosen
  WHERE choice = 'granted' AND (expires_at IS NULL OR expires_at > now())
)
SELECT asked_at, choice, since, expires_at FROM chosen
"""

_STEP: Final = """
UPDATE escalation SET status = $3::text, assignee_id = coalesce($4, assignee_id), bounce_reason = $5, resolution = $6,
  customer_had_to_repeat = coalesce($7, customer_had_to_repeat),
  accepted_at = CASE WHEN $3::text = 'accepted' THEN now() ELSE accepted_at END,
  resolved_at = CASE WHEN $3::text = 'resolved' THEN now() ELSE resolved_at END,
  version = version + 1, updated_at = clock_timestamp()
WHERE tenant_id = $1 AND id = $2
RETURNING id, external_source, external_id, customer_id, interaction_id, team_id, opened_by_id, assignee_id, severity,
  status, resolution, bounce_reason, customer_had_to_repeat, opened_at, accepted_at, resolved_at, version, updated_at
"""

_GET_HANDOFF: Final = """
SELECT what_happened_sealed AS what_happened, promises_made_sealed AS promises_made, next_step_sealed AS next_step
FROM escalation WHERE tenant_id = $1 AND id = $2
"""

_READ_CONTEXT: Final = """
SELECT now() AS asked_at, e.customer_id, s.choice, s.since, s.expires_at, c.observed_intensity, c.stated_emotion_sealed AS stated_emotion,
       c.triggers_sealed AS triggers, c.what_helped_sealed AS what_helped, c.what_to_avoid_sealed AS what_to_avoid
FROM escalation e
LEFT JOIN consent_state s ON s.tenant_id = e.tenant_id AND s.customer_id = e.customer_id AND s.purpose = $3
LEFT JOIN emotional_context c ON c.tenant_id = e.tenant_id AND c.escalation_id = e.id
WHERE e.tenant_id = $1 AND e.id = $2
"""
"""The choice in force for a purpose, and the emotional context that the gate yields under it: one snapshot."""


async def get(tx: ReadTransaction, escalation_id: UUID) -> Escalation | None:
    """An escalation."""
    return _escalation(await tx.fetch_row(_GET, tx.tenant_id, escalation_id))


async def get_by_ref(tx: ReadTransaction, ref: ExternalRef) -> Escalation | None:
    """The escalation that a reference names."""
    return _escalation(await tx.fetch_row(_GET_BY_REF, tx.tenant_id, ref.source, ref.external_id))


async def lock(tx: WriteTransaction, escalation_id: UUID) -> Escalation | None:
    """An escalation, locked."""
    return _escalation(await tx.fetch_row(_LOCK, tx.tenant_id, escalation_id))


async def list_escalations(
    tx: ReadTransaction,
    *,
    after: Position,
    status: EscalationStatus | None,
    team_id: UUID | None,
    severity: Severity | None,
    limit: int,
) -> list[Escalation]:
    """Escalations in the order they changed."""
    rows = await tx.fetch(_LIST, tx.tenant_id, after.updated_at, after.id, status, team_id, severity, limit)
    return [escalation for row in rows if (escalation := _escalation(row)) is not None]


async def insert(tx: WriteTransaction, new: NewEscalation, sealed: SealedHandoff) -> datetime | None:
    """When it was opened; None where its reference names one already."""
    opened_at: datetime | None = await tx.fetch_value(
        _INSERT,
        tx.tenant_id,
        new.id,
        new.external_ref.source if new.external_ref else None,
        new.external_ref.external_id if new.external_ref else None,
        new.customer_id,
        new.interaction_id,
        new.team_id,
        new.opened_by_id,
        new.severity.value,
        sealed.what_happened,
        sealed.promises_made,
        sealed.next_step,
    )
    return opened_at


async def keep_context(tx: WriteTransaction, escalation_id: UUID, customer_id: UUID, sealed: SealedContext) -> Decision:
    """Keep the emotional context if `service_contact` is granted; whether it is, and why."""
    row = await tx.fetch_row(
        _KEEP_CONTEXT,
        tx.tenant_id,
        escalation_id,
        customer_id,
        sealed.observed_intensity,
        sealed.stated_emotion,
        sealed.triggers,
        sealed.what_helped,
        sealed.what_to_avoid,
    )
    assert row is not None
    return _decision(row, customer_id, Purpose.SERVICE_CONTACT)


async def set_status(
    tx: WriteTransaction,
    escalation_id: UUID,
    status: EscalationStatus,
    *,
    assignee_id: UUID | None = None,
    bounce_reason: BounceReason | None = None,
    resolution: Resolution | None = None,
    customer_had_to_repeat: bool | None = None,
) -> Escalation:
    """The escalation after a step. What is None stays as it was."""
    escalation = _escalation(
        await tx.fetch_row(
            _STEP,
            tx.tenant_id,
            escalation_id,
            status.value,
            assignee_id,
            bounce_reason,
            resolution,
            customer_had_to_repeat,
        )
    )
    assert escalation is not None
    return escalation


async def get_handoff(tx: ReadTransaction, escalation_id: UUID) -> SealedHandoff:
    """The sealed handoff of an escalation that is there."""
    row = await tx.fetch_row(_GET_HANDOFF, tx.tenant_id, escalation_id)
    assert row is not None
    return SealedHandoff(**row)


async def read_context(
    tx: ReadTransaction, escalation_id: UUID, purpose: Purpose
) -> tuple[Decision, SealedContext | None]:
    """What holds for the transaction's purpose, and the emotional context if the gate yields one."""
    row = await tx.fetch_row(_READ_CONTEXT, tx.tenant_id, escalation_id, purpose.value)
    assert row is not None
    decision = _decision(row, row["customer_id"], purpose)
    if row["stated_emotion"] is None:
        return decision, None
    names = ("observed_intensity", "stated_emotion", "triggers", "what_helped", "what_to_avoid")
    return decision, SealedContext(**{name: row[name] for name in names})


def _decision(row: asyncpg.Record, customer_id: UUID, purpose: Purpose) -> Decision:
    if row["choice"] is None:
        return NEVER_ASKED
    return judge(
        InForce(
            customer_id=customer_id,
            purpose=purpose,
            choice=Choice(row["choice"]),
            since=row["since"],
            expires_at=row["expires_at"],
            at=row["asked_at"],
        )
    )


def _escalation(row: asyncpg.Record | None) -> Escalation | None:
    if row is None:
        return None
    return Escalation(
        **{
            **row,
            "severity": Severity(row["severity"]),
            "status": EscalationStatus(row["status"]),
            "resolution": Resolution(row["resolution"]) if row["resolution"] is not None else None,
            "bounce_reason": BounceReason(row["bounce_reason"]) if row["bounce_reason"] is not None else None,
        }
    )
