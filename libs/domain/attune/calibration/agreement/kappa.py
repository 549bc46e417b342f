"""The kappas: Fleiss' for any raters, Conger's for these raters, and Cohen's, which is Conger's for two.

In the generalised forms of Gwet 2014 (weights, missing cells). They differ in what they call chance: Fleiss takes one
distribution of levels for all raters, Conger (and Cohen) each rater's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from attune.calibration.agreement.observed import Weights, agreement_within, shares_of_levels
from attune.calibration.agreement.ratings import Numbers, Ratings
from attune.calibration.agreement.terms import divide, why_unshared
from attune.calibration.model import Undefined

MOST_SHARES: Final = 1000
"""Conger's kappa keeps a share of each level for each rater and draw. With so many raters it says what Fleiss' does."""


@dataclass(frozen=True, slots=True)
class FleissKappa:
    """pe = sum w_kl pi_k pi_l. For raters who differ from item to item."""

    weights: Weights

    def why_undefined(self, ratings: Ratings) -> Undefined | None:
        """Without two ratings to compare."""
        return why_unshared(ratings)

    def terms(self, ratings: Ratings) -> Numbers:
        """Whether each item is shared, how much it agrees, that it is there, and its shares of levels."""
        within = agreement_within(ratings, self.weights(ratings.levels))
        return np.column_stack([ratings.is_shared, within, np.ones(ratings.items), shares_of_levels(ratings)])

    def value_of(self, sums: Numbers, ratings: Ratings) -> Numbers:
        """Kappa of each row of sums."""
        prevalence = sums[:, 3:] / sums[:, 2:3]
        by_chance = ((prevalence @ self.weights(ratings.levels)) * prevalence).sum(axis=1)
        return divide(divide(sums[:, 1], sums[:, 0]) - by_chance, 1 - by_chance)


@dataclass(frozen=True, slots=True)
class CongerKappa:
    """pe is the mean over pairs of raters of the chance that the two agree."""

    weights: Weights

    def why_undefined(self, ratings: Ratings) -> Undefined | None:
        """Without two ratings to compare, or with a crowd of raters."""
        return why_unshared(ratings) or (
            Undefined.TOO_MANY_RATERS if ratings.raters * ratings.size > MOST_SHARES else None
        )

    def terms(self, ratings: Ratings) -> Numbers:
        """Whether each item is shared, how much it agrees, and who gave it which level (raters x levels, flat)."""
        within = agreement_within(ratings, self.weights(ratings.levels))
        chosen = ratings.cells[:, ratings.given.any(axis=0), None] == np.arange(ratings.size)
        return np.column_stack([ratings.is_shared, within, chosen.reshape(ratings.items, -1)])

    def value_of(self, sums: Numbers, ratings: Ratings) -> Numbers:
        """Kappa of each row of sums."""
        weights = self.weights(ratings.levels)
        by_rater = sums[:, 2:].reshape(len(sums), -1, ratings.size)
        rated = by_rater.sum(axis=2, keepdims=True)
        shares = by_rater / np.maximum(rated, 1.0)
        raters = (rated[:, :, 0] > 0).sum(axis=1)
        together = shares.sum(axis=1)
        with_themselves = ((shares @ weights) * shares).sum(axis=(1, 2))
        with_anybody = ((together @ weights) * together).sum(axis=1)
        by_chance = divide(with_anybody - with_themselves, (raters * (raters - 1)).astype(np.float64))
        return divide(divide(sums[:, 1], sums[:, 0]) - by_chance, 1 - by_chance)


@dataclass(frozen=True, slots=True)
class CohenKappa(CongerKappa):
    """Cohen's kappa, weighted or not: two raters."""

    def why_undefined(self, ratings: Ratings) -> Undefined | None:
        """With any other number of raters."""
        return why_unshared(ratings) or (None if ratings.raters == 2 else Undefined.NOT_TWO_RATERS)
