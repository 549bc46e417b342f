"""Taking an escalation through its life."""

from __future__ import annotations

from uuid import UUID

from attune.escalations import repository
from attune.escalations.errors import EscalationNotFound
from attune.escalations.events import EscalationAccepted, EscalationBounced, EscalationResolved
from attune.escalations.model import BounceReason, Escalation, EscalationStatus, Resolution
from attune.escalations.rules import Step, take_step
from attune.kernel.errors import VersionStale
from attune.kernel.transactions import WriteTransaction


async def accept_escalation(
    tx: WriteTransaction,
    escalation_id: UUID,
    *,
    version: int,
    assignee_id: UUID | None,
    customer_had_to_repeat: bool | None = None,
) -> Escalation:
    """Take an offered escalation; the person who does so, if it is one, is who it is assigned to.

    Raises `EscalationNotFound`, `VersionStale`, and the refusals of the states in which it cannot be taken.
    """
    status = await _lock(tx, escalation_id, version, Step.ACCEPT)
    accepted = await repository.set_status(
        tx,
        escalation_id,
        status,
        assignee_id=assignee_id,
        customer_had_to_repeat=customer_had_to_repeat,
    )
    tx.record(
        EscalationAccepted(
            target_id=accepted.id,
            concerns=accepted.customer_id,
            version=accepted.version,
            occurred_at=accepted.accepted_at,
            team_id=accepted.team_id,
            assignee_id=accepted.assignee_id,
            customer_had_to_repeat=customer_had_to_repeat,
        )
    )
    return accepted


async def bounce_escalation(
    tx: WriteTransaction, escalation_id: UUID, *, version: int, reason: BounceReason
) -> Escalation:
    """Hand an offered escalation back. Raises like `accept_escalation`."""
    status = await _lock(tx, escalation_id, version, Step.BOUNCE)
    bounced = await repository.set_status(tx, escalation_id, status, bounce_reason=reason)
    tx.record(
        EscalationBounced(
            target_id=bounced.id,
            concerns=bounced.customer_id,
            version=bounced.version,
            team_id=bounced.team_id,
            reason=reason,
        )
    )
    return bounced


async def resolve_escalation(
    tx: WriteTransaction,
    escalation_id: UUID,
    *,
    version: int,
    resolution: Resolution,
    customer_had_to_repeat: bool | None = None,
) -> Escalation:
    """End an accepted escalation. Raises like `accept_escalation`."""
    status = await _lock(tx, escalation_id, version, Step.RESOLVE)
    resolved = await repository.set_status(
        tx, escalation_id, status, resolution=resolution, customer_had_to_repeat=customer_had_to_repeat
    )
    tx.record(
        EscalationResolved(
            target_id=resolved.id,
            concerns=resolved.customer_id,
            version=resolved.version,
            occurred_at=resolved.resolved_at,
            team_id=resolved.team_id,
            resolution=resolution,
            customer_had_to_repeat=resolved.customer_had_to_repeat,
        )
    )
    return resolved


async def _lock(tx: WriteTransaction, escalation_id: UUID, version: int, step: Step) -> EscalationStatus:
    """Lock the escalation the caller read; the status that the step leads to."""
    escalation = await repository.lock(tx, escalation_id)
    if escalation is None:
        raise EscalationNotFound
    if escalation.version != version:
        raise VersionStale
    return take_step(escalation.status, step)
