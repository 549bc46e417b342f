from enum import StrEnum


class ActorKind(StrEnum):
    ANONYMOUS = "anonymous"
    API_KEY = "api_key"
    OPERATOR = "operator"
    PERSON = "person"
    WORKER = "worker"

    def __str__(self) -> str:
        return str(self.value)
