from enum import StrEnum


class RunStatus(StrEnum):
    COMPUTING = "computing"
    FAILED = "failed"
    READY = "ready"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)
