"""Reading an escalation: the process, the handoff, and, through the gate, how the customer feels."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from attune.consent.model import Decision
from attune.escalations import repository
from attune.escalations.errors import EscalationNotFound
from attune.escalations.events import ContextRead, ContextWithheld, EscalationRead
from attune.escalations.model import EmotionalContext, Escalation, Handoff
from attune.escalations.service.seal import open_context, open_handoff
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.kernel.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextShown:
    """The emotional context; None where it is withheld (the decision says why) or none was kept."""

    decision: Decision
    context: EmotionalContext | None


async def get_escalation(tx: ReadTransaction, escalation_id: UUID) -> Escalation:
    """An escalation without its texts. Raises `EscalationNotFound`."""
    escalation = await repository.get(tx, escalation_id)
    if escalation is None:
        raise EscalationNotFound
    return escalation


async def read_handoff(tx: WriteTransaction, vault: Vault, escalation: Escalation) -> Handoff:
    """What the next person must know, which is recorded as read. Empty after the customer's erasure."""
    key = (await vault.existing_keys(tx, [escalation.customer_id])).get(escalation.customer_id)
    if key is None:
        return Handoff(what_happened=None)
    tx.record(EscalationRead(target_id=escalation.id, concerns=escalation.customer_id))
    return open_handoff(key, escalation.id, await repository.get_handoff(tx, escalation.id))


async def read_context(tx: WriteTransaction, vault: Vault, escalation: Escalation, purpose: Purpose) -> ContextShown:
    """How the customer feels, under the transaction's purpose; that it was read, or withheld, is recorded.

    What PostgreSQL yields is what there is; the decision only says why.
    """
    decision, sealed = await repository.read_context(tx, escalation.id, purpose)
    if not decision.is_granted:
        tx.record(ContextWithheld(target_id=escalation.id, concerns=escalation.customer_id, reason=decision.reason))
        return ContextShown(decision=decision, context=None)
    key = (await vault.existing_keys(tx, [escalation.customer_id])).get(escalation.customer_id)
    if sealed is None or key is None:
        return ContextShown(decision=decision, context=None)
    tx.record(ContextRead(target_id=escalation.id, concerns=escalation.customer_id))
    return ContextShown(decision=decision, context=open_context(key, escalation.id, sealed))
