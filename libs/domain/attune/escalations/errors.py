"""Refusals about escalations."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class EscalationNotFound(AttuneError):
    """No such escalation here."""

    kind = Kind.NOT_FOUND
    code = "escalation_not_found"
    detail = "There is no such escalation."


class EmotionalContextRequired(AttuneError):
    """A handoff without how the customer feels: the next person would have to ask again."""

    kind = Kind.INVALID
    code = "emotional_context_required"
    detail = "An escalation needs its emotional context: what the customer said they feel, and how strong it seemed."


class EscalationReferenceTaken(AttuneError):
    """The reference names another escalation."""

    kind = Kind.CONFLICT
    code = "escalation_reference_taken"
    detail = "This reference already names an escalation with another customer, conversation, team or severity."


class InteractionOfAnotherCustomer(AttuneError):
    """The conversation was with somebody else."""

    kind = Kind.INVALID
    code = "interaction_of_another_customer"
    detail = "This conversation was with another customer."


class EscalationAlreadyAccepted(AttuneError):
    """Somebody has it already."""

    kind = Kind.CONFLICT
    code = "escalation_already_accepted"
    detail = "This escalation was accepted already."


class EscalationAlreadyBounced(AttuneError):
    """It was handed back."""

    kind = Kind.CONFLICT
    code = "escalation_already_bounced"
    detail = "This escalation was handed back. Open a new one."


class EscalationAlreadyResolved(AttuneError):
    """It is over."""

    kind = Kind.CONFLICT
    code = "escalation_already_resolved"
    detail = "This escalation was resolved already."


class EscalationNotAccepted(AttuneError):
    """Nobody has accepted it yet."""

    kind = Kind.CONFLICT
    code = "escalation_not_accepted"
    detail = "Only an accepted escalation can be resolved. Accept it first."
