"""Krippendorff's alpha: any number of raters, missing cells, four metrics.

K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011. With o_ck the coincidences and n_c their marginals,
alpha = 1 - (n - 1) sum(o_ck d2_ck) / sum(n_c n_k d2_ck), over the items that two raters or more rated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attune.calibration.agreement.ratings import Numbers, Ratings
from attune.calibration.agreement.terms import divide, why_unshared
from attune.calibration.model import Metric, Undefined


@dataclass(frozen=True, slots=True)
class KrippendorffAlpha:
    """Alpha under one metric."""

    metric: Metric

    def why_undefined(self, ratings: Ratings) -> Undefined | None:
        """Without two ratings to compare; and a ratio needs a scale without negative numbers."""
        if self.metric is Metric.RATIO and ratings.levels[0] < 0:
            return Undefined.SCALE_BELOW_ZERO
        return why_unshared(ratings)

    def terms(self, ratings: Ratings) -> Numbers:
        """Each item's coincidences (levels x levels, flat) and its counts."""
        return np.hstack([coincidences(ratings).reshape(ratings.items, -1), shared_counts(ratings)])

    def value_of(self, sums: Numbers, ratings: Ratings) -> Numbers:
        """Alpha of each row of sums."""
        size = ratings.size
        observed = sums[:, : size * size].reshape(-1, size, size)
        marginals = sums[:, size * size :]
        total = marginals.sum(axis=1)
        if self.metric is Metric.ORDINAL:
            # d_ck is the distance between mid-ranks: sum_{g=c..k} n_g - (n_c + n_k)/2 = (C_k - n_k/2) - (C_c - n_c/2).
            points = np.cumsum(marginals, axis=1) - marginals / 2
        else:
            points = np.broadcast_to(ratings.levels, marginals.shape)
        if self.metric in (Metric.ORDINAL, Metric.INTERVAL):
            # For a distance between points both double sums have a short form: no matrix for each draw.
            squares = (marginals * points**2).sum(axis=1)
            products = (np.matmul(observed, points[:, :, None])[:, :, 0] * points).sum(axis=1)
            found = 2 * (squares - products)
            expected = 2 * (total * squares - (marginals * points).sum(axis=1) ** 2)
        else:
            distances = _distances(self.metric, ratings.levels)
            found = (observed * distances).sum(axis=(1, 2))
            expected = ((marginals @ distances) * marginals).sum(axis=1)
        # Where only one level is left, rounding can leave a trace of a distance instead of zero.
        expected[(marginals > 0).sum(axis=1) < 2] = 0.0
        return 1 - divide((total - 1) * found, expected)


def coincidences(ratings: Ratings) -> Numbers:
    """How often each pair of levels met within each item, a pair weighing 1/(ratings - 1): items x levels x levels."""
    counts = shared_counts(ratings)
    pairs = counts[:, :, None] * counts[:, None, :]
    places = np.arange(ratings.size)
    pairs[:, places, places] -= counts
    weights = np.where(ratings.is_shared, 1.0 / np.maximum(ratings.per_item - 1, 1.0), 0.0)
    shares: Numbers = pairs * weights[:, None, None]
    return shares


def shared_counts(ratings: Ratings) -> Numbers:
    """The counts of items that two raters or more rated; zero for the others, which say nothing about agreement."""
    return ratings.counts * ratings.is_shared[:, None]


def _distances(metric: Metric, levels: Numbers) -> Numbers:
    if metric is Metric.NOMINAL:
        return 1.0 - np.eye(len(levels))
    sums = levels[:, None] + levels
    return np.where(sums == 0, 0.0, (levels[:, None] - levels) / np.where(sums == 0, 1.0, sums)) ** 2
