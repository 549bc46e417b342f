from enum import StrEnum


class EscalationStatus(StrEnum):
    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    OFFERED = "offered"
    RESOLVED = "resolved"

    def __str__(self) -> str:
        return str(self.value)
