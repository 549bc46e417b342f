from enum import StrEnum


class EvaluatorKind(StrEnum):
    CLIENT = "client"
    LEAD = "lead"
    MENTOR = "mentor"
    PEER = "peer"

    def __str__(self) -> str:
        return str(self.value)
