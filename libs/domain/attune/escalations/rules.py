"""The life of an escalation. Nothing here touches a database."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from attune.escalations.errors import (
    EscalationAlreadyAccepted,
    EscalationAlreadyBounced,
    EscalationAlreadyResolved,
    EscalationNotAccepted,
)
from attune.escalations.model import Escalation, EscalationStatus, NewEscalation
from attune.kernel.errors import AttuneError


class Step(StrEnum):
    """What can be done with an escalation."""

    ACCEPT = "accept"
    BOUNCE = "bounce"
    RESOLVE = "resolve"


_OFFERED, _ACCEPTED = EscalationStatus.OFFERED, EscalationStatus.ACCEPTED
_BOUNCED, _RESOLVED = EscalationStatus.BOUNCED, EscalationStatus.RESOLVED

STEPS: Final[dict[tuple[EscalationStatus, Step], EscalationStatus | type[AttuneError]]] = {
    (_OFFERED, Step.ACCEPT): _ACCEPTED,
    (_OFFERED, Step.BOUNCE): _BOUNCED,
    (_OFFERED, Step.RESOLVE): EscalationNotAccepted,
    (_ACCEPTED, Step.ACCEPT): EscalationAlreadyAccepted,
    (_ACCEPTED, Step.BOUNCE): EscalationAlreadyAccepted,
    (_ACCEPTED, Step.RESOLVE): _RESOLVED,
    (_BOUNCED, Step.ACCEPT): EscalationAlreadyBounced,
    (_BOUNCED, Step.BOUNCE): EscalationAlreadyBounced,
    (_BOUNCED, Step.RESOLVE): EscalationAlreadyBounced,
    (_RESOLVED, Step.ACCEPT): EscalationAlreadyResolved,
    (_RESOLVED, Step.BOUNCE): EscalationAlreadyResolved,
    (_RESOLVED, Step.RESOLVE): EscalationAlreadyResolved,
}
"""Every status and every step: where it leads, or the refusal it is."""


def take_step(status: EscalationStatus, step: Step) -> EscalationStatus:
    """The status after a step; raises the refusal where the step is not allowed."""
    result = STEPS[status, step]
    if isinstance(result, EscalationStatus):
        return result
    raise result


def is_repeated(new: NewEscalation, stored: Escalation) -> bool:
    """Whether a stored escalation is the one that is sent in again. What its texts say makes no difference."""
    return (
        stored.customer_id == new.customer_id
        and stored.interaction_id == new.interaction_id
        and stored.team_id == new.team_id
        and stored.severity is new.severity
    )
