"""How much a harness does: little enough for every run of the tests, or as much as its promise asks.

One implementation, two sizes. `make test` runs the short forms; `ATTUNE_TEST_FAULTS=full` (`make faults`) and
`ATTUNE_TEST_WALLS=full` (`make walls`) the full ones. `ATTUNE_TEST_SEED` repeats a run.
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Final, TypeVar

T = TypeVar("T")


class Size(StrEnum):
    """How much a harness does."""

    SHORT = "short"
    FULL = "full"

    def choose(self, *, short: T, full: T) -> T:
        """The value for this size."""
        return full if self is Size.FULL else short


FAULTS: Final = Size(os.environ.get("ATTUNE_TEST_FAULTS", Size.SHORT))
WALLS: Final = Size(os.environ.get("ATTUNE_TEST_WALLS", Size.SHORT))
SEED: Final = int(os.environ.get("ATTUNE_TEST_SEED", "20261122"))
"""Where chance begins in what should be the same in every run. Printed by each harness, so that a failure can be repeated."""
