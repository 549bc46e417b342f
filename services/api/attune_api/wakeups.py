"""Telling the worker that there are events: one hint for whatever was committed in a few milliseconds.

The events are in PostgreSQL and the worker looks there every second anyway, so a hint may get lost. Never one Redis call
for each request, and none that a request waits for.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final
from uuid import uuid4

import structlog
from arq.connections import ArqRedis
from arq.constants import job_key_prefix
from arq.jobs import serialize_job as serialize
from arq.utils import timestamp_ms
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from attune_observability.metrics import meter

JOB: Final = "drain"
GATHER_SECONDS: Final = 0.02
HINT_LIVES_SECONDS: Final = 30
MOST_WAITING: Final = 50
"""More hints than this in the queue mean that nobody is fetching them; another would help nobody and fill Redis."""

REDIS_SECONDS: Final = 1.0
SECONDS_AFTER_FAILURE: Final = 1.0

_log = structlog.stdlib.get_logger("attune.api")


def serialize_job(job: dict[str, Any]) -> bytes:
    """A job as JSON: with pickle, whoever can write to Redis could run code in the worker."""
    return json.dumps(job, separators=(",", ":")).encode()


def deserialize_job(content: bytes) -> dict[str, Any]:
    """The job of its JSON."""
    job: dict[str, Any] = json.loads(content)
    return job


def open_queue(redis_url: str) -> ArqRedis:
    """The worker's queue. Connects at the first use, so that the service starts without Redis."""
    pool = ConnectionPool.from_url(
        redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, max_connections=2
    )
    return ArqRedis(pool_or_conn=pool, job_serializer=serialize_job, job_deserializer=deserialize_job)


class WakeUps:
    """Gathers the shards that got events, and sends them as one hint."""

    def __init__(self, queue: ArqRedis, gather_seconds: float = GATHER_SECONDS) -> None:
        self._queue = queue
        self._gather_seconds = gather_seconds
        self._shards: set[int] = set()
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._waiting = 0
        """How many hints were in the queue when it was last asked."""
        self._counter = meter().create_counter(
            "attune.wake_ups", unit="{hint}", description="Hints to the worker, by outcome."
        )

    def notice(self, shard: int) -> None:
        """Events of this shard were committed."""
        self._shards.add(shard)
        self._something.set()

    def start(self) -> None:
        """Begin sending."""
        self._task = asyncio.create_task(self._send_for_ever(), name="wake-ups")

    async def stop(self) -> None:
        """Finish the hint under way, send what is left, and end."""
        self._is_stopping = True
        self._something.set()
        if self._task is not None:
            await self._task
        if self._shards:
            await self._send()
        await self._queue.aclose(close_connection_pool=True)

    async def _send_for_ever(self) -> None:
        while not self._is_stopping:
            await self._something.wait()
            if not self._is_stopping:
                await asyncio.sleep(self._gather_seconds)
                if not await self._send() and not self._is_stopping:
                    await asyncio.sleep(SECONDS_AFTER_FAILURE)

    async def _send(self) -> bool:
        """Whether Redis took it. A hint that got lost is not sent again: the worker finds the events by itself."""
        shards, self._shards = sorted(self._shards), set()
        self._something.clear()
        try:
            if self._waiting >= MOST_WAITING:
                self._waiting = await self._queue.zcard(self._queue.default_queue_name)
            if self._waiting >= MOST_WAITING:
                self._counter.add(1, {"outcome": "queue_full"})
                return True
            await self._enqueue(shards)
        except (RedisError, OSError, TimeoutError) as error:
            self._counter.add(1, {"outcome": "redis_away"})
            _log.debug("wake_up.lost", error_class=type(error).__name__)
            return False
        self._counter.add(1, {"outcome": "sent"})
        return True

    async def _enqueue(self, shards: list[int]) -> None:
        """What arq's `enqueue_job` does, in one round trip instead of five: it watches for a second job of the same id,
        and the id of a hint is new. The length of the queue comes back with it."""
        job_id, now = uuid4().hex, timestamp_ms()
        job = serialize(JOB, (), {"shards": shards}, None, now, serializer=serialize_job)
        async with self._queue.pipeline(transaction=True) as pipe:
            pipe.psetex(job_key_prefix + job_id, HINT_LIVES_SECONDS * 1000, job)
            pipe.zadd(self._queue.default_queue_name, {job_id: now})
            pipe.zcard(self._queue.default_queue_name)
            *_, self._waiting = await pipe.execute()
