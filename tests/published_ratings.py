"""Published tables of ratings, small enough to stand here, each with where it was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Table = Sequence[Sequence[int | None]]
"""Items in rows, raters in columns."""


def by_rater(*raters: Sequence[int | None]) -> Table:
    return list(zip(*raters, strict=True))


def of_contingency(table: Sequence[Sequence[int]]) -> Table:
    """Two raters' ratings from a table of how often they met."""
    return [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]


def of_counts(*items: Sequence[int]) -> Table:
    """Ratings from how many raters gave each item each level."""
    return [[level for level, count in enumerate(item) for _ in range(count)] for item in items]


_: Final = None
KRIPPENDORFF_2011 = by_rater(
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
)
"""K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, example C."""

GWET_4_RATERS = by_rater(
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, _],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
)
"""The same in K. L. Gwet's irrCAC (cac.raw4raters), where another rater gave the single rating of the last item."""

THREE_CODERS = by_rater(
    [_, _, _, _, _, 3, 4, 1, 2, 1, 1, 3, 3, _, 3],
    [1, _, 2, 1, 3, 3, 4, 3, _, _, _, _, _, _, _],
    [_, _, 2, 1, 3, 4, 4, _, 2, 1, 1, 3, 3, _, 4],
)
"""The worked example of the encyclopaedia article on Krippendorff's alpha."""

SIX_RATERS = of_counts(
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
)  # fmt: skip
"""Fleiss 1971, the first 15 patients; coefficients in the vignette of irrCAC (distrib.6raters)."""

FLEISS_1971 = [
    *SIX_RATERS,
    *of_counts(
        [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
        [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
        [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
    ),
]  # fmt: skip
"""J. L. Fleiss, Measuring nominal scale agreement among many raters, 1971: 30 patients, 6 raters, 5 diagnoses."""

FOURTEEN_RATERS = of_counts(
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
)  # fmt: skip
"""The worked example of the encyclopaedia article on Fleiss' kappa."""

MARRIED_COUPLES = of_contingency([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])
"""Hout, Duncan and Sobel 1987, by way of A. Agresti, Categorical Data Analysis; kappas as SAS and R's vcd print them."""

WINNIPEG = of_contingency([[38, 5, 0, 1], [33, 11, 3, 0], [10, 14, 5, 6], [3, 7, 3, 10]])
"""Landis and Koch 1977: two neurologists, 149 patients; kappas as SAS and R's vcd print them."""

ABSTRACTORS = of_contingency([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
"""cont3x3abstractors in the vignettes of irrCAC."""

PARADOX = of_contingency([[118, 5], [2, 0]])
"""The prevalence paradox: nearly everything agrees, and kappa is below zero."""

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Shrout and Fleiss, Intraclass correlations, 1979, table 2."""

EIGHT_WINES = by_rater(
    [1, 1, 3, 6, 6, 7, 8, 9], [2, 3, 8, 4, 5, 5, 7, 9], [0, 3, 1, 3, 5, 6, 7, 9], [1, 2, 4, 3, 6, 2, 9, 8]
)
"""Four judges, eight wines: the worked example of the Real Statistics pages on intraclass correlation."""

BITTERNESS = by_rater(
    [2, 3, 3, 4, 4, 4, 5, 5], [1, 2, 1, 3, 2, 3, 5, 4], [2, 3, 3, 2, 5, 5, 4, 4], [3, 2, 3, 2, 3, 2, 5, 3],
    [2, 3, 4, 3, 3, 3, 3, 3], [3, 2, 3, 2, 2, 4, 5, 4], [1, 1, 2, 2, 2, 3, 2, 3], [2, 2, 2, 3, 3, 3, 3, 4],
    [1, 2, 3, 2, 3, 2, 4, 4],
)  # fmt: skip
"""Randall 1989, nine judges, eight bottles: `wine` of R's ordinal."""
