from enum import StrEnum


class Resolution(StrEnum):
    RECOVERED = "recovered"
    UNRECOVERED = "unrecovered"

    def __str__(self) -> str:
        return str(self.value)
