"""Intervals by drawing items anew: percentile bootstrap, seeded, all coefficients on the same draws.

Items are drawn, not ratings: a rater's ratings of one conversation belong together (Efron and Tibshirani 1993, ch. 8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from attune.calibration.agreement.ratings import Numbers, Ratings
from attune.calibration.agreement.terms import Coefficient
from attune.calibration.model import CoefficientName

CONFIDENCE: Final = 0.95
MOST_UNDEFINED: Final = 0.1
"""The share of draws that may leave a coefficient undefined; beyond it the rest would tell a prettier story."""

_CELLS_AT_ONCE: Final = 2_000_000
"""How many numbers a block of draws may take: 16 MB, whatever the number of items."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def intervals_of(
    coefficients: Mapping[CoefficientName, Coefficient], ratings: Ratings, *, draws: int, seed: int, stream: int
) -> dict[CoefficientName, Interval | None]:
    """The interval of each coefficient, which must be defined; None where too many draws were not.

    `stream` tells apart what is computed from one seed: two dimensions, say, that must not share their luck.
    """
    terms = {name: coefficient.terms(ratings) for name, coefficient in coefficients.items()}
    drawn: dict[CoefficientName, list[Numbers]] = {name: [] for name in coefficients}
    for block in draw_items(ratings.items, draws=draws, seed=seed, stream=stream):
        for name, coefficient in coefficients.items():
            drawn[name].append(coefficient.value_of(block @ terms[name], ratings))
    return {name: _interval_of(np.concatenate(values)) for name, values in drawn.items()}


def draw_items(items: int, *, draws: int, seed: int, stream: int) -> Iterator[Numbers]:
    """Blocks of draws x items: how often each item was drawn."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, stream])))
    at_once = max(1, min(draws, _CELLS_AT_ONCE // items))
    done = 0
    while done < draws:
        size = min(at_once, draws - done)
        chosen = generator.integers(0, items, (size, items)) + np.arange(size)[:, None] * items
        yield np.bincount(chosen.ravel(), minlength=size * items).reshape(size, items).astype(np.float64)
        done += size


def _interval_of(values: Numbers) -> Interval | None:
    defined = values[np.isfinite(values)]
    if len(defined) < (1 - MOST_UNDEFINED) * len(values):
        return None
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(defined, [tail, 100 - tail])
    return Interval(float(low), float(high))
