from enum import StrEnum


class RoundOutcome(StrEnum):
    AGREED = "agreed"
    DESCRIPTOR_CHANGE = "descriptor_change"
    EXAMPLE_CHANGE = "example_change"
    TRAINING = "training"
    WEIGHT_CHANGE = "weight_change"

    def __str__(self) -> str:
        return str(self.value)
