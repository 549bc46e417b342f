from enum import StrEnum


class Channel(StrEnum):
    CHAT = "chat"
    EMAIL = "email"
    IN_PERSON = "in_person"
    PHONE = "phone"
    SOCIAL = "social"

    def __str__(self) -> str:
        return str(self.value)
