"""The arq worker, which hears wake-ups, under a supervisor: it ends when Redis goes, and this process does not.

arq is a hint and nothing more. A job carries the numbers of shards, marks them, and is done at once: no state, no result,
no time-out to outlive. JSON instead of pickle, since with pickle whoever can write to Redis could run code here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

import structlog
from arq.connections import RedisSettings
from arq.worker import Worker, func
from redis.exceptions import RedisError

from attune_worker.resilience import Backoff, wait
from attune_worker.telemetry import Measures

JOB: Final = "drain"
POLL_SECONDS: Final = 0.02
"""arq's own half second alone would miss the latency budget."""

JOB_SECONDS: Final = 10
MANY_TRIES: Final = 1_000_000

_log = structlog.stdlib.get_logger("attune.worker")


def serialize_job(job: dict[str, Any]) -> bytes:
    """A job as JSON. What arq adds of a job that failed is an exception; its class is enough."""
    return json.dumps(job, separators=(",", ":"), default=lambda value: type(value).__name__).encode()


def deserialize_job(content: bytes) -> dict[str, Any]:
    """The job of its JSON."""
    job: dict[str, Any] = json.loads(content)
    return job


class WakeUpRunner:
    """Hears the API's wake-ups, whenever Redis is there."""

    def __init__(self, redis_url: str, wake: Callable[[Iterable[int]], None], measures: Measures | None = None) -> None:
        self._redis = settings_of(redis_url)
        self._wake = wake
        self._measures = measures or Measures()
        self.is_listening = False
        """Whether the queue is being read now."""

    async def run(self, stopping: asyncio.Event) -> None:
        """Listen until `stopping` is set; when Redis goes, try again ever more seldom until it is back."""
        backoff = Backoff()
        while not stopping.is_set():
            try:
                await self._listen(stopping, backoff)
            except Exception as error:  # noqa: BLE001  # whatever is wrong in Redis, junk in the queue included, ends nobody
                self._measures.failed("redis")
                level = _log.warning if backoff.failures == 0 else _log.debug
                level("redis.away", error_class=type(error).__name__)
                await wait(stopping, backoff.grow())

    async def _listen(self, stopping: asyncio.Event, backoff: Backoff) -> None:
        worker = self._make_worker(on_startup=lambda: self._started(backoff))
        listening = asyncio.create_task(worker.main(), name="arq")
        stop = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({listening, stop}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            self.is_listening = False
            stop.cancel()
            listening.cancel()
            running = list(worker.tasks.values())
            for task in running:
                task.cancel()
            await asyncio.gather(listening, *running, return_exceptions=True)
            # Not `worker.close()`: it calls Redis, which may be what is missing.
            if worker._pool is not None:
                with contextlib.suppress(RedisError, OSError):
                    await worker._pool.aclose(close_connection_pool=True)

    def _started(self, backoff: Backoff) -> None:
        if backoff.failures:
            _log.info("redis.back", attempts=backoff.failures)
            backoff.reset()
        self.is_listening = True

    def _make_worker(self, on_startup: Callable[[], None]) -> Worker:
        async def drain(ctx: dict[Any, Any], *args: Any, **kwargs: Any) -> None:
            self._wake(shard for shard in kwargs.get("shards", ()) if isinstance(shard, int))

        async def start(ctx: dict[Any, Any]) -> None:
            on_startup()

        return Worker(
            functions=[func(drain, name=JOB)],
            redis_settings=self._redis,
            on_startup=start,
            poll_delay=POLL_SECONDS,
            job_timeout=JOB_SECONDS,
            max_tries=MANY_TRIES,
            keep_result=0,
            log_results=False,
            handle_signals=False,
            job_serializer=serialize_job,
            job_deserializer=deserialize_job,
        )


def settings_of(redis_url: str) -> RedisSettings:
    """How to reach Redis. arq's own reading of an address keeps the escapes of a password; retries are ours."""
    read = RedisSettings.from_dsn(redis_url)
    return replace(
        read,
        username=unquote(read.username) if read.username else None,
        password=unquote(read.password) if read.password else None,
        conn_retries=0,
    )
