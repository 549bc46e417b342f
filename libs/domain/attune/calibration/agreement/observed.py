"""The agreement that is seen, before any is put down to chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from attune.calibration.agreement.ratings import Numbers, Ratings
from attune.calibration.agreement.terms import divide, why_unshared
from attune.calibration.model import Undefined

Weights = Callable[[Numbers], Numbers]


@dataclass(frozen=True, slots=True)
class PercentAgreement:
    """The share of pairs of raters who agree, averaged over items; with other weights the share who nearly do."""

    weights: Weights

    def why_undefined(self, ratings: Ratings) -> Undefined | None:
        """Without two ratings to compare."""
        return why_unshared(ratings)

    def terms(self, ratings: Ratings) -> Numbers:
        """Whether each item is shared, and the share of its pairs that agree."""
        return np.column_stack([ratings.is_shared, agreement_within(ratings, self.weights(ratings.levels))])

    def value_of(self, sums: Numbers, ratings: Ratings) -> Numbers:
        """The share of each row of sums."""
        return divide(sums[:, 1], sums[:, 0])


def agreement_within(ratings: Ratings, weights: Numbers) -> Numbers:
    """The weighted share of each item's pairs that agree; zero where there are none."""
    counts = ratings.counts
    agreeing = (counts * (counts @ weights - 1)).sum(axis=1)
    pairs = ratings.per_item * (ratings.per_item - 1)
    return np.where(ratings.is_shared, agreeing / np.maximum(pairs, 1.0), 0.0)


def shares_of_levels(ratings: Ratings) -> Numbers:
    """The share of each item's ratings at each level: items x levels."""
    return ratings.counts / ratings.per_item[:, None]
