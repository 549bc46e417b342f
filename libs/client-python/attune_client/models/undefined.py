from enum import StrEnum


class Undefined(StrEnum):
    CELLS_MISSING = "cells_missing"
    NOT_TWO_RATERS = "not_two_raters"
    NO_ITEM_RATED_TWICE = "no_item_rated_twice"
    NO_RATINGS = "no_ratings"
    NO_VARIATION = "no_variation"
    ONE_ITEM = "one_item"
    ONE_RATER = "one_rater"
    SCALE_BELOW_ZERO = "scale_below_zero"
    TOO_MANY_RATERS = "too_many_raters"

    def __str__(self) -> str:
        return str(self.value)
