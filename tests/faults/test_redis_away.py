"""Redis is flushed, killed, away and restarted while callers write: it was only ever a hint."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from uuid import UUID

import httpx2 as httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from attune.kernel.context import WORKER, Context
from attune.kernel.rebuild import rebuild
from attune.kernel.vault import Vault
from attune.projections import ALL
from attune_api.wakeups import JOB, open_queue
from attune_cli.local.valkey import LocalValkey, ValkeyServer
from attune_worker.runner import WakeUpRunner
from tests.conftest import Installation
from tests.faults.api_process import ApiProcess, api_process
from tests.faults.figures import Figures
from tests.faults.front_desk import SIGNALS, FrontDesk, Ledger, front_desk, write_until
from tests.faults.front_desk import signal as a_signal
from tests.faults.judging import assert_nothing_lost_or_doubled, nothing_is_left
from tests.sizes import Size
from tests.worker.conftest import until
from tests.worker.process import WorkerProcess, worker_process

WRITERS = 4
CATCH_UP_SECONDS = 30.0
RECOVERY_SECONDS = 10.0


class Valkey:
    """A Valkey that keeps nothing, always at the same address, and can be made to go away."""

    def __init__(self, folder: Path) -> None:
        self._local = LocalValkey(folder, durable=False)
        self._server: ValkeyServer = self._local.start()
        self._folder = folder
        self.url = self._server.url

    def kill(self) -> None:
        """SIGKILL; away until it is started again."""
        os.kill(self._server.pid, signal.SIGKILL)
        self._local.stop()

    def stop(self) -> None:
        """An orderly end."""
        self._local.stop()

    def start(self) -> None:
        """Back, and empty."""
        self._local = LocalValkey(self._folder, port=self._server.port, durable=False)
        self._server = self._local.start()
        assert self._server.url == self.url


@dataclass(frozen=True, slots=True)
class Running:
    """API, worker and Valkey."""

    desk: FrontDesk
    api: ApiProcess
    worker: WorkerProcess
    valkey: Valkey

    async def write(self, ledger: Ledger, enough: asyncio.Event, chance: random.Random) -> None:
        """Several callers, until it is enough."""
        async with self.desk.client(self.api.url) as client:
            callers = [write_until(enough, client, ledger, random.Random(chance.random())) for _ in range(WRITERS)]
            await asyncio.gather(*callers)

    async def lag(self, client: httpx.AsyncClient, ledger: Ledger) -> float:
        """How long after its answer a write stands in the audit log, in seconds."""
        response = await ledger.send(client, a_signal(0))
        assert response is not None
        signal_id, begun = UUID(response.json()["id"]), monotonic()

        async def is_there() -> bool:
            async with self.desk.worker.read(Context(self.desk.organisation.tenant_id, WORKER)) as tx:
                return bool(
                    await tx.fetch_value(
                        "SELECT true FROM audit_entry WHERE tenant_id = $1 AND target_id = $2", tx.tenant_id, signal_id
                    )
                )

        await until(is_there, seconds=CATCH_UP_SECONDS)
        return monotonic() - begun

    async def hears_a_hint(self) -> bool:
        """Send a wake-up of our own to the queue: whether the worker takes it."""
        queue = open_queue(self.valkey.url)
        try:
            await queue.enqueue_job(JOB, shards=[])
            await until(lambda: _is_empty(queue), seconds=RECOVERY_SECONDS)
        except (RedisError, OSError, TimeoutError):
            return False
        finally:
            await queue.aclose(close_connection_pool=True)
        return True


async def _is_empty(queue: Redis) -> bool:
    return not await queue.zcard("arq:queue")


@asynccontextmanager
async def running(
    installation: Installation, vault: Vault, root_key: bytes, folder: Path, **worker: str
) -> AsyncIterator[Running]:
    """Everything, on a Valkey of its own."""
    valkey = Valkey(folder / "valkey")
    try:
        own = replace(installation, servers=replace(installation.servers, redis_url=valkey.url))
        async with (
            front_desk(own, vault) as desk,
            api_process(own, root_key, folder / "api.log") as api,
        ):
            with worker_process(own, folder / "worker.log", **worker) as process:
                await until(process.is_ready)
                yield Running(desk, api, process, valkey)
    finally:
        valkey.stop()


async def judge(desk: FrontDesk, ledger: Ledger, figures: Figures, *, least: int) -> None:
    """Whatever was acknowledged is stored, audited and derived, once; nothing was refused."""
    stored = set(await desk.signals())
    figures.at_least("writes acknowledged", len(ledger.acknowledged), least)
    figures.exactly("writes refused", ledger.refused.total(), 0)
    figures.exactly("acknowledged and not stored", len(ledger.acknowledged - stored), 0)
    figures.exactly("stored and not acknowledged", len(stored - ledger.acknowledged), 0)
    events = await assert_nothing_lost_or_doubled(desk.worker, desk.organisation.tenant_id)
    figures.at_least("events in the audit log, each once", events, len(stored))
    for projection in ALL:
        assert (await rebuild(desk.worker, projection)).is_identical, projection.name


async def catch_up(desk: FrontDesk, patience: float) -> float:
    """How long until nothing is left to be read. Raises `TimeoutError`."""
    begun = monotonic()
    await until(lambda: nothing_is_left(desk.worker), seconds=patience)
    return monotonic() - begun


async def test_callers_notice_nothing_of_a_redis_that_is_flushed_killed_and_away(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, size: Size, seed: int, figures: Figures
) -> None:  # fmt: skip
    flushes, between, away = size.choose(short=(4, 0.5, 3.0), full=(12, 5.0, 60.0))
    async with running(fresh_installation, vault, root_key, tmp_path) as all_of_it:
        ledger, enough, lags = Ledger(), asyncio.Event(), list[float]()
        writing = asyncio.create_task(all_of_it.write(ledger, enough, random.Random(seed)))
        async with all_of_it.desk.client(all_of_it.api.url) as client:
            redis = Redis.from_url(all_of_it.valkey.url)
            for _ in range(flushes):
                await redis.flushall()
                # The writers go on meanwhile: this is the fault's own rhythm.
                await asyncio.wait({writing}, timeout=between)
            await redis.aclose()
            before = len(ledger.acknowledged)
            await asyncio.to_thread(all_of_it.valkey.kill)
            gone_at = monotonic()
            while monotonic() < gone_at + away:
                lags.append(await all_of_it.lag(client, ledger))
            meanwhile = len(ledger.acknowledged) - before
            await asyncio.to_thread(all_of_it.valkey.start)
            enough.set()
            await writing
            figures.at_least("writes acknowledged without Redis", meanwhile, size.choose(short=50, full=2_000))
            figures.show("lag without Redis, median", sorted(lags)[len(lags) // 2], "s")
            # The look once a second and its work; generous, since the machine may be busy.
            figures.at_most("lag without Redis, longest", max(lags), 5.0, "s")
            figures.at_most("caught up after", await catch_up(all_of_it.desk, CATCH_UP_SECONDS), CATCH_UP_SECONDS, "s")
            assert await all_of_it.hears_a_hint()
        await judge(all_of_it.desk, ledger, figures, least=size.choose(short=100, full=5_000))
        assert (all_of_it.api.is_running, all_of_it.worker.is_running) == (True, True)


async def test_the_harness_sees_a_worker_that_relies_on_wake_ups(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path
) -> None:
    """Its look is set to once a minute: what no wake-up told of is not there in time."""
    async with running(
        fresh_installation, vault, root_key, tmp_path, ATTUNE_WORKER_POLL_SECONDS="60"
    ) as all_of_it:  # fmt: skip
        await asyncio.to_thread(all_of_it.valkey.kill)
        async with all_of_it.desk.client(all_of_it.api.url) as client:
            assert (await client.post(SIGNALS, json=a_signal(0))).status_code == 201
        with pytest.raises(TimeoutError):
            await catch_up(all_of_it.desk, 4.0)


async def test_the_worker_hears_again_after_each_restart_of_redis(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, size: Size, figures: Figures
) -> None:
    restarts = size.choose(short=3, full=50)
    async with running(fresh_installation, vault, root_key, tmp_path) as all_of_it:
        ledger, recoveries = Ledger(), list[float]()
        pids = all_of_it.api.pid, all_of_it.worker.pid
        async with all_of_it.desk.client(all_of_it.api.url) as client:
            for number in range(restarts):
                await asyncio.to_thread(all_of_it.valkey.kill if number % 2 else all_of_it.valkey.stop)
                await ledger.send(client, a_signal(number))
                await asyncio.to_thread(all_of_it.valkey.start)
                begun = monotonic()
                assert await all_of_it.hears_a_hint(), f"the worker did not hear after restart {number}"
                recoveries.append(monotonic() - begun)
                await ledger.send(client, a_signal(number))
        figures.at_least("restarts after which it heard again", len(recoveries), restarts)
        figures.at_most("longest until it heard again", max(recoveries), RECOVERY_SECONDS, "s")
        assert (all_of_it.api.pid, all_of_it.worker.pid) == pids
        assert (all_of_it.api.is_running, all_of_it.worker.is_running) == (True, True)
        await catch_up(all_of_it.desk, CATCH_UP_SECONDS)
        await judge(all_of_it.desk, ledger, figures, least=2 * restarts)


async def test_a_bare_queue_worker_ends_with_redis_which_is_why_ours_is_supervised(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path / "valkey")
    started = asyncio.Event()
    bare = WakeUpRunner(valkey.url, lambda shards: None)._make_worker(on_startup=started.set)
    working = asyncio.create_task(bare.main())
    await asyncio.wait_for(started.wait(), 20)
    await asyncio.to_thread(valkey.kill)
    with pytest.raises((RedisError, OSError)):
        await asyncio.wait_for(working, 20)
    assert bare._pool is not None
    await bare._pool.aclose(close_connection_pool=True)
