from enum import StrEnum


class Suppression(StrEnum):
    GROUP_TOO_SMALL = "group_too_small"

    def __str__(self) -> str:
        return str(self.value)
