"""Intraclass correlation of absolute agreement: raters and items both drawn at random, every cell filled.

Shrout and Fleiss 1979, ICC(2,1) for a single rater and ICC(2,k) for the mean of all k.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attune.calibration.agreement.ratings import Numbers, Ratings
from attune.calibration.agreement.terms import divide, why_unshared
from attune.calibration.model import Undefined


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """ICC(2,1), or ICC(2,k) of the average."""

    of_average: bool

    def why_undefined(self, ratings: Ratings) -> Undefined | None:
        """Without two ratings to compare, or with a cell missing: the mean squares need the whole block."""
        reason = why_unshared(ratings)
        if reason is not None:
            return reason
        if not ratings.given[:, ratings.given.any(axis=0)].all():
            return Undefined.CELLS_MISSING
        return Undefined.ONE_ITEM if ratings.items == 1 else None

    def terms(self, ratings: Ratings) -> Numbers:
        """That the item is there, its sum of squares, the square of its mean, and its ratings by rater."""
        # Around the middle of the scale, where squares are small and lose no digits.
        block = ratings.values[:, ratings.given.any(axis=0)] - ratings.levels.mean()
        return np.column_stack([np.ones(ratings.items), (block**2).sum(axis=1), block.mean(axis=1) ** 2, block])

    def value_of(self, sums: Numbers, ratings: Ratings) -> Numbers:
        """ICC of each row of sums."""
        n, by_rater = sums[:, 0], sums[:, 3:]
        k = by_rater.shape[1]
        middle = by_rater.sum(axis=1) / (n * k)
        between_items = k * (sums[:, 2] - n * middle**2)
        between_raters = n * ((by_rater / n[:, None]) ** 2).sum(axis=1) - n * k * middle**2
        rest = sums[:, 1] - n * k * middle**2 - between_items - between_raters
        items = between_items / np.maximum(n - 1, 1)
        raters = between_raters / (k - 1)
        error = np.maximum(rest, 0.0) / np.maximum((n - 1) * (k - 1), 1)
        if self.of_average:
            return divide(items - error, items + (raters - error) / n)
        return divide(items - error, items + (k - 1) * error + k * (raters - error) / n)
