"""What happens when a customer is forgotten."""

from __future__ import annotations

from attune.kernel.events import Event


class CustomerErased(Event, kind="customer.erased", target="customer"):
    """A customer's data was erased; the counts are those of the receipt."""

    signals: int
    signal_references: int
    emotional_contexts: int
    turn_texts: int
    consent_evidence: int
    escalations: int
    keys: int
    consents_ended: int
