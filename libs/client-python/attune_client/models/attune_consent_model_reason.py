from enum import StrEnum


class AttuneConsentModelReason(StrEnum):
    EXPIRED = "expired"
    GRANTED = "granted"
    NEVER_ASKED = "never_asked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    def __str__(self) -> str:
        return str(self.value)
