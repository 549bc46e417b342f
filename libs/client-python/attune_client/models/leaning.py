from enum import StrEnum


class Leaning(StrEnum):
    MILD = "mild"
    SEVERE = "severe"
    USUAL = "usual"

    def __str__(self) -> str:
        return str(self.value)
