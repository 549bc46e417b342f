from enum import StrEnum


class RoundStatus(StrEnum):
    CLOSED = "closed"
    DRAFT = "draft"
    RESOLVED = "resolved"
    REVIEW = "review"
    SCORING = "scoring"

    def __str__(self) -> str:
        return str(self.value)
