"""How much one caller may ask for, over several processes, with Redis and without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from redis.asyncio import ConnectionPool
from redis.exceptions import ConnectionError as RedisAway
from structlog.testing import capture_logs

from attune.kernel.vault import Vault
from attune_api.app import create_app
from attune_api.rate_limits import Counter, RateLimited, RateLimits, open_counter
from tests.api.conftest import MakeKey, assert_problem, client_of, running, settings_for
from tests.conftest import Installation, Organisation, Servers


class Noon:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.now = 1_763_812_800.0

    def __call__(self) -> float:
        return self.now


class Away:
    """Redis that cannot be reached."""

    def __init__(self) -> None:
        self.asked = 0

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        self.asked += 1
        raise RedisAway("connection refused")


class Counting:
    """Counts the calls to a counter."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.asked = 0

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        self.asked += 1
        return await self._counter.incr(key, expiry, amount)


@pytest.fixture
async def counter(servers: Servers) -> AsyncIterator[Counting]:
    storage, pool = open_counter(servers.redis_url)
    yield Counting(storage)
    await pool.disconnect()


async def take_all(limits: RateLimits, principal_id: UUID, most: int = 10_000) -> int:
    for taken in range(most):
        try:
            await limits.take(principal_id)
        except RateLimited:
            return taken
    return most


async def test_a_caller_gets_their_limit_and_no_more(counter: Counting) -> None:
    assert await take_all(RateLimits(counter, 120, Noon()), uuid4()) == 120


async def test_redis_is_asked_once_for_fifty_requests(counter: Counting) -> None:
    limits, caller = RateLimits(counter, 10_000, Noon()), uuid4()
    for _ in range(500):
        await limits.take(caller)
    assert counter.asked == 10


async def test_whoever_used_up_their_limit_costs_redis_nothing(counter: Counting) -> None:
    limits, caller = RateLimits(counter, 20, Noon()), uuid4()
    await take_all(limits, caller)
    before = counter.asked
    assert [await take_all(limits, caller) for _ in range(10)] == [0] * 10
    assert counter.asked == before


async def test_processes_share_a_limit(counter: Counting) -> None:
    noon, caller = Noon(), uuid4()
    processes = [RateLimits(counter, 1_000, noon) for _ in range(3)]
    taken = 0
    for _ in range(2_000):
        for limits in processes:
            try:
                await limits.take(caller)
            except RateLimited:
                continue
            taken += 1
    assert taken == 1_000


async def test_requests_at_once_share_a_lease(counter: Counting) -> None:
    limits, caller = RateLimits(counter, 1_000, Noon()), uuid4()
    answers = await asyncio.gather(*(limits.take(caller) for _ in range(120)))
    assert len(answers) == 120
    assert counter.asked == 3


async def test_another_minute_brings_new_tokens(counter: Counting) -> None:
    noon, caller = Noon(), uuid4()
    limits = RateLimits(counter, 5, noon)
    assert await take_all(limits, caller) == 5
    noon.now += 60
    assert await take_all(limits, caller) == 5


async def test_callers_do_not_share(counter: Counting) -> None:
    limits = RateLimits(counter, 5, Noon())
    assert [await take_all(limits, uuid4()) for _ in range(3)] == [5, 5, 5]


async def test_what_is_left_counts_down(counter: Counting) -> None:
    limits, caller = RateLimits(counter, 100, Noon()), uuid4()
    left = [(await limits.take(caller))[0] for _ in range(100)]
    assert left == list(range(99, -1, -1))


async def test_without_redis_each_process_counts_alone() -> None:
    away = Away()
    noon, caller = Noon(), uuid4()
    limits = RateLimits(away, 30, noon)
    with capture_logs() as lines:
        assert await take_all(limits, caller) == 30
        noon.now += 60
        assert await take_all(limits, caller) == 30
    # One failed call, then Redis is left alone for a while, and one line in the log.
    assert away.asked == 1
    assert [line["event"] for line in lines] == ["rate_limits.counting_alone"]


@pytest.fixture
async def strict_app(installation: Installation, vault: Vault) -> AsyncIterator[FastAPI]:
    async with running(create_app(settings_for(installation, requests_per_minute=3)), vault) as started:
        started.state.rate_limits._clock = Noon()
        yield started


async def test_an_answer_says_how_much_is_left(
    strict_app: FastAPI, organisation: Organisation, make_key: MakeKey
) -> None:
    async with client_of(strict_app, (await make_key(organisation)).secret) as client:
        first = await client.get("/v1/me")
        assert first.headers["ratelimit-policy"] == '"default";q=3;w=60'
        assert first.headers["ratelimit"] == '"default";r=2;t=60'
        await client.get("/v1/me")
        await client.get("/v1/me")
        refused = await client.get("/v1/me")
    assert_problem(refused, 429, "rate_limited")
    assert refused.headers["retry-after"] == "60"
    assert refused.headers["ratelimit"] == '"default";r=0;t=60'


async def test_probes_and_strangers_use_up_nothing(
    strict_app: FastAPI, organisation: Organisation, make_key: MakeKey
) -> None:
    async with client_of(strict_app) as stranger:
        for _ in range(5):
            assert (await stranger.get("/livez")).status_code == 200
            assert (await stranger.get("/v1/me")).status_code == 401
    async with client_of(strict_app, (await make_key(organisation)).secret) as client:
        assert (await client.get("/v1/me")).status_code == 200


async def test_the_service_goes_on_without_redis(
    installation: Installation, vault: Vault, organisation: Organisation, make_key: MakeKey
) -> None:
    settings = settings_for(installation, redis_url="redis://127.0.0.1:1", requests_per_minute=2)
    async with (
        running(create_app(settings), vault) as app,
        client_of(app, (await make_key(organisation)).secret) as client,
    ):
        assert (await client.get("/v1/me")).status_code == 200


async def test_connections_open_at_the_first_use_only() -> None:
    _, pool = open_counter("redis://127.0.0.1:1")
    assert isinstance(pool, ConnectionPool)
    await pool.disconnect()
