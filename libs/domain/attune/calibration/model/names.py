"""The names of a calibration: states, coefficients, reasons."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Metric(StrEnum):
    """What the levels of a scale mean: names, an order, distances, or ratios."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class RoundStatus(StrEnum):
    """The life of a round. Ratings are made while it is scoring, and seen by all from the review on."""

    DRAFT = "draft"
    SCORING = "scoring"
    REVIEW = "review"
    RESOLVED = "resolved"
    CLOSED = "closed"


class RoundOutcome(StrEnum):
    """What the raters made of it. A change is proposed; it takes a new version of the rubric."""

    AGREED = "agreed"
    DESCRIPTOR_CHANGE = "descriptor_change"
    WEIGHT_CHANGE = "weight_change"
    EXAMPLE_CHANGE = "example_change"
    TRAINING = "training"


class CoefficientName(StrEnum):
    """Coefficients of agreement by the names of the field."""

    PERCENT_AGREEMENT = "percent_agreement"
    ADJACENT_AGREEMENT = "adjacent_agreement"
    ALPHA_NOMINAL = "krippendorff_alpha_nominal"
    ALPHA_ORDINAL = "krippendorff_alpha_ordinal"
    ALPHA_INTERVAL = "krippendorff_alpha_interval"
    ALPHA_RATIO = "krippendorff_alpha_ratio"
    AC1 = "gwet_ac1"
    AC2_LINEAR = "gwet_ac2_linear"
    AC2_QUADRATIC = "gwet_ac2_quadratic"
    AC2_ORDINAL = "gwet_ac2_ordinal"
    COHEN_KAPPA = "cohen_kappa"
    COHEN_KAPPA_LINEAR = "cohen_kappa_linear"
    COHEN_KAPPA_QUADRATIC = "cohen_kappa_quadratic"
    CONGER_KAPPA = "conger_kappa"
    CONGER_KAPPA_LINEAR = "conger_kappa_linear"
    CONGER_KAPPA_QUADRATIC = "conger_kappa_quadratic"
    FLEISS_KAPPA = "fleiss_kappa"
    ICC_2_1 = "icc_2_1"
    ICC_2_K = "icc_2_k"


class Undefined(StrEnum):
    """Why a coefficient has no value: an answer, never a NaN and never a 1.0."""

    NO_RATINGS = "no_ratings"
    ONE_RATER = "one_rater"
    NO_ITEM_RATED_TWICE = "no_item_rated_twice"
    NO_VARIATION = "no_variation"
    SCALE_BELOW_ZERO = "scale_below_zero"
    NOT_TWO_RATERS = "not_two_raters"
    TOO_MANY_RATERS = "too_many_raters"
    CELLS_MISSING = "cells_missing"
    ONE_ITEM = "one_item"


class ReliabilityStatus(StrEnum):
    """Whether a dimension's scores can be relied on."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    UNRELIABLE = "unreliable"
    UNDETERMINED = "undetermined"


class Reason(StrEnum):
    """Why a dimension is not reliable, or why nothing can be said of it."""

    NO_RATINGS = "no_ratings"
    ONE_RATER = "one_rater"
    NO_ITEM_RATED_TWICE = "no_item_rated_twice"
    NO_VARIATION = "no_variation"
    SCALE_BELOW_ZERO = "scale_below_zero"
    FEW_ITEMS = "few_items"
    ONE_LEVEL_PREVAILS = "one_level_prevails"
    INTERVAL_UNSTABLE = "interval_unstable"
    INTERVAL_WIDE = "interval_wide"
    BELOW_RELIABLE = "below_reliable"
    RATERS_DISAGREE = "raters_disagree"


class Leaning(StrEnum):
    """Which way a rater leans, by half a level or more and beyond chance."""

    SEVERE = "severe"
    USUAL = "usual"
    MILD = "mild"


class Drift(StrEnum):
    """Which way a rater has moved."""

    STEADY = "steady"
    MILDER = "milder"
    MORE_SEVERE = "more_severe"


class RunStatus(StrEnum):
    """How far the computation is."""

    WAITING = "waiting"
    COMPUTING = "computing"
    READY = "ready"
    FAILED = "failed"


MOST_LEVELS: Final = 21
"""More than anybody tells apart; what is computed grows with their square."""

MOST_DIMENSIONS: Final = 50
DRAWS: Final = 2000
"""How often items are drawn anew for an interval."""
