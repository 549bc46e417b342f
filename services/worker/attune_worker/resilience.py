"""Which errors pass by themselves, and how long to wait for that. The worker never ends because of one of them."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import Final

from attune.kernel.errors import AttuneError, Kind
from attune.kernel.projections import is_transient

_LEAST: Final = 0.2
_MOST: Final = 10.0


def passes(error: BaseException) -> bool:
    """Whether trying again later can help: PostgreSQL away, busy, or in the middle of a conflict."""
    return is_transient(error) or (isinstance(error, AttuneError) and error.kind is Kind.UNAVAILABLE)


class Backoff:
    """Waits longer each time, up to ten seconds, never quite as long as another process does."""

    def __init__(self, most: float = _MOST) -> None:
        self._most = most
        self._failures = 0

    @property
    def failures(self) -> int:
        """How often in a row it failed."""
        return self._failures

    def reset(self) -> None:
        """It worked."""
        self._failures = 0

    def grow(self) -> float:
        """It failed: how many seconds to leave it alone."""
        self._failures += 1
        ceiling = min(self._most, _LEAST * 2 ** min(self._failures, 16))
        return random.uniform(ceiling / 2, ceiling)  # noqa: S311  # spreads retries, guards nothing


async def wait(stopping: asyncio.Event, seconds: float) -> bool:
    """Wait, or return at once when the process is told to stop; whether it is."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
    return stopping.is_set()
