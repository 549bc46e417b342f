"""Starts the worker: `python -m attune_worker.main`, configured by `ATTUNE_…` variables alone."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterable, Sequence
from importlib.metadata import version
from time import monotonic
from typing import Any, Final

import asyncpg
import structlog

from attune.kernel.db import Database
from attune.kernel.ids import SHARDS
from attune.kernel.migrating import application_name
from attune.kernel.projections import Projection, register
from attune.kernel.restoration import WHAT_TO_DO, ErasuresAwaited, awaited_since
from attune.projections import ALL
from attune_observability.logging import configure_logging
from attune_observability.metrics import observe_pool
from attune_observability.telemetry import telemetry
from attune_observability.tracing import exports_telemetry
from attune_settings.reading import SettingsInvalid
from attune_worker.cron import Cron
from attune_worker.drain import DrainLoop
from attune_worker.health import Health
from attune_worker.jobs import JOBS
from attune_worker.reliability import ReliabilityLoop
from attune_worker.resilience import Backoff, passes, wait
from attune_worker.runner import WakeUpRunner
from attune_worker.settings import Settings, load_settings
from attune_worker.telemetry import Measures
from attune_worker.watch import watch_backlog

GRACEFUL_SECONDS: Final = 8.0
"""How long batches that are under way may take after SIGTERM; what is not done then rolls back and is done later."""

READY_SECONDS: Final = 15.0
"""Ready as long as PostgreSQL answered within this time."""

_NEVER_RIGHT: Final = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidPasswordError,
    asyncpg.ClientConfigurationError,
)
"""What no waiting will mend: the operator has to."""

_log = structlog.stdlib.get_logger("attune.worker")


def main(projections: Sequence[Projection] = ALL) -> int:
    """Work until SIGTERM or Ctrl-C; the exit status."""
    try:
        settings = load_settings()
    except SettingsInvalid as error:
        sys.stderr.write(f"attune worker: {error}\n")
        return 2
    configure_logging(level=settings.log_level, development=not settings.is_production)
    with (
        telemetry("attune-worker", version("attune"), ratio=settings.trace_ratio),
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        return runner.run(work(settings, projections))


async def work(settings: Settings, projections: Sequence[Projection] = ALL) -> int:
    """The whole worker, from its first connection to the end of its last batch."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        database = await _open(settings, projections, stopping)
    except _NEVER_RIGHT as error:
        _log.error("database.refused", variable="ATTUNE_WORKER_DATABASE_URL", error_class=type(error).__name__)
        return 2
    except ErasuresAwaited:
        _log.error("database.awaits_erasures", what_to_do=WHAT_TO_DO)
        return 2
    if database is None:
        return 0
    try:
        return await _work_on(settings, database, projections, stopping)
    finally:
        await database.close()


async def _work_on(
    settings: Settings, database: Database, projections: Sequence[Projection], stopping: asyncio.Event
) -> int:
    measures = Measures()
    observe_pool(lambda: database.in_use, settings.worker_connections)
    drain = DrainLoop(
        database,
        projections,
        # One connection is left for the look each second, one for cron and reliability, which hold it for moments.
        at_once=settings.worker_connections - 2,
        poll_seconds=settings.worker_poll_seconds,
        measures=measures,
        is_traced=exports_telemetry(),
    )
    reliability = ReliabilityLoop(database, measures)

    def wake(shards: Iterable[int]) -> None:
        drain.wake(shards)
        reliability.wake()

    database.on_events = lambda shard: drain.wake([shard])
    runner = WakeUpRunner(settings.redis_url.get_secret_value(), wake, measures)
    parts: dict[str, Coroutine[Any, Any, None]] = {
        "drain": drain.run(stopping),
        "cron": Cron(database, JOBS, measures).run(stopping),
        "reliability": reliability.run(stopping),
        "wake-ups": runner.run(stopping),
    }
    if exports_telemetry():
        parts["watch"] = watch_backlog(database, measures, stopping)
    tasks = [asyncio.create_task(part, name=name) for name, part in parts.items()]
    health = Health(
        is_alive=lambda: not any(task.done() for task in tasks),
        is_ready=lambda: drain.looked_at is not None and monotonic() - drain.looked_at < READY_SECONDS,
    )
    server = None
    if settings.worker_health_port is not None:
        try:
            server = await health.serve(settings.worker_health_host, settings.worker_health_port)
        except OSError as error:
            _log.error("health.port_taken", variable="ATTUNE_WORKER_HEALTH_PORT", error_class=type(error).__name__)
            stopping.set()
    _log.info("worker.started", projections=[projection.name for projection in projections], shards=SHARDS)
    status = await _until_stopped(tasks, stopping)
    if server is not None:
        server.close()
    _log.info("worker.stopped", status=status)
    return status if server is not None or settings.worker_health_port is None else 2


async def _until_stopped(tasks: list[asyncio.Task[None]], stopping: asyncio.Event) -> int:
    """Until told to stop, or until a part of the worker ended by itself, which none may."""
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait({*tasks, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    broken = [task for task in tasks if task.done() and not stopping.is_set()]
    stopping.set()
    _, late = await asyncio.wait(tasks, timeout=GRACEFUL_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in broken:
        _log.error("worker.broken", part=task.get_name(), exc_info=task.exception())
    return 1 if broken else 0


async def _open(settings: Settings, projections: Sequence[Projection], stopping: asyncio.Event) -> Database | None:
    """The pool, once PostgreSQL is there and migrated; None when told to stop before."""
    backoff = Backoff()
    database = None
    while not stopping.is_set():
        try:
            if database is None:
                database = await Database.connect(
                    settings.worker_database_url.get_secret_value(),
                    max_size=settings.worker_connections,
                    acquire_timeout=10.0,
                    prepared_statements=settings.database_pooler == "none",
                    application=application_name("worker"),
                )
            await _refuse_unfinished_restore(database)
            await register(database, projections, SHARDS)
        except ErasuresAwaited:
            if database is not None:
                await database.close()
            raise
        except _NEVER_RIGHT:
            raise
        except Exception as error:
            if not (passes(error) or isinstance(error, asyncpg.PostgresError)):
                raise
            _log.warning("database.not_ready", error_class=type(error).__name__, attempt=backoff.failures + 1)
            await wait(stopping, backoff.grow())
        else:
            return database
    if database is not None:
        await database.close()
    return None


async def _refuse_unfinished_restore(database: Database) -> None:
    """Raise `ErasuresAwaited` where a restore brought people back who were erased: nothing is derived from them."""
    async with database.read(None) as tx:
        if await awaited_since(tx) is not None:
            raise ErasuresAwaited


def _loop_factory() -> Any:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
