from enum import StrEnum


class Drift(StrEnum):
    MILDER = "milder"
    MORE_SEVERE = "more_severe"
    STEADY = "steady"

    def __str__(self) -> str:
        return str(self.value)
