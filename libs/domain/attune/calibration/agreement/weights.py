"""How much two levels agree, from 1 (the same) to 0 (the ends of the scale). Gwet 2014, chapter 3.

Krippendorff's metrics are something else (`krippendorff.py`): his ordinal metric depends on how often levels are used,
Gwet's ordinal weights only on their ranks.
"""

from __future__ import annotations

import numpy as np

from attune.calibration.agreement.ratings import Numbers


def identity(levels: Numbers) -> Numbers:
    """Only the same level agrees."""
    return np.eye(len(levels))


def linear(levels: Numbers) -> Numbers:
    """1 - |i - j| / span: Cicchetti and Allison."""
    return 1 - np.abs(levels[:, None] - levels) / _span(levels)


def quadratic(levels: Numbers) -> Numbers:
    """1 - (i - j)^2 / span^2: Fleiss and Cohen."""
    weights: Numbers = 1 - (levels[:, None] - levels) ** 2 / _span(levels) ** 2
    return weights


def ordinal(levels: Numbers) -> Numbers:
    """1 - C(d, 2) / C(q, 2), where d levels lie from one to the other, both counted: Gwet's ordinal weights."""
    places = np.arange(len(levels))
    between = np.abs(places[:, None] - places) + 1
    weights: Numbers = 1 - between * (between - 1) / max(len(levels) * (len(levels) - 1), 1)
    return weights


def adjacent(levels: Numbers) -> Numbers:
    """Neighbouring levels agree as much as the same one."""
    places = np.arange(len(levels))
    weights: Numbers = (np.abs(places[:, None] - places) <= 1).astype(np.float64)
    return weights


def _span(levels: Numbers) -> float:
    return float(levels[-1] - levels[0]) or 1.0
