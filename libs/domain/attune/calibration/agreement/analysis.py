"""Everything that is computed about one dimension of a round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from attune.calibration.agreement.bootstrap import Interval, intervals_of
from attune.calibration.agreement.divergence import Divergence, divergences_of
from attune.calibration.agreement.gwet import GwetCoefficient
from attune.calibration.agreement.named import COEFFICIENTS, PRIMARY, list_for
from attune.calibration.agreement.ratings import Places, Ratings
from attune.calibration.agreement.severity import Severity, severities_of
from attune.calibration.agreement.terms import point_of
from attune.calibration.agreement.verdict import items_for_width, judge
from attune.calibration.model import CoefficientName, Metric, Reason, ReliabilityStatus, Undefined

METHOD: Final = "attune.agreement/1"
"""Raised whenever the same ratings would give other figures."""

LIBRARY: Final = f"numpy {np.__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A coefficient, or why there is none. `standard_error` is Gwet's analytic one, for his coefficients only."""

    name: CoefficientName
    value: float | None
    interval: Interval | None
    standard_error: float | None
    undefined: Undefined | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What is known about the agreement in one dimension."""

    items: int
    shared_items: int
    raters: int
    ratings: int
    primary: CoefficientName
    status: ReliabilityStatus
    reason: Reason | None
    further_items: int | None
    estimates: tuple[Estimate, ...]
    severities: tuple[Severity, ...]
    divergences: tuple[Divergence, ...]


def analyse(
    ratings: Ratings, metric: Metric, *, draws: int, seed: int, stream: int = 0, order: Places | None = None
) -> Analysis:
    """Analyse the ratings of one dimension. The same ratings, draws, seed and stream give the same figures."""
    points = {name: point_of(COEFFICIENTS[name], ratings) for name in list_for(metric)}
    defined = {name: COEFFICIENTS[name] for name, point in points.items() if not isinstance(point, Undefined)}
    intervals = intervals_of(defined, ratings, draws=draws, seed=seed, stream=stream) if defined else {}
    primary = PRIMARY[metric]
    interval = intervals.get(primary)
    status, reason = judge(ratings, points[primary], interval)
    shared = int(ratings.is_shared.sum())
    return Analysis(
        items=ratings.items,
        shared_items=shared,
        raters=ratings.raters,
        ratings=int(ratings.given.sum()),
        primary=primary,
        status=status,
        reason=reason,
        further_items=items_for_width(shared, interval),
        estimates=tuple(_estimate(name, point, intervals.get(name), ratings) for name, point in points.items()),
        severities=tuple(severities_of(ratings, order)) if metric is not Metric.NOMINAL else (),
        divergences=tuple(divergences_of(ratings, metric)),
    )


def _estimate(name: CoefficientName, point: float | Undefined, interval: Interval | None, ratings: Ratings) -> Estimate:
    coefficient = COEFFICIENTS[name]
    if isinstance(point, Undefined):
        return Estimate(name=name, value=None, interval=None, standard_error=None, undefined=point)
    error = coefficient.standard_error(ratings) if isinstance(coefficient, GwetCoefficient) else None
    return Estimate(name=name, value=point, interval=interval, standard_error=error, undefined=None)
