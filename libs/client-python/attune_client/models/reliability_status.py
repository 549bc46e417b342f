from enum import StrEnum


class ReliabilityStatus(StrEnum):
    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    UNDETERMINED = "undetermined"
    UNRELIABLE = "unreliable"

    def __str__(self) -> str:
        return str(self.value)
