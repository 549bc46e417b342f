"""Wake-ups: heard while Redis is there, missed without harm while it is not."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from arq.connections import create_pool

from attune_api.wakeups import WakeUps, deserialize_job, open_queue, serialize_job
from attune_cli.local.valkey import LocalValkey
from attune_worker import runner
from attune_worker.runner import WakeUpRunner, settings_of
from tests.worker.conftest import until


class Heard:
    """What the runner passed on."""

    def __init__(self) -> None:
        self.shards: list[int] = []

    def wake(self, shards: Iterable[int]) -> None:
        self.shards += shards

    async def something(self) -> bool:
        return bool(self.shards)


@asynccontextmanager
async def listening(redis_url: str) -> AsyncIterator[tuple[WakeUpRunner, Heard]]:
    """A runner at work."""
    heard, stopping = Heard(), asyncio.Event()
    made = WakeUpRunner(redis_url, heard.wake)
    task = asyncio.create_task(made.run(stopping))
    try:
        yield made, heard
    finally:
        stopping.set()
        await asyncio.wait_for(task, 10)


async def hint(redis_url: str, *shards: int) -> None:
    """A wake-up as the API sends it."""
    wake_ups = WakeUps(open_queue(redis_url))
    for shard in shards:
        wake_ups.notice(shard)
    await wake_ups.stop()


@pytest.fixture
def own_valkey(tmp_path: Path) -> LocalValkey:
    return LocalValkey(tmp_path / "valkey", durable=False)


def test_api_and_worker_read_each_others_jobs() -> None:
    job = {"t": None, "f": "drain", "a": (), "k": {"shards": [3, 15]}, "et": 1}
    assert runner.deserialize_job(serialize_job(job)) == deserialize_job(runner.serialize_job(job))
    assert runner.deserialize_job(serialize_job(job))["k"] == {"shards": [3, 15]}


def test_a_password_with_escapes_is_the_password() -> None:
    read = settings_of("redis://:p%40ss%2Fword@host:6380/2")
    assert (read.password, read.port, read.database, read.conn_retries) == ("p@ss/word", 6380, 2, 0)


async def test_a_hint_of_the_api_wakes_its_shards(own_valkey: LocalValkey) -> None:
    with own_valkey as server:
        async with listening(server.url) as (_, heard):
            await hint(server.url, 3, 11)
            await until(heard.something)
        assert heard.shards == [3, 11]


async def test_nothing_is_left_in_redis(own_valkey: LocalValkey) -> None:
    with own_valkey as server:
        queue = open_queue(server.url)
        async with listening(server.url) as (_, heard):
            await hint(server.url, 1)
            await until(heard.something)

            async def is_empty() -> bool:
                return [key for key in await queue.keys("*") if not key.endswith(b"health-check")] == []

            await until(is_empty)
        await queue.aclose(close_connection_pool=True)


async def test_junk_in_the_queue_harms_nobody(own_valkey: LocalValkey) -> None:
    with own_valkey as server:
        pickling = await create_pool(settings_of(server.url), job_serializer=pickle.dumps)
        async with listening(server.url) as (_, heard):
            await pickling.enqueue_job("drain", shards=[1])
            queue = open_queue(server.url)
            await queue.enqueue_job("drain", "what", shards="no list")
            await queue.enqueue_job("drain", shards=5)
            await queue.enqueue_job("no_such_job")
            await hint(server.url, 7)
            await until(heard.something)
            await queue.aclose(close_connection_pool=True)
        await pickling.aclose(close_connection_pool=True)
        assert heard.shards == [7]


async def test_a_queue_that_cannot_be_read_ends_nothing_but_the_listening(own_valkey: LocalValkey) -> None:
    with own_valkey as server:
        queue = open_queue(server.url)
        await queue.zadd("arq:queue", {b"\xff\xfe": 1})
        async with listening(server.url) as (_, heard):
            await hint(server.url, 3)

            async def has_left_it_unread() -> bool:
                return int(await queue.zcard("arq:queue")) == 2

            await until(has_left_it_unread)
            await queue.zrem("arq:queue", b"\xff\xfe")
            await until(heard.something)
        await queue.aclose(close_connection_pool=True)
        assert heard.shards == [3]


async def test_redis_may_come_late_go_and_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "valkey"
    with LocalValkey(folder, durable=False) as server:
        url, port = server.url, server.port
    async with listening(url) as (made, heard):

        async def is_listening() -> bool:
            return made.is_listening

        async def is_not_listening() -> bool:
            return not made.is_listening

        for shard in (1, 2):
            with LocalValkey(folder, port=port, durable=False) as server:
                assert server.url == url
                await until(is_listening)
                await hint(url, shard)
                await until(heard.something)
                assert heard.shards == [shard]
                heard.shards.clear()
            await until(is_not_listening)


async def test_without_redis_it_goes_on_trying_and_stops_when_told() -> None:
    async with listening("redis://127.0.0.1:1/0") as (made, heard):
        assert not made.is_listening
    assert heard.shards == []
