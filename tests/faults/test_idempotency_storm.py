"""The same request many times at once, with the API killed in the middle: one effect, and always the same answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx
import pytest

from attune.kernel.vault import Vault
from tests.conftest import Installation
from tests.faults.api_process import PRODUCT, ApiProcess, api_process
from tests.faults.figures import Figures
from tests.faults.front_desk import SIGNALS, FrontDesk, front_desk, signal
from tests.sizes import Size

NAIVE_MODULE, NAIVE_SIGNALS = "tests.faults.naive_api", "/v1/naive-signals"
KEYS_AT_ONCE = 10
MOST_TRIES = 60
PAUSE_SECONDS = 0.1


@dataclass(slots=True)
class Storm:
    """Keys, each sent by many callers at once until all of them have an answer."""

    desk: FrontDesk
    api: ApiProcess
    keys: int
    duplicates: int = 20
    path: str = SIGNALS
    bodies: dict[int, set[bytes]] = field(default_factory=dict)
    """The different answers that each key got."""
    outcomes: Counter[str] = field(default_factory=Counter)

    async def rage(self, kills_at: frozenset[int] = frozenset()) -> None:
        """Send everything. The API is killed while the keys of these numbers are in flight."""
        async with self.desk.client(self.api.url) as client:
            for first in range(0, self.keys, KEYS_AT_ONCE):
                numbers = range(first, min(first + KEYS_AT_ONCE, self.keys))
                sending = [
                    asyncio.create_task(self._insist(client, number))
                    for number in numbers
                    for _ in range(self.duplicates)
                ]
                if kills_at & set(numbers):
                    # One answer is here, so the others are being worked on.
                    await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
                    await asyncio.to_thread(self.api.kill)
                await asyncio.gather(*sending)

    async def misuse(self) -> int:
        """Send each key once more with another body; how many were refused as they should be."""
        refused = 0
        async with self.desk.client(self.api.url) as client:
            for number in range(self.keys):
                response = await client.post(self.path, json=signal(number, 1), headers=_key(number))
                refused += response.status_code == 422 and response.json()["code"] == "idempotency_key_reused"
        return refused

    async def _insist(self, client: httpx.AsyncClient, number: int) -> None:
        """One caller: again and again until the answer is there, as the documentation asks of clients."""
        for _ in range(MOST_TRIES):
            try:
                response = await client.post(self.path, json=signal(number), headers=_key(number))
            except httpx.TransportError:
                self.outcomes["connection lost"] += 1
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            self.outcomes[str(response.status_code)] += 1
            if response.status_code == 201:
                self.outcomes["replayed"] += response.headers.get("idempotency-replayed") == "true"
                self.bodies.setdefault(number, set()).add(response.content)
                return
            assert response.status_code in (409, 503), response.text
            await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError(f"no answer after {MOST_TRIES} tries: {self.outcomes}")


def _key(number: int) -> dict[str, str]:
    return {"idempotency-key": f"key-{number}"}


async def judge(storm: Storm, figures: Figures) -> None:
    """One effect for each key, and one answer."""
    figures.at_least("answers of 201", storm.outcomes["201"], storm.keys * storm.duplicates)
    figures.exactly("signals stored", len(await storm.desk.signals()), storm.keys)
    figures.exactly("different answers to one key, at most", max(len(each) for each in storm.bodies.values()), 1)


async def test_twenty_duplicates_of_each_key_have_one_effect_and_one_answer_though_the_api_is_killed(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, size: Size, figures: Figures
) -> None:
    keys = size.choose(short=25, full=1_000)
    kills = size.choose(short=frozenset({12}), full=frozenset(range(95, 1_000, 100)))
    async with (
        front_desk(fresh_installation, vault) as desk,
        api_process(fresh_installation, root_key, tmp_path / "api.log", module=PRODUCT) as api,
    ):
        storm = Storm(desk, api, keys)
        await storm.rage(kills)
        await judge(storm, figures)
        figures.at_least("answers that were replays", storm.outcomes["replayed"], keys)
        figures.at_least("requests cut off by a kill", storm.outcomes["connection lost"], len(kills))
        figures.exactly("reuses with another body refused with 422", await storm.misuse(), keys)
        figures.exactly("signals stored afterwards", len(await desk.signals()), keys)


async def test_the_harness_sees_an_api_that_checks_and_then_acts(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, figures: Figures
) -> None:
    async with (
        front_desk(fresh_installation, vault) as desk,
        api_process(fresh_installation, root_key, tmp_path / "api.log", module=NAIVE_MODULE) as api,
    ):
        storm = Storm(desk, api, keys=10, path=NAIVE_SIGNALS)
        await storm.rage()
        figures.at_least("signals stored for 10 keys by the planted fault", len(await desk.signals()), 11)
        with pytest.raises(AssertionError, match="signals stored"):
            await judge(storm, Figures([]))
