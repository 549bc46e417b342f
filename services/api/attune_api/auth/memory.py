"""Remembering for a few seconds, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST: Final = 10_000


class ShortMemory(Generic[K, V]):
    """A dictionary whose entries are forgotten after `seconds`, the oldest first when there are too many."""

    def __init__(self, seconds: float, most: int = MOST, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._entries: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        """What was put there lately, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._clock():
            del self._entries[key]
            return None
        return entry[1]

    def put(self, key: K, value: V) -> None:
        """Remember; the time starts anew."""
        self._entries.pop(key, None)
        if len(self._entries) >= self._most:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = (self._clock() + self._seconds, value)

    def forget(self, key: K) -> None:
        """Forget at once."""
        self._entries.pop(key, None)

    def forget_where(self, matches: Callable[[V], bool]) -> None:
        """Forget every entry whose value matches."""
        for key in [key for key, (_, value) in self._entries.items() if matches(value)]:
            del self._entries[key]

    def __len__(self) -> int:
        return len(self._entries)
