from enum import StrEnum


class KeptStatus(StrEnum):
    KEPT = "kept"
    UNCHANGED = "unchanged"
    WITHHELD = "withheld"

    def __str__(self) -> str:
        return str(self.value)
