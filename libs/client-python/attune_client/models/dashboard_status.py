from enum import StrEnum


class DashboardStatus(StrEnum):
    AVAILABLE = "available"
    SUPPRESSED = "suppressed"

    def __str__(self) -> str:
        return str(self.value)
