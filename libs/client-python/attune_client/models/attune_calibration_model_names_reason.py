from enum import StrEnum


class AttuneCalibrationModelNamesReason(StrEnum):
    BELOW_RELIABLE = "below_reliable"
    FEW_ITEMS = "few_items"
    INTERVAL_UNSTABLE = "interval_unstable"
    INTERVAL_WIDE = "interval_wide"
    NO_ITEM_RATED_TWICE = "no_item_rated_twice"
    NO_RATINGS = "no_ratings"
    NO_VARIATION = "no_variation"
    ONE_LEVEL_PREVAILS = "one_level_prevails"
    ONE_RATER = "one_rater"
    RATERS_DISAGREE = "raters_disagree"
    SCALE_BELOW_ZERO = "scale_below_zero"

    def __str__(self) -> str:
        return str(self.value)
