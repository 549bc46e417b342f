"""Bad days of the worker: killed, without Redis, beside a transaction that never ends. Nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import asyncpg
from redis.asyncio import Redis

from attune.kernel.db import Database
from attune.kernel.ids import SHARDS
from attune.kernel.projections import register
from attune.kernel.purposes import Purpose
from attune.kernel.rebuild import rebuild
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from attune.projections import ALL
from attune_api.wakeups import WakeUps, open_queue
from tests.conftest import Installation, new_organisation
from tests.contact_centre import NOON, ContactCentre
from tests.faults.judging import assert_nothing_lost_or_doubled, nothing_is_left
from tests.worker.conftest import until
from tests.worker.process import worker_process

KILLS = 4


async def work(centre: ContactCentre, chance: random.Random, enough: asyncio.Event) -> None:
    """A contact centre that goes on until it is enough: conversations, signals, corrections, changes of mind."""
    team = await centre.team()
    people = [await centre.person(team) for _ in range(5)]
    customers = [await centre.customer(Purpose.INSIGHTS, Purpose.COACHING) for _ in range(6)]
    while not enough.is_set():
        customer = chance.choice(customers)
        conversation = await centre.conversation(
            chance.choice(people),
            customer,
            team,
            ended_at=NOON + timedelta(minutes=chance.randint(0, 2000)),
            handle_seconds=chance.randint(60, 4000),
        )
        await centre.signal(customer, conversation, str(chance.randint(1, 5)))
        if chance.random() < 0.3:
            await centre.choose(chance.choice(customers), chance.choice(("granted", "withdrawn")))
        if chance.random() < 0.2:
            await centre.correct(conversation, handle_seconds=chance.randint(60, 4000))


async def more_events(worker: Database, more: int) -> Callable[[], Awaitable[bool]]:
    """The condition that so many events more than now have their place."""

    async def placed() -> int:
        async with worker.read(None) as tx:
            return int(await tx.fetch_value("SELECT sum(seq) FROM event_head"))

    wanted = await placed() + more

    async def condition() -> bool:
        return await placed() >= wanted

    return condition


async def test_killed_workers_a_flushed_redis_and_an_endless_transaction_lose_and_double_nothing(
    fresh_installation: Installation, vault: Vault, tmp_path: Path
) -> None:
    chance = random.Random(7)
    async with (
        fresh_installation.database(LoginRole.API) as api,
        fresh_installation.database(LoginRole.MIGRATOR) as migrator,
        fresh_installation.database(LoginRole.WORKER) as watching,
    ):
        await register(watching, ALL, SHARDS)
        wake_ups = WakeUps(open_queue(fresh_installation.redis_url))
        wake_ups.start()
        api.on_events = wake_ups.notice
        redis = Redis.from_url(fresh_installation.redis_url)
        centres = [ContactCentre(api, await new_organisation(migrator, vault)) for _ in range(2)]

        # Somebody, in another database of the cluster, began to write and went home.
        elsewhere = await asyncpg.connect(fresh_installation.servers.superuser_url)
        await elsewhere.execute("BEGIN; CREATE TEMPORARY TABLE forgotten (id int); INSERT INTO forgotten VALUES (1)")

        enough = asyncio.Event()
        working = [asyncio.create_task(work(centre, random.Random(chance.random()), enough)) for centre in centres]
        for number in range(KILLS):
            with worker_process(fresh_installation, tmp_path / f"{number}.log") as one:
                with worker_process(fresh_installation, tmp_path / f"{number}-other.log") as other:
                    await until(other.is_ready)
                    await redis.flushall()
                    await until(await more_events(watching, chance.randint(1, 60)))
                    other.stop(signal.SIGKILL)
                await until(one.is_ready)
                one.stop(signal.SIGKILL)
        enough.set()
        await asyncio.gather(*working)

        with worker_process(fresh_installation, tmp_path / "last.log") as last:
            await until(lambda: nothing_is_left(watching), seconds=60)
            assert last.stop() == 0
        counts = [await assert_nothing_lost_or_doubled(watching, centre.organisation.tenant_id) for centre in centres]
        assert min(counts) > 50
        for projection in ALL:
            assert (await rebuild(watching, projection)).is_identical
        await elsewhere.close()
        await redis.aclose()
        await wake_ups.stop()


async def test_a_worker_survives_postgresql_cutting_all_its_connections(
    fresh_installation: Installation, vault: Vault, tmp_path: Path
) -> None:
    async with (
        fresh_installation.database(LoginRole.API) as api,
        fresh_installation.database(LoginRole.MIGRATOR) as migrator,
    ):
        centre = ContactCentre(api, await new_organisation(migrator, vault))
        superuser = await asyncpg.connect(fresh_installation.superuser_url)
        enough = asyncio.Event()
        with worker_process(fresh_installation, tmp_path / "log") as process:
            await until(process.is_ready)
            working = asyncio.create_task(work(centre, random.Random(3), enough))
            for _ in range(5):
                await superuser.execute(
                    "SELECT pg_terminate_backend(pid), pg_sleep(0.2) FROM pg_stat_activity"
                    " WHERE usename = 'attune_worker' AND datname = current_database()"
                )
            enough.set()
            await working
            async with fresh_installation.database(LoginRole.WORKER) as watching:
                await until(lambda: nothing_is_left(watching), seconds=60)
                assert await assert_nothing_lost_or_doubled(watching, centre.organisation.tenant_id) > 10
            assert process.stop() == 0
        await superuser.close()
