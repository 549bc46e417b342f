"""Calibration rounds: people score the same conversations blind, then look at where and why they differ.

The tables are in `tables` and not gathered here: the process that computes starts in a fraction of the time without them.
"""

from __future__ import annotations

from attune.calibration.model.entities import (
    CoefficientFigure,
    DimensionReport,
    DivergenceFigure,
    Item,
    NewItem,
    NewRound,
    Rater,
    RaterName,
    Rating,
    RatingItem,
    Report,
    Round,
    RoundRow,
    Run,
    Scale,
    SeverityFigure,
)
from attune.calibration.model.names import (
    DRAWS,
    MOST_DIMENSIONS,
    MOST_LEVELS,
    CoefficientName,
    Drift,
    Leaning,
    Metric,
    Reason,
    ReliabilityStatus,
    RoundOutcome,
    RoundStatus,
    RunStatus,
    Undefined,
)

__all__ = [
    "DRAWS",
    "MOST_DIMENSIONS",
    "MOST_LEVELS",
    "CoefficientFigure",
    "CoefficientName",
    "DimensionReport",
    "DivergenceFigure",
    "Drift",
    "Item",
    "Leaning",
    "Metric",
    "NewItem",
    "NewRound",
    "Rater",
    "RaterName",
    "Rating",
    "RatingItem",
    "Reason",
    "ReliabilityStatus",
    "Report",
    "Round",
    "RoundOutcome",
    "RoundRow",
    "RoundStatus",
    "Run",
    "RunStatus",
    "Scale",
    "SeverityFigure",
    "Undefined",
]
