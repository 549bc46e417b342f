from enum import StrEnum


class ContextReason(StrEnum):
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_UNKNOWN = "consent_unknown"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    GRANTED = "granted"
    NOT_KEPT = "not_kept"
    OPENED_BEFORE = "opened_before"
    PURPOSE_REQUIRED = "purpose_required"

    def __str__(self) -> str:
        return str(self.value)
