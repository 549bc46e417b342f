"""Connections at hand: what asyncpg's pool hands out, kept for the next transaction instead of going back each time.

asyncpg's pool makes a task to acquire with a time-out and another to release, which is a tenth of a short request. So what a
transaction leaves behind in order goes onto a stack, and the next one takes it from there; whatever else happened to a
connection, it goes back to the pool, which knows what to do. The pool still makes, counts, renews and closes them all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final

import asyncpg

IDLE_SECONDS: Final = 30.0
"""How long a connection stays at hand unused. Then it goes back to the pool, which closes it after its own while."""

USES: Final = 2_000
"""After so many transactions a connection goes through the pool once, which renews it when it is old."""


class Connections:
    """A stack of connections over a pool; each is with one transaction, on the stack, or in the pool."""

    def __init__(self, pool: asyncpg.Pool, acquire_timeout: float) -> None:
        self._pool = pool
        self._acquire_timeout = acquire_timeout
        self._at_hand: deque[tuple[Any, float]] = deque()
        self._waiting = 0
        self._uses = 0
        self._sweep: asyncio.TimerHandle | None = None
        self._going_back: set[asyncio.Task[None]] = set()

    @property
    def in_use(self) -> int:
        """How many connections are with a transaction now."""
        return int(self._pool.get_size() - self._pool.get_idle_size()) - len(self._at_hand)

    async def acquire(self) -> Any:
        """A connection. Raises `TimeoutError`, and what connecting raises."""
        while self._at_hand:
            # The one used last: the others grow old and go.
            connection, _ = self._at_hand.pop()
            if not connection.is_closed():
                return connection
            await self._pool.release(connection)
        self._waiting += 1
        try:
            return await self._pool.acquire(timeout=self._acquire_timeout)
        finally:
            self._waiting -= 1

    async def keep(self, connection: Any) -> None:
        """Take back a connection whose transaction ended well."""
        self._uses += 1
        if self._waiting or connection.is_closed() or self._uses % USES == 0:
            await self._pool.release(connection)
            return
        loop = asyncio.get_running_loop()
        self._at_hand.append((connection, loop.time()))
        if self._sweep is None:
            self._sweep = loop.call_later(IDLE_SECONDS, self._give_back_idle)

    async def release(self, connection: Any) -> None:
        """Take back a connection after anything else."""
        await self._pool.release(connection)

    async def close(self, seconds: float) -> None:
        """Close them all, waiting for the busy ones for a while."""
        if self._sweep is not None:
            self._sweep.cancel()
        while self._at_hand:
            await self._pool.release(self._at_hand.pop()[0])
        await asyncio.gather(*self._going_back, return_exceptions=True)
        try:
            await asyncio.wait_for(self._pool.close(), seconds)
        except TimeoutError:
            self._pool.terminate()

    def _give_back_idle(self) -> None:
        loop = asyncio.get_running_loop()
        while self._at_hand and self._at_hand[0][1] <= loop.time() - IDLE_SECONDS:
            task = loop.create_task(self._pool.release(self._at_hand.popleft()[0]))
            self._going_back.add(task)
            task.add_done_callback(self._going_back.discard)
        self._sweep = loop.call_later(IDLE_SECONDS, self._give_back_idle) if self._at_hand else None
