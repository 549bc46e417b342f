"""Hints to the worker: few, small, and nobody's business if they get lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from arq.connections import ArqRedis

from attune.kernel.db import Database
from attune.kernel.ids import shard_of
from attune.organisations.service import add_identity_provider
from attune_api.wakeups import JOB, MOST_WAITING, WakeUps, deserialize_job, open_queue
from tests.conftest import Organisation, Servers


@pytest.fixture
async def queue(servers: Servers) -> AsyncIterator[ArqRedis]:
    opened = open_queue(servers.redis_url)
    opened.default_queue_name = f"arq:queue:{id(opened)}"
    yield opened
    await opened.delete(opened.default_queue_name)
    await opened.aclose(close_connection_pool=True)


async def hints(queue: ArqRedis) -> list[dict[str, object]]:
    return [
        {"function": job.function, **job.kwargs} for job in await queue.queued_jobs(queue_name=queue.default_queue_name)
    ]


async def first_hint(queue: ArqRedis) -> None:
    """Until the queue holds one."""
    async with asyncio.timeout(5):
        while not await queue.zcard(queue.default_queue_name):  # noqa: ASYNC110  # Redis has no event to wait on
            await asyncio.sleep(0)


async def test_a_burst_of_commits_is_one_hint(queue: ArqRedis, servers: Servers) -> None:
    own = open_queue(servers.redis_url)
    own.default_queue_name = queue.default_queue_name
    wake_ups = WakeUps(own, gather_seconds=0)
    wake_ups.start()
    for shard in (3, 1, 3, 3, 2):
        wake_ups.notice(shard)
    await first_hint(queue)
    await wake_ups.stop()
    assert await hints(queue) == [{"function": JOB, "shards": [1, 2, 3]}]


async def test_a_hint_is_json(queue: ArqRedis) -> None:
    job = await queue.enqueue_job(JOB, shards=[1])
    assert job is not None
    content = await queue.get(f"arq:job:{job.job_id}")
    assert content is not None
    assert deserialize_job(content)["k"] == {"shards": [1]}


async def test_stopping_sends_what_is_left(queue: ArqRedis, servers: Servers) -> None:
    own = open_queue(servers.redis_url)
    own.default_queue_name = queue.default_queue_name
    wake_ups = WakeUps(own)
    wake_ups.start()
    wake_ups.notice(7)
    await wake_ups.stop()
    assert await hints(queue) == [{"function": JOB, "shards": [7]}]


async def test_a_queue_nobody_reads_does_not_grow(queue: ArqRedis, servers: Servers) -> None:
    own = open_queue(servers.redis_url)
    own.default_queue_name = queue.default_queue_name
    wake_ups = WakeUps(own)
    for shard in range(MOST_WAITING + 20):
        wake_ups.notice(shard)
        await wake_ups._send()
    await wake_ups.stop()
    assert await queue.zcard(queue.default_queue_name) == MOST_WAITING


async def test_without_redis_a_hint_gets_lost_quietly() -> None:
    wake_ups = WakeUps(open_queue("redis://127.0.0.1:1"), gather_seconds=0)
    wake_ups.start()
    wake_ups.notice(1)
    await wake_ups.stop()


async def test_a_commit_with_events_is_noticed(database: Database, organisation: Organisation) -> None:
    noticed: list[int] = []
    before, database.on_events = database.on_events, noticed.append
    try:
        async with database.write(organisation.context()) as tx:
            await add_identity_provider(tx, issuer="i", audience="a", jwks_uri="https://idp.example/")
        async with database.write(organisation.context()):
            pass
    finally:
        database.on_events = before
    assert noticed == [shard_of(organisation.tenant_id)]
