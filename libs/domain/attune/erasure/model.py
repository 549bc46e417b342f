"""What an erasure removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many of a customer's things there were, and are no more.

    `consent_evidence` and `escalations` count rows whose texts were removed while the row stays: that a consent was
    given, or a conversation was handed on, is not told by those texts.
    """

    signals: int = 0
    signal_references: int = 0
    emotional_contexts: int = 0
    turn_texts: int = 0
    consent_evidence: int = 0
    escalations: int = 0
    keys: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That a customer was erased, and when: all that is left to say about them, and what a restore has to repeat."""

    tenant_id: UUID
    customer_id: UUID
    erased_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The receipt of an erasure. `consents_ended` were still granted; nothing can be recorded about the customer now."""

    customer_id: UUID
    erased_at: datetime
    counts: Erased
    consents_ended: int
