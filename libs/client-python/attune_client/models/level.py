from enum import StrEnum


class Level(StrEnum):
    BELOW = "below"
    OVER = "over"

    def __str__(self) -> str:
        return str(self.value)
