"""How answers say why emotional data is shown or withheld."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from attune.consent.model import Reason


class GateReason(StrEnum):
    """Why emotional data is shown or withheld: what the customer chose for the purpose."""

    GRANTED = "granted"
    CONSENT_UNKNOWN = "consent_unknown"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"


GATE_REASONS: Final = {
    Reason.GRANTED: GateReason.GRANTED,
    Reason.NEVER_ASKED: GateReason.CONSENT_UNKNOWN,
    Reason.REFUSED: GateReason.CONSENT_REFUSED,
    Reason.WITHDRAWN: GateReason.CONSENT_WITHDRAWN,
    Reason.EXPIRED: GateReason.CONSENT_EXPIRED,
}
"""The same for a reader who does not know the history of a consent."""
