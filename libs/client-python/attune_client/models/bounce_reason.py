from enum import StrEnum


class BounceReason(StrEnum):
    CONTEXT_UNCLEAR = "context_unclear"
    NO_CAPACITY = "no_capacity"
    WRONG_TEAM = "wrong_team"

    def __str__(self) -> str:
        return str(self.value)
