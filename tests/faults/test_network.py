"""The network between caller, API and PostgreSQL is slow, silent, torn, or loses just the answer to a commit."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import httpx2 as httpx
import pytest

from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from tests.conftest import Installation
from tests.faults.api_process import ApiProcess, api_process
from tests.faults.figures import Figures
from tests.faults.front_desk import SIGNALS, FrontDesk, front_desk, signal
from tests.faults.tcp_proxy import TcpProxy, bad_network, is_commit, is_post
from tests.sizes import FAULTS, Size
from tests.worker.conftest import until

LONGEST_SECONDS = FAULTS.choose(short=20.0, full=10.0)
"""The promise is ten; the short form runs beside other tests, on processors that may be late."""

RECOVERY_SECONDS = 30.0
PAUSE_SECONDS = 0.05
MOST_TRIES = 400


@dataclass(slots=True)
class Calls:
    """Requests sent, what became of them, and how long the slowest took."""

    client: httpx.AsyncClient
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0.0
    unclean: list[str] = field(default_factory=list)
    """Refusals that are no 503 with a problem and a time to come again."""

    async def send(self, key: str | None, number: int = 0) -> httpx.Response | None:
        """One signal; None where the connection broke."""
        headers = {} if key is None else {"idempotency-key": key}
        begun = monotonic()
        try:
            response = await self.client.post(SIGNALS, json=signal(number), headers=headers)
        except httpx.TransportError as error:
            self.outcomes[type(error).__name__] += 1
            return None
        finally:
            self.slowest_seconds = max(self.slowest_seconds, monotonic() - begun)
        self.outcomes[str(response.status_code)] += 1
        is_problem = response.headers["content-type"] == "application/problem+json"
        waits = response.status_code in {409, 503}
        if response.status_code != 201 and not (waits and is_problem and "retry-after" in response.headers):
            self.unclean.append(response.text)
        return response

    async def insist(self, number: int, *, key: str | None) -> bool:
        """Send until it is stored, as the documentation asks of clients; whether it was stored by an earlier try."""
        for _ in range(MOST_TRIES):
            response = await self.send(key, number)
            if response is not None and response.status_code == 201:
                return response.headers.get("idempotency-replayed") == "true"
            await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError(f"not stored after {MOST_TRIES} tries: {self.outcomes}")

    def judge(self, figures: Figures, name: str) -> None:
        """No request took too long, and every refusal was a clean one."""
        figures.at_most(f"{name}: slowest request", self.slowest_seconds, LONGEST_SECONDS, "s")
        figures.exactly(f"{name}: refusals that were not clean", len(self.unclean), 0)


@dataclass(frozen=True, slots=True)
class Line:
    """Caller, proxy, API, proxy, PostgreSQL."""

    desk: FrontDesk
    api: ApiProcess
    to_postgres: TcpProxy
    to_api: TcpProxy


@asynccontextmanager
async def bad_line(installation: Installation, vault: Vault, root_key: bytes, log: Path) -> AsyncIterator[Line]:
    """The whole line, in good weather."""
    address = installation.url(LoginRole.API)
    async with (
        front_desk(installation, vault) as desk,
        bad_network(address, loses=is_commit) as to_postgres,
        api_process(installation, root_key, log, ATTUNE_API_DATABASE_URL=to_postgres.url(address)) as api,
        bad_network(api.url, loses=is_post) as to_api,
    ):
        yield Line(desk, api, to_postgres, to_api)


async def test_a_slow_a_silent_and_a_torn_way_to_postgresql_delay_nobody_for_long(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, size: Size, figures: Figures
) -> None:
    at_once, rounds = size.choose(short=25, full=100), size.choose(short=1, full=5)
    async with (
        bad_line(fresh_installation, vault, root_key, tmp_path / "log") as line,
        line.desk.client(line.api.url) as client,
    ):
        await Calls(client).insist(0, key=None)
        weather = line.to_postgres.weather
        weather.latency_seconds = 0.2
        slow = Calls(client)
        await asyncio.gather(*(slow.send(None, number) for number in range(5)))
        weather.clear_up()
        figures.exactly("200 ms: stored", slow.outcomes["201"], 5)
        slow.judge(figures, "200 ms")

        silent, recovery = Calls(client), 0.0
        for turn in range(rounds):
            # A key that the API remembers leads to the first statement of the work, another one to its own look-up.
            client.headers["authorization"] = f"Bearer {await line.desk.another_key()}"
            if turn % 2 == 0:
                await Calls(client).insist(0, key=None)
            weather.swallow()
            alive = asyncio.create_task(_slowest_livez(client, times=10))
            await asyncio.gather(*(silent.send(None, number) for number in range(at_once)))
            figures.at_most("black hole: slowest /livez", await alive, LONGEST_SECONDS, "s")
            assert (await client.get("/readyz")).status_code == 503
            weather.clear_up()
            begun = monotonic()
            await Calls(client).insist(0, key=None)
            recovery = max(recovery, monotonic() - begun)
        figures.at_least("black hole: refused with 503", silent.outcomes["503"], at_once * rounds)
        silent.judge(figures, "black hole")
        figures.at_most("black hole: first answer afterwards", recovery, RECOVERY_SECONDS, "s")

        torn = Calls(client)
        for _ in range(size.choose(short=3, full=50)):
            sending = [asyncio.create_task(torn.send(None, number)) for number in range(20)]
            await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
            line.to_postgres.reset()
            await asyncio.gather(*sending)
        figures.at_least("reset: refused with 503", torn.outcomes["503"], 1)
        torn.judge(figures, "reset")


async def _slowest_livez(client: httpx.AsyncClient, times: int) -> float:
    slowest = 0.0
    for _ in range(times):
        begun = monotonic()
        assert (await client.get("/livez")).status_code == 200
        slowest = max(slowest, monotonic() - begun)
        await asyncio.sleep(0.2)
    return slowest


async def _lose_answers(line: Line, proxy: TcpProxy, wanted: int, *, with_key: bool = True) -> tuple[Calls, int]:
    """Store signals while one answer in each is lost on the way; how many were sent, and how many were done unheard."""
    through_both = line.to_api.url(line.api.url)
    unheard = 0
    async with line.desk.client(through_both) as client:
        calls = Calls(client)
        for number in range(wanted):
            proxy.weather.answers_to_lose = 1
            lost_before = proxy.weather.answers_lost
            unheard += await calls.insist(number, key=f"lost-{id(proxy)}-{number}" if with_key else None)
            unheard += not with_key and proxy.weather.answers_lost > lost_before
        proxy.weather.answers_to_lose = 0
    return calls, unheard


async def judge_effects(desk: FrontDesk, sent: int, figures: Figures) -> None:
    """Each signal that was sent until it was stored is stored once."""
    figures.exactly("signals stored", len(await desk.signals()), sent)


async def test_an_answer_that_is_lost_after_the_commit_is_given_again_and_nothing_is_done_twice(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, size: Size, figures: Figures
) -> None:
    wanted = size.choose(short=50, full=1_000)
    async with bad_line(fresh_installation, vault, root_key, tmp_path / "log") as line:
        behind, done_behind = await _lose_answers(line, line.to_postgres, wanted)
        before, done_before = await _lose_answers(line, line.to_api, wanted)
        # A look-up of the key commits too, so now and then it is that answer which is lost.
        figures.at_least("commits whose answer was lost", done_behind, wanted * 0.9)
        figures.at_least("HTTP answers that were lost", done_before, wanted * 0.9)
        await judge_effects(line.desk, 2 * wanted, figures)
        behind.judge(figures, "lost commits")
        before.judge(figures, "lost answers")


async def test_the_harness_sees_callers_who_repeat_without_a_key(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, figures: Figures
) -> None:
    async with bad_line(fresh_installation, vault, root_key, tmp_path / "log") as line:
        _, unheard = await _lose_answers(line, line.to_postgres, 10, with_key=False)
        figures.at_least("commits whose answer was lost", unheard, 5)
        with pytest.raises(AssertionError, match="signals stored"):
            await judge_effects(line.desk, 10, figures)


async def test_a_silent_way_to_the_api_harms_nobody_else(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, figures: Figures
) -> None:
    async with (
        bad_line(fresh_installation, vault, root_key, tmp_path / "log") as line,
        line.desk.client(line.to_api.url(line.api.url), timeout=1.0) as far,
        line.desk.client(line.api.url) as near,
    ):
        cut_off, beside = Calls(far), Calls(near)
        await cut_off.insist(0, key="before")
        line.to_api.weather.swallow()
        await asyncio.gather(*(cut_off.send(f"far-{number}") for number in range(20)))
        await asyncio.gather(*(beside.send(None) for _ in range(20)))
        figures.exactly("stored for others meanwhile", beside.outcomes["201"], 20)
        beside.judge(figures, "callers nearby")
        figures.exactly("time-outs of those cut off", cut_off.outcomes["ReadTimeout"], 20)
        line.to_api.weather.clear_up()
        await asyncio.gather(*(cut_off.insist(0, key=f"far-{number}") for number in range(20)))
        await until(line.api.is_ready)
        await judge_effects(line.desk, 41, figures)
