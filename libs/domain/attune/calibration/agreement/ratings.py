"""Ratings as a table: items in rows, raters in columns, and in each cell a level or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]

MISSING: Final = -1


@dataclass(frozen=True)
class Ratings:
    """`cells[item, rater]` is the place of a level in `levels`, or `MISSING`. Every item has at least one rating.

    `levels` are all levels of the scale, used or not: several coefficients count them, and would otherwise move with
    the sample.
    """

    cells: Places
    levels: Numbers

    @classmethod
    def of(cls, table: Sequence[Sequence[int | None]], *, lowest: int, highest: int) -> Self:
        """Ratings from rows of whole numbers, one row for each item. Items that nobody rated are left out."""
        cells = np.array(
            [[MISSING if value is None else value - lowest for value in row] for row in table], dtype=np.int64
        ).reshape(len(table), len(table[0]) if table else 0)
        return cls.of_cells(cells, lowest=lowest, highest=highest)

    @classmethod
    def of_cells(cls, cells: Places, *, lowest: int, highest: int) -> Self:
        """Ratings from places on the scale."""
        levels = np.arange(lowest, highest + 1, dtype=np.float64)
        assert not cells.size or (cells.min() >= MISSING and cells.max() < len(levels)), "a rating is off its scale"
        return cls(cells[(cells != MISSING).any(axis=1)], levels)

    @property
    def items(self) -> int:
        """How many items have a rating."""
        return len(self.cells)

    @property
    def size(self) -> int:
        """How many levels the scale has."""
        return len(self.levels)

    @cached_property
    def given(self) -> NDArray[np.bool_]:
        """Which cells hold a rating."""
        given: NDArray[np.bool_] = self.cells != MISSING
        return given

    @cached_property
    def raters(self) -> int:
        """How many raters gave a rating."""
        return int(self.given.any(axis=0).sum())

    @cached_property
    def counts(self) -> Numbers:
        """How many raters gave each item each level: items x levels."""
        counts = np.zeros((self.items, self.size))
        item, rater = np.nonzero(self.given)
        np.add.at(counts, (item, self.cells[item, rater]), 1.0)
        return counts

    @cached_property
    def per_item(self) -> Numbers:
        """How many ratings each item has."""
        per_item: Numbers = self.counts.sum(axis=1)
        return per_item

    @cached_property
    def is_shared(self) -> NDArray[np.bool_]:
        """Which items at least two raters rated: only they say anything about agreement."""
        is_shared: NDArray[np.bool_] = self.per_item >= 2
        return is_shared

    @cached_property
    def values(self) -> Numbers:
        """The ratings as numbers, NaN where there is none: items x raters. For the inside of this package only."""
        values = np.full(self.cells.shape, np.nan)
        values[self.given] = self.levels[self.cells[self.given]]
        return values
