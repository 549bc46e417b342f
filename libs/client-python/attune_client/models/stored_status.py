from enum import StrEnum


class StoredStatus(StrEnum):
    STORED = "stored"
    UNCHANGED = "unchanged"

    def __str__(self) -> str:
        return str(self.value)
