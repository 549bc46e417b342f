"""Calibration rounds: people score the same conversations blind, then look at where and why they differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from attune.batches.model import ExternalRef, Name


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


MOST_LEVELS: Final = 101
MOST_DIMENSIONS: Final = 50
DRAWS: Final = 2000
"""How often items are drawn anew for an interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The whole numbers that a rating can be, and what they mean."""

    lowest: int
    highest: int
    metric: Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterName:
    """Who rates: a person of the organisation, or a label for somebody outside it."""

    person: Name | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """Something to rate: its key in this round, the conversation it is, and where its text is found."""

    key: str
    interaction: Name | None = None
    text_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """A round on its way in. It scores a rubric version, or dimensions of its own on a scale of its own."""

    id: UUID
    external_ref: ExternalRef | None = None
    title: str
    rubric: UUID | str | None = None
    dimensions: tuple[str, ...] = ()
    scale: Scale | None = None
    quorum: int = 2
    facilitator: Name | None = None
    scoring_until: datetime | None = None
    raters: tuple[RaterName, ...] = ()
    items: tuple[NewItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """A round as it is stored anew: all that it names was found."""

    id: UUID
    external_ref: ExternalRef | None
    title: str
    rubric_version_id: UUID | None
    dimensions: tuple[str, ...]
    scale: Scale
    quorum: int
    facilitator_id: UUID | None
    scoring_until: datetime | None
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round and how far it is."""

    id: UUID
    external_source: str | None
    external_id: str | None
    title: str
    rubric_version_id: UUID | None
    dimensions: tuple[str, ...]
    scale: Scale
    status: RoundStatus
    outcome: RoundOutcome | None
    quorum: int
    facilitator_id: UUID | None
    scoring_until: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    raters: int
    raters_submitted: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rater:
    """Somebody who rates in a round. `is_late` joined after scoring had begun."""

    id: UUID
    label: str
    person_id: UUID | None
    is_late: bool
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that is rated in a round. `person_id` is whose conversation it is."""

    key: str
    interaction_id: UUID | None
    person_id: UUID | None
    text_ref: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingItem:
    """A rating on its way in; without a value it takes an earlier one back. Without a rater it is the sender's own."""

    item: str
    dimension: str
    value: int | None
    rater: RaterName | None = None
    rated_at: datetime | None = None
    text_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A rating as it is stored."""

    item: str
    dimension: str
    rater_id: UUID
    value: int
    rated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoefficientFigure:
    """A coefficient of one dimension, or why there is none."""

    name: CoefficientName
    value: float | None
    low: float | None
    high: float | None
    standard_error: float | None
    undefined: Undefined | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityFigure:
    """How one rater compares with the others in one dimension, in levels."""

    rater_id: UUID
    ratings: int
    bias: float | None
    shrunk: float | None
    low: float | None
    high: float | None
    leaning: Leaning | None
    drift: Drift | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenceFigure:
    """An item that the raters split on, and its share of all disagreement in its dimension."""

    item: str
    raters: int
    lowest: int
    highest: int
    share: float
    is_wide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionReport:
    """What is known about one dimension."""

    dimension: str
    status: ReliabilityStatus
    reason: Reason | None
    primary: CoefficientName
    items: int
    shared_items: int
    raters: int
    ratings: int
    further_items: int | None
    coefficients: tuple[CoefficientFigure, ...] = ()
    severities: tuple[SeverityFigure, ...] = ()
    divergences: tuple[DivergenceFigure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How far the computation of a round's reliability is, and what it was made with."""

    round_id: UUID
    revision: int
    computed_revision: int | None
    status: RunStatus
    done: int
    total: int
    draws: int
    seed: int
    method: str | None
    library: str | None
    computed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The last figures of a round; they are of older ratings while the run computes."""

    run: Run
    dimensions: tuple[DimensionReport, ...] = field(default=())
