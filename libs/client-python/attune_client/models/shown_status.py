from enum import StrEnum


class ShownStatus(StrEnum):
    AVAILABLE = "available"
    WITHHELD = "withheld"

    def __str__(self) -> str:
        return str(self.value)
