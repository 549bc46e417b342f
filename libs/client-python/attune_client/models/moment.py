from enum import StrEnum


class Moment(StrEnum):
    AFTER = "after"
    BEFORE = "before"
    DURING = "during"

    def __str__(self) -> str:
        return str(self.value)
