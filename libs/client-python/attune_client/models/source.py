from enum import StrEnum


class Source(StrEnum):
    HUMAN_NOTE = "human_note"
    SELF_REPORT = "self_report"
    TEXT_MODEL = "text_model"

    def __str__(self) -> str:
        return str(self.value)
