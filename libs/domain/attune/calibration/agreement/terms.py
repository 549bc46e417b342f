"""What a coefficient is: a formula over sums of what single items contribute.

That form makes a bootstrap cheap. A draw of items is a vector of how often each was drawn, so the sums of all draws are
one matrix product, and its cost grows with the number of items and no faster.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from attune.calibration.agreement.ratings import Numbers, Ratings
from attune.calibration.model import Undefined


class Coefficient(Protocol):
    """A coefficient of agreement."""

    def why_undefined(self, ratings: Ratings) -> Undefined | None:
        """Why these ratings have no such coefficient, if they have none."""

    def terms(self, ratings: Ratings) -> Numbers:
        """What each item contributes: items x terms."""

    def value_of(self, sums: Numbers, ratings: Ratings) -> Numbers:
        """The coefficient of each row of sums (draws x terms); NaN for a draw that leaves it undefined."""


def point_of(coefficient: Coefficient, ratings: Ratings) -> float | Undefined:
    """The coefficient of the ratings themselves, or why there is none."""
    reason = coefficient.why_undefined(ratings)
    if reason is not None:
        return reason
    value = float(coefficient.value_of(coefficient.terms(ratings).sum(axis=0)[None, :], ratings)[0])
    return value if np.isfinite(value) else Undefined.NO_VARIATION


def why_unshared(ratings: Ratings) -> Undefined | None:
    """Why no two ratings can be compared, if so."""
    if ratings.items == 0:
        return Undefined.NO_RATINGS
    if ratings.raters == 1:
        return Undefined.ONE_RATER
    return None if ratings.is_shared.any() else Undefined.NO_ITEM_RATED_TWICE


def divide(numerator: Numbers, denominator: Numbers) -> Numbers:
    """The quotients; NaN where the denominator is zero but for rounding."""
    is_zero = np.abs(denominator) < 1e-12
    return np.where(is_zero, np.nan, numerator / np.where(is_zero, 1.0, denominator))
