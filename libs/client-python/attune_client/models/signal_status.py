from enum import StrEnum


class SignalStatus(StrEnum):
    CREATED = "created"
    FAILED = "failed"
    REFUSED = "refused"
    UNCHANGED = "unchanged"

    def __str__(self) -> str:
        return str(self.value)
