from enum import StrEnum


class Measure(StrEnum):
    EMOTION_INTENSITY = "emotion_intensity"
    SATISFACTION = "satisfaction"
    SENTIMENT = "sentiment"

    def __str__(self) -> str:
        return str(self.value)
