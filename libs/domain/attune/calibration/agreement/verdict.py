"""What may be done with a dimension: one of four answers, and why.

Krippendorff 2004: rely on .800, draw tentative conclusions from .667. Judged by the lower bound of the interval, since
a good figure from eight conversations is luck as likely as agreement.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from attune.calibration.agreement.bootstrap import Interval
from attune.calibration.agreement.ratings import Ratings
from attune.calibration.model import Reason, ReliabilityStatus, Undefined

RELIABLE: Final = 0.800
TENTATIVE: Final = 0.667
FEWEST_SHARED_ITEMS: Final = 10
ONE_LEVEL: Final = 0.9
"""The share of one level from which on the items are too alike to tell raters who agree from raters who don't look."""


def judge(
    ratings: Ratings, estimate: float | Undefined, interval: Interval | None
) -> tuple[ReliabilityStatus, Reason | None]:
    """The status of a dimension, and the reason where there is no verdict or a poor one."""
    if isinstance(estimate, Undefined):
        return ReliabilityStatus.UNDETERMINED, Reason(estimate.value)
    if ratings.is_shared.sum() < FEWEST_SHARED_ITEMS:
        return ReliabilityStatus.UNDETERMINED, Reason.FEW_ITEMS
    if interval is None:
        return ReliabilityStatus.UNDETERMINED, Reason.INTERVAL_UNSTABLE
    if interval.low >= RELIABLE:
        return ReliabilityStatus.RELIABLE, None
    counts = ratings.counts.sum(axis=0)
    if float(counts.max() / counts.sum()) >= ONE_LEVEL:
        # The prevalence paradox: alpha near zero although nearly everybody agrees nearly always.
        return ReliabilityStatus.UNDETERMINED, Reason.ONE_LEVEL_PREVAILS
    return _judge_below_reliable(estimate, interval)


def _judge_below_reliable(estimate: float, interval: Interval) -> tuple[ReliabilityStatus, Reason]:
    if interval.low >= TENTATIVE:
        return ReliabilityStatus.TENTATIVE, Reason.BELOW_RELIABLE
    return ReliabilityStatus.UNRELIABLE, Reason.RATERS_DISAGREE if estimate < TENTATIVE else Reason.INTERVAL_WIDE


def items_for_width(shared_items: int, interval: Interval | None, half_width: float = 0.1) -> int | None:
    """How many more shared items would narrow the interval to +- `half_width`: its width falls with their square root."""
    if interval is None:
        return None
    present = (interval.high - interval.low) / 2
    return max(0, int(np.ceil(shared_items * (present / half_width) ** 2)) - shared_items)
