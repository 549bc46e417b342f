from enum import StrEnum


class Choice(StrEnum):
    EXPIRED = "expired"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    def __str__(self) -> str:
        return str(self.value)
