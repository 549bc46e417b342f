"""Which items the raters split on: what a calibration meeting should talk about, first things first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from attune.calibration.agreement.krippendorff import coincidences, shared_counts
from attune.calibration.agreement.ratings import Ratings
from attune.calibration.model import Metric

WIDE: Final = 2
"""Raters who are two levels apart read the descriptors differently; one level is a matter of taste."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """An item the raters split on. `share` is its part of all disagreement in this dimension, from 0 to 1."""

    item: int
    raters: int
    lowest: float
    highest: float
    share: float
    is_wide: bool


def divergences_of(ratings: Ratings, metric: Metric, most: int = 50) -> list[Divergence]:
    """The items with any disagreement, those with the most first; equal ones in the order of the items."""
    counts = shared_counts(ratings).sum(axis=0)
    ranks = np.cumsum(counts) - counts / 2
    is_nominal = metric is Metric.NOMINAL
    distances = 1 - np.eye(ratings.size) if is_nominal else (ranks[:, None] - ranks) ** 2
    disagreement = (coincidences(ratings) * distances).sum(axis=(1, 2))
    total = float(disagreement.sum())
    if total <= 0:
        return []
    found = []
    for item in np.argsort(-disagreement, kind="stable")[:most]:
        if disagreement[item] <= 0:
            break
        values = ratings.values[item][ratings.given[item]]
        found.append(
            Divergence(
                item=int(item),
                raters=len(values),
                lowest=float(values.min()),
                highest=float(values.max()),
                share=float(disagreement[item]) / total,
                is_wide=not is_nominal and bool(values.max() - values.min() >= WIDE),
            )
        )
    return found
