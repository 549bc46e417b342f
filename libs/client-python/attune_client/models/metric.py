from enum import StrEnum


class Metric(StrEnum):
    INTERVAL = "interval"
    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    RATIO = "ratio"

    def __str__(self) -> str:
        return str(self.value)
