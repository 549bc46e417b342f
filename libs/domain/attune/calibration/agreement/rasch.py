"""Severities by a many-facet Rasch model: log P(k)/P(k-1) = item - rater - step k, on the logit scale.

Marginal maximum likelihood with a normal distribution of items (Linacre 1989; Bock and Aitkin 1981 for the estimation), by
expectation and one Newton step at a time. Unlike a plain difference it takes into account which items a rater was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from attune.calibration.agreement.ratings import Numbers, Places, Ratings

FEWEST_ITEMS: Final = 30
FEWEST_RATERS: Final = 3
MOST_RATERS: Final = 100
MOST_LEVELS: Final = 12

_NODES: Final = np.linspace(-12.0, 12.0, 61)
_MOST_ROUNDS: Final = 500
_CLOSE_ENOUGH: Final = 1e-6
_LARGEST_STEP: Final = 1.0
_BEYOND_THE_NODES: Final = 10.0


@dataclass(frozen=True, slots=True)
class _Estimate:
    severities: Numbers
    steps: Numbers
    mean: float
    spread: float

    def distance(self, other: _Estimate) -> float:
        return max(
            float(np.abs(self.severities - other.severities).max()),
            float(np.abs(self.steps - other.steps).max(initial=0.0)),
            abs(self.mean - other.mean),
            abs(self.spread - other.spread),
        )


def rasch_severities(ratings: Ratings) -> Numbers | None:
    """Each rater's severity in logits, zero on average; above it is more severe.

    None where the data do not carry the model: few shared items or raters, raters whom no chain of shared items links, a
    rater who used one end of the scale only, or an estimate that does not settle.
    """
    raters = ratings.cells.shape[1]
    if ratings.is_shared.sum() < FEWEST_ITEMS or not FEWEST_RATERS <= raters <= MOST_RATERS:
        return None
    places = _used_levels(ratings)
    if not 2 <= places.max() + 1 <= MOST_LEVELS or not _are_linked(ratings) or _has_extremes(places, ratings):
        return None
    estimate = _Estimate(np.zeros(raters), np.zeros(int(places.max())), 0.0, 2.0)
    for _ in range(_MOST_ROUNDS):
        before, estimate = estimate, _improve(estimate, places)
        if not np.isfinite(estimate.severities).all() or np.abs(estimate.severities).max() > _BEYOND_THE_NODES:
            return None
        if estimate.distance(before) < _CLOSE_ENOUGH:
            return estimate.severities
    return None


def _used_levels(ratings: Ratings) -> Places:
    """The cells over the levels that somebody used: a step to a level that nobody used has no estimate."""
    used = np.flatnonzero(ratings.counts.sum(axis=0))
    places = np.full(ratings.cells.shape, -1, dtype=np.int64)
    places[ratings.given] = np.searchsorted(used, ratings.cells[ratings.given])
    return places


def _are_linked(ratings: Ratings) -> bool:
    together = (ratings.given.T.astype(np.float64) @ ratings.given) > 0
    reached = together[0]
    for _ in range(len(together)):
        reached = together[reached].any(axis=0)
    return bool(reached.all())


def _has_extremes(places: Places, ratings: Ratings) -> bool:
    top = places.max()
    lowest = np.where(ratings.given, places, top).min(axis=0)
    highest = np.where(ratings.given, places, 0).max(axis=0)
    return bool(((highest == 0) | (lowest == top)).any())


def _improve(estimate: _Estimate, places: Places) -> _Estimate:
    """One expectation, and one Newton step for raters and for steps each."""
    levels = np.arange(places.max() + 1)
    given = (places >= 0).astype(np.float64)
    reached = np.concatenate([[0.0], np.cumsum(estimate.steps)])
    odds = levels * (_NODES[:, None, None] - estimate.severities[:, None]) - reached
    shares = np.exp(odds - odds.max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)

    chosen = (places[:, :, None] == levels).astype(np.float64).reshape(len(places), -1)
    likely = chosen @ np.log(shares).reshape(len(_NODES), -1).T
    likely -= 0.5 * ((_NODES - estimate.mean) / estimate.spread) ** 2
    where = np.exp(likely - likely.max(axis=1, keepdims=True))
    where /= where.sum(axis=1, keepdims=True)
    mean = float((where @ _NODES).mean())
    spread = float(np.sqrt(max((where @ _NODES**2).mean() - mean**2, 1e-6)))

    rated = where.T @ given
    expected = shares @ levels
    variance = shares @ levels**2 - expected**2
    gap = np.where(places >= 0, places, 0).sum(axis=0) - (rated * expected).sum(axis=0)
    severities = estimate.severities - _bounded(gap / (rated * variance).sum(axis=0))

    above = np.cumsum(shares[:, :, ::-1], axis=2)[:, :, ::-1][:, :, 1:]
    found = np.array([(places >= level).sum() for level in levels[1:]], dtype=np.float64)
    both = np.minimum(above[:, :, :, None], above[:, :, None, :]) - above[:, :, :, None] * above[:, :, None, :]
    curvature = np.tensordot(rated, both, axes=([0, 1], [0, 1]))
    missed: Numbers = found - np.tensordot(rated, above, axes=([0, 1], [0, 1]))
    solved: Numbers = np.linalg.lstsq(curvature, missed, rcond=None)[0].astype(np.float64)
    steps = estimate.steps - _bounded(solved)
    # Raters and steps are told apart from the items by where their middle is.
    mean -= float(severities.mean()) + float(steps.mean())
    return _Estimate(severities - severities.mean(), steps - steps.mean(), mean, spread)


def _bounded(step: Numbers) -> Numbers:
    return np.clip(step, -_LARGEST_STEP, _LARGEST_STEP)
