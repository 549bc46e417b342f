from enum import StrEnum


class Modality(StrEnum):
    STATED = "stated"
    TEXT = "text"

    def __str__(self) -> str:
        return str(self.value)
