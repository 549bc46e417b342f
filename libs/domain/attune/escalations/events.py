"""What happens to escalations. Neither the handoff nor the emotional context is anywhere here."""

from __future__ import annotations

from uuid import UUID

from attune.consent.model import Reason
from attune.escalations.model import BounceReason, Resolution, Severity
from attune.kernel.events import Event, Outcome


class EscalationOpened(Event, kind="escalation.opened", target="escalation"):
    """A conversation was handed on to a team."""

    team_id: UUID
    interaction_id: UUID | None
    severity: Severity


class EscalationAccepted(Event, kind="escalation.accepted", target="escalation"):
    """The team took it."""

    team_id: UUID
    assignee_id: UUID | None
    customer_had_to_repeat: bool | None


class EscalationBounced(Event, kind="escalation.bounced", target="escalation"):
    """The team handed it back."""

    team_id: UUID
    reason: BounceReason


class EscalationResolved(Event, kind="escalation.resolved", target="escalation"):
    """It is over for the customer."""

    team_id: UUID
    resolution: Resolution
    customer_had_to_repeat: bool | None


class EscalationRead(Event, kind="escalation.read", target="escalation"):
    """Somebody read what happened and what was promised."""


class ContextNotKept(Event, kind="escalation.context_not_kept", target="escalation", outcome=Outcome.WITHHELD):
    """How the customer feels was sent and dropped: they did not agree that it is kept for whoever contacts them."""

    reason: Reason


class ContextRead(Event, kind="escalation.context_read", target="escalation"):
    """Somebody read how the customer feels."""


class ContextWithheld(Event, kind="escalation.context_withheld", target="escalation", outcome=Outcome.WITHHELD):
    """Somebody asked how the customer feels and was not shown."""

    reason: Reason
