"""Gwet's AC1 (identity weights) and AC2 (any others), which keep their head where one level prevails.

K. L. Gwet, Handbook of Inter-Rater Reliability, 4th edition, 2014: pe = T_w / (q (q - 1)) sum pi_k (1 - pi_k), with q
all levels of the scale and pi_k the mean over items of the share of their ratings at level k.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attune.calibration.agreement.observed import Weights, agreement_within, shares_of_levels
from attune.calibration.agreement.ratings import Numbers, Ratings
from attune.calibration.agreement.terms import divide, why_unshared
from attune.calibration.model import Undefined


@dataclass(frozen=True, slots=True)
class GwetCoefficient:
    """AC1 or AC2, as the weights are."""

    weights: Weights

    def why_undefined(self, ratings: Ratings) -> Undefined | None:
        """Without two ratings to compare. Raters who are all alike have an AC: chance is computed from the scale."""
        return why_unshared(ratings)

    def terms(self, ratings: Ratings) -> Numbers:
        """Whether each item is shared, how much it agrees, that it is there, and its shares of levels."""
        within = agreement_within(ratings, self.weights(ratings.levels))
        return np.column_stack([ratings.is_shared, within, np.ones(ratings.items), shares_of_levels(ratings)])

    def value_of(self, sums: Numbers, ratings: Ratings) -> Numbers:
        """AC of each row of sums."""
        agreed = divide(sums[:, 1], sums[:, 0])
        by_chance = self._chance_of(sums[:, 3:] / sums[:, 2:3], ratings)
        return divide(agreed - by_chance, 1 - by_chance)

    def standard_error(self, ratings: Ratings) -> float | None:
        """Gwet's analytic standard error over items, for an unlimited number of them; None for a single item."""
        n = ratings.items
        if n < 2 or self.why_undefined(ratings) is not None:
            return None
        terms = self.terms(ratings)
        estimate = float(self.value_of(terms.sum(axis=0)[None, :], ratings)[0])
        shares = terms[:, 3:]
        prevalence = shares.mean(axis=0)
        chance = float(self._chance_of(prevalence[None, :], ratings)[0])
        if not np.isfinite(estimate) or chance >= 1:
            return None
        is_shared = terms[:, 0]
        of_items = n / is_shared.sum() * (terms[:, 1] - chance * is_shared) / (1 - chance)
        chance_of_items = self._scale(ratings) * (shares @ (1 - prevalence))
        adjusted = of_items - 2 * (1 - estimate) * (chance_of_items - chance) / (1 - chance)
        return float(np.sqrt(((adjusted - estimate) ** 2).sum() / (n * (n - 1))))

    def _chance_of(self, prevalence: Numbers, ratings: Ratings) -> Numbers:
        chance: Numbers = self._scale(ratings) * (prevalence * (1 - prevalence)).sum(axis=1)
        return chance

    def _scale(self, ratings: Ratings) -> float:
        size = ratings.size
        return float(self.weights(ratings.levels).sum()) / max(size * (size - 1), 1)
