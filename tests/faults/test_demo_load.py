"""The demo's month comes in over HTTP on a bad day. Nothing is lost or doubled, and the caller notices nothing."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from redis import Redis

from attune.kernel.db import Database
from attune.kernel.rebuild import rebuild
from attune.projections import ALL
from attune_cli import output
from attune_cli.api_client import ApiClient
from attune_cli.demo.month import MonthLoader
from attune_cli.demo.records import Month
from attune_cli.demo.session import DemoSession, begin_session
from attune_cli.demo.simulator import simulate_month
from attune_cli.settings import Settings
from attune_cli.stack.data_folder import DataFolder
from attune_cli.stack.machine import Machine
from attune_cli.stack.service import Service
from tests.faults.judging import assert_nothing_lost_or_doubled, nothing_is_left
from tests.worker.conftest import until

SEED = 7
KILLS = 3
LEAST_EVENTS = 10_000
PATIENCE = 90.0


class Neighbour:
    """Somebody who began to write in another database of the cluster, and went home."""

    def __init__(self, url: str) -> None:
        self._url = urlunsplit(urlsplit(url)._replace(path="/postgres"))

    async def stay(self, done: asyncio.Event) -> None:
        connection = await asyncpg.connect(self._url)
        await connection.execute("BEGIN; CREATE TEMPORARY TABLE forgotten (id int); INSERT INTO forgotten VALUES (1)")
        await done.wait()
        await connection.close()


def load(machine: Machine, session: DemoSession, month: Month) -> dict[str, Counter[str]]:
    """Send the month as the demo does. Any refusal ends it."""
    with ApiClient(machine.url, session.integration_key) as client, output.steps() as steps:
        return MonthLoader(client, steps).load(month, session.anchor)


def has_events(database: Database, least: int) -> Callable[[], Awaitable[bool]]:
    """The condition that so many events have their place in the order."""

    async def condition() -> bool:
        async with database.read(None) as tx:
            return int(await tx.fetch_value("SELECT sum(seq) FROM event_head")) >= least

    return condition


async def hurt(machine: Machine, settings: Settings, loading: Future[object], database: Database) -> int:
    """While the month comes in: flush Redis and kill the worker at its work, and start another; how often it was hit."""
    redis = Redis.from_url(machine.environment["ATTUNE_REDIS_URL"])
    (worker,) = (part for part in machine.parts if isinstance(part, Service) and part.name == "worker")
    hits = 0
    for number in range(KILLS):
        # At a quarter, a half, three quarters of what the month makes, so that each hits a busy worker.
        await until(has_events(database, (number + 1) * LEAST_EVENTS // (KILLS + 1)), seconds=PATIENCE)
        assert not loading.done(), "the load was over before the worker could be hit"
        redis.flushall()
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        hits += 1
        worker = await asyncio.to_thread(machine.start_worker)
    redis.close()
    return hits


async def go_through(machine: Machine) -> None:
    settings = Settings.load(machine.environment, Path())
    session = await begin_session(settings, SEED)
    month = simulate_month(session.seed, session.anchor)
    database = await Database.connect(machine.environment["ATTUNE_WORKER_DATABASE_URL"])
    home = asyncio.Event()
    neighbour = asyncio.create_task(Neighbour(machine.environment["ATTUNE_MIGRATOR_DATABASE_URL"]).stay(home))
    with ThreadPoolExecutor(1) as threads:
        loading: Future[object] = threads.submit(load, machine, session, month)
        assert await hurt(machine, settings, loading, database) == KILLS
        counts = await asyncio.wrap_future(loading)
    await until(lambda: nothing_is_left(database), seconds=PATIENCE)
    assert isinstance(counts, dict)
    assert counts["Conversations"]["created"] == len(month.conversations)
    assert await assert_nothing_lost_or_doubled(database, session.tenant_id) >= LEAST_EVENTS
    for projection in ALL:
        assert (await rebuild(database, projection)).is_identical, projection.name
    home.set()
    await neighbour
    await database.close()


def test_killed_workers_a_flushed_redis_and_an_endless_transaction_do_not_touch_the_demos_month(tmp_path: Path) -> None:
    with Machine(DataFolder(tmp_path / "data"), durable=False) as machine:
        asyncio.run(go_through(machine))
