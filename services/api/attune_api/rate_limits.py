"""How much one caller may ask for. Tokens are leased from Redis in batches and counted here, in the process.

One Redis call for each request would cost a quarter of the throughput; one for fifty costs nothing that can be
measured. Unused tokens of a lease end with its window. Without Redis each process counts alone, and the API goes on.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, time
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from limits.aio.storage import RedisStorage
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from attune.kernel.errors import AttuneError, Kind
from attune_api.auth.caller import Caller
from attune_api.exchange import Exchange

WINDOW_SECONDS: Final = 60
LARGEST_LEASE: Final = 50
LEASES_PER_LIMIT: Final = 20
"""A small limit is leased in smaller parts, so that several processes can share it."""

REDIS_SECONDS: Final = 0.25
SECONDS_WITHOUT_REDIS: Final = 5.0
"""After a failed call Redis is left alone for so long, so that its absence costs one time-out, not one a lease."""

SECONDS_BETWEEN_LOGS: Final = 60.0
MOST_CALLERS: Final = 10_000

_log = structlog.stdlib.get_logger("attune.api")


class RateLimited(AttuneError):
    """The caller has used up their minute."""

    kind = Kind.TOO_MANY_REQUESTS
    code = "rate_limited"
    detail = "Too many requests. Wait as long as Retry-After says."

    def __init__(self, retry_seconds: int) -> None:
        super().__init__()
        self.retry_seconds = retry_seconds


class Counter(Protocol):
    """Where all processes count together."""

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter that is gone after `expiry` seconds; its new value."""


@dataclass(slots=True)
class _Lease:
    window: int = -1
    tokens: int = 0
    unleased: int = 0
    """What nobody had leased when this process last asked."""
    is_used_up: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RateLimits:
    """The limits of all callers of this process."""

    def __init__(self, counter: Counter, limit: int, clock: Callable[[], float] = time) -> None:
        self._counter = counter
        self._limit = limit
        self._batch = max(1, min(LARGEST_LEASE, limit // LEASES_PER_LIMIT))
        self._clock = clock
        self._leases: dict[UUID, _Lease] = {}
        self._redis_again_at = 0.0
        self._log_again_at = 0.0
        self.policy = f'"default";q={limit};w={WINDOW_SECONDS}'.encode()

    async def take(self, principal_id: UUID) -> tuple[int, int]:
        """One token. How many are left, at least, and in how many seconds there are new ones. Raises `RateLimited`."""
        now = self._clock()
        window = int(now // WINDOW_SECONDS)
        resets_in = math.ceil((window + 1) * WINDOW_SECONDS - now)
        lease = self._leases.get(principal_id) or self._begin(principal_id)
        if lease.window != window or lease.tokens == 0:
            async with lease.lock:
                if lease.window != window or (lease.tokens == 0 and not lease.is_used_up):
                    await self._renew(lease, principal_id, window)
        if lease.tokens == 0:
            raise RateLimited(resets_in)
        lease.tokens -= 1
        return lease.tokens + lease.unleased, resets_in

    async def count(self, exchange: Exchange, caller: Caller) -> None:
        """Take a token for a request of a known caller, whose answer says how many are left. Raises `RateLimited`."""
        exchange.headers.append((b"ratelimit-policy", self.policy))
        try:
            left, resets_in = await self.take(caller.principal_id)
        except RateLimited as refusal:
            exchange.headers.append((b"ratelimit", b'"default";r=0;t=%d' % refusal.retry_seconds))
            raise
        exchange.headers.append((b"ratelimit", b'"default";r=%d;t=%d' % (left, resets_in)))

    def _begin(self, principal_id: UUID) -> _Lease:
        if len(self._leases) >= MOST_CALLERS:
            # The longest known goes; should it come back, it leases anew and loses a few tokens.
            del self._leases[next(iter(self._leases))]
        lease = self._leases[principal_id] = _Lease()
        return lease

    async def _renew(self, lease: _Lease, principal_id: UUID, window: int) -> None:
        counted = await self._count(principal_id, window)
        if counted is None:
            # Alone: what is left of the whole limit, as far as this process knows.
            granted, unleased = (self._limit, 0) if lease.window != window else (lease.unleased, 0)
        else:
            granted = max(0, min(self._batch, self._limit - (counted - self._batch)))
            unleased = max(0, self._limit - counted)
        lease.window, lease.tokens, lease.unleased, lease.is_used_up = window, granted, unleased, granted == 0

    async def _count(self, principal_id: UUID, window: int) -> int | None:
        """How many tokens all processes have leased in this window, ours included; None without Redis."""
        now = monotonic()
        if now < self._redis_again_at:
            return None
        try:
            return await self._counter.incr(f"rate:{principal_id}:{window}", WINDOW_SECONDS, self._batch)
        except (RedisError, OSError, TimeoutError) as error:
            self._redis_again_at = now + SECONDS_WITHOUT_REDIS
            if now >= self._log_again_at:
                self._log_again_at = now + SECONDS_BETWEEN_LOGS
                _log.warning("rate_limits.counting_alone", error_class=type(error).__name__)
            return None


def open_counter(redis_url: str) -> tuple[RedisStorage, ConnectionPool]:
    """A counter in Redis or Valkey, and its connections, to be closed at the end. Connects at the first use."""
    pool = ConnectionPool.from_url(redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
    address = "async+" + redis_url.replace("unix://", "redis+unix://", 1)
    # The library passes any option on to the client, though its signature knows only plain values.
    options: dict[str, Any] = {"connection_pool": pool}
    return RedisStorage(address, implementation="redispy", key_prefix="attune", **options), pool
