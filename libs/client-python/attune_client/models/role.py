from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    AGENT = "agent"
    LEAD = "lead"
    QUALITY = "quality"
    STEWARD = "steward"

    def __str__(self) -> str:
        return str(self.value)
