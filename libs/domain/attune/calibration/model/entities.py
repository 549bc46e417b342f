"""Rounds, raters, ratings and reports, as they are worked with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from attune.batches.model import ExternalRef, Name
from attune.calibration.model.names import (
    CoefficientName,
    Drift,
    Leaning,
    Metric,
    Reason,
    ReliabilityStatus,
    RoundOutcome,
    RoundStatus,
    RunStatus,
    Undefined,
)


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
    seed: int = 0


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
    label: str | None
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
    logits: float | None = None


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
    judged_by: CoefficientName
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
    dimensions: tuple[DimensionReport, ...] = ()
