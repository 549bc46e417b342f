"""Opening an escalation."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from attune.batches.model import ExternalRef, Name
from attune.consent.model import Decision
from attune.customers.service import hold_customer
from attune.escalations import repository
from attune.escalations.errors import (
    EmotionalContextRequired,
    EscalationReferenceTaken,
    InteractionOfAnotherCustomer,
)
from attune.escalations.events import ContextNotKept, EscalationOpened
from attune.escalations.model import EmotionalContext, Escalation, Handoff, NewEscalation, Severity
from attune.escalations.rules import is_repeated
from attune.escalations.service.read import get_escalation
from attune.escalations.service.seal import seal_context, seal_handoff
from attune.interactions.service import require_interaction
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Vault
from attune.people.service import require_team


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An escalation, whether it is new, and whether its emotional context was kept (None for one that was there)."""

    escalation: Escalation
    is_new: bool
    context: Decision | None


async def open_escalation(
    tx: WriteTransaction,
    vault: Vault,
    *,
    escalation_id: UUID,
    opened_by_id: UUID | None,
    customer: Name,
    interaction: Name | None,
    team: Name,
    severity: Severity,
    handoff: Handoff,
    emotional_context: EmotionalContext | None,
    external_ref: ExternalRef | None = None,
) -> Opened:
    """Hand a conversation on to a team, with what the next person must know.

    The emotional context is required of whoever hands on; it is kept only where the customer allows `service_contact`.
    A reference that names the same escalation already changes nothing.

    Raises `EmotionalContextRequired`, `CustomerUnknown`, `InteractionUnknown`, `TeamUnknown`,
    `InteractionOfAnotherCustomer` and `EscalationReferenceTaken`.
    """
    if emotional_context is None:
        raise EmotionalContextRequired(pointer="/emotional_context")
    customer_id = await hold_customer(tx, customer, pointer=_pointer("customer", customer))
    interaction_id = await _interaction_of(tx, interaction, customer_id)
    team_id = (await require_team(tx, team, pointer=_pointer("team", team))).id
    key = await vault.key_for(tx, customer_id)
    new = NewEscalation(
        id=escalation_id,
        external_ref=external_ref,
        customer_id=customer_id,
        interaction_id=interaction_id,
        team_id=team_id,
        opened_by_id=opened_by_id,
        severity=severity,
    )
    opened_at = await repository.insert(tx, new, seal_handoff(key, escalation_id, handoff))
    if opened_at is None:
        return await _find_repeated(tx, new)
    tx.record(
        EscalationOpened(
            target_id=escalation_id,
            concerns=customer_id,
            version=1,
            occurred_at=opened_at,
            team_id=team_id,
            interaction_id=interaction_id,
            severity=severity,
        )
    )
    decision = await repository.keep_context(
        tx, escalation_id, customer_id, seal_context(key, escalation_id, emotional_context)
    )
    if not decision.is_granted:
        tx.record(ContextNotKept(target_id=escalation_id, concerns=customer_id, reason=decision.reason))
    return Opened(escalation=await get_escalation(tx, escalation_id), is_new=True, context=decision)


async def _interaction_of(tx: WriteTransaction, interaction: Name | None, customer_id: UUID) -> UUID | None:
    if interaction is None:
        return None
    pointer = _pointer("interaction", interaction)
    found = await require_interaction(tx, interaction, pointer=pointer)
    if found.customer_id != customer_id:
        raise InteractionOfAnotherCustomer(pointer=pointer)
    return found.id


async def _find_repeated(tx: WriteTransaction, new: NewEscalation) -> Opened:
    assert new.external_ref is not None  # only a reference that was there before keeps one from going in
    stored = await repository.get_by_ref(tx, new.external_ref)
    if stored is None or not is_repeated(new, stored):
        raise EscalationReferenceTaken(pointer="/external_ref")
    return Opened(escalation=stored, is_new=False, context=None)


def _pointer(what: str, name: Name) -> str:
    return f"/{what}_id" if isinstance(name, UUID) else f"/{what}_ref"
