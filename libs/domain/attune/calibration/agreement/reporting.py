"""From the ratings of one dimension, as they are stored, to the figures that are stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import numpy as np

from attune.calibration.agreement.analysis import Analysis, analyse
from attune.calibration.agreement.ratings import MISSING, Ratings
from attune.calibration.model import (
    CoefficientFigure,
    DimensionReport,
    DivergenceFigure,
    Rating,
    Scale,
    SeverityFigure,
)

LOGIT_DECIMALS = 4
"""An estimate that was stopped when it was close enough says no more."""

DECIMALS = 9
"""As many as are the same on any machine: sums are added up in another order elsewhere."""


def report_on(
    dimension: str, ratings: Sequence[Rating], scale: Scale, *, draws: int, seed: int, stream: int
) -> DimensionReport:
    """The figures of a dimension. The order of the ratings makes no difference beyond rounding."""
    items = sorted({rating.item for rating in ratings})
    raters = sorted({rating.rater_id for rating in ratings})
    rows, columns = {item: at for at, item in enumerate(items)}, {rater: at for at, rater in enumerate(raters)}
    cells = np.full((len(items), len(raters)), MISSING, dtype=np.int64)
    order = np.zeros(cells.shape, dtype=np.int64)
    for rating in ratings:
        at = rows[rating.item], columns[rating.rater_id]
        cells[at] = rating.value - scale.lowest
        # Where a single rating has no time there is no order.
        order[at] = -1 if rating.rated_at is None else round(rating.rated_at.timestamp() * 1_000_000)
    is_ordered = all(rating.rated_at is not None for rating in ratings)
    analysis = analyse(
        Ratings.of_cells(cells, lowest=scale.lowest, highest=scale.highest),
        scale.metric,
        draws=draws,
        seed=seed,
        stream=stream,
        order=order if is_ordered and ratings else None,
    )
    return _report(dimension, analysis, items, raters)


def _report(dimension: str, analysis: Analysis, items: Sequence[str], raters: Sequence[UUID]) -> DimensionReport:
    return DimensionReport(
        dimension=dimension,
        status=analysis.status,
        reason=analysis.reason,
        judged_by=analysis.primary,
        items=analysis.items,
        shared_items=analysis.shared_items,
        raters=analysis.raters,
        ratings=analysis.ratings,
        further_items=analysis.further_items,
        coefficients=tuple(
            CoefficientFigure(
                name=each.name,
                value=_rounded(each.value),
                low=None if each.interval is None else _rounded(each.interval.low),
                high=None if each.interval is None else _rounded(each.interval.high),
                standard_error=_rounded(each.standard_error),
                undefined=each.undefined,
            )
            for each in analysis.estimates
        ),
        severities=tuple(
            SeverityFigure(
                rater_id=raters[each.rater],
                ratings=each.ratings,
                bias=_rounded(each.bias),
                shrunk=_rounded(each.shrunk),
                low=_rounded(each.low),
                high=_rounded(each.high),
                leaning=each.leaning,
                drift=each.drift,
                logits=None if each.logits is None else round(each.logits, LOGIT_DECIMALS),
            )
            for each in analysis.severities
        ),
        divergences=tuple(
            DivergenceFigure(
                item=items[each.item],
                raters=each.raters,
                lowest=int(each.lowest),
                highest=int(each.highest),
                share=round(each.share, DECIMALS),
                is_wide=each.is_wide,
            )
            for each in analysis.divergences
        ),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
