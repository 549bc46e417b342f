from enum import StrEnum


class GateReason(StrEnum):
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_UNKNOWN = "consent_unknown"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    GRANTED = "granted"

    def __str__(self) -> str:
        return str(self.value)
