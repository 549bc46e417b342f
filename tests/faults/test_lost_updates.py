"""Many callers change one thing at once: nobody's change is lost without their being told."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx
import pytest

from attune.kernel.vault import Vault
from tests.conftest import Installation
from tests.faults.api_process import PRODUCT, api_process
from tests.faults.figures import Figures
from tests.faults.front_desk import FrontDesk, front_desk
from tests.sizes import Size

PEOPLE, NAIVE_PEOPLE, NAIVE_MODULE = "/v1/people", "/v1/naive-people", "tests.faults.naive_api"
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 600


@dataclass(slots=True)
class Race:
    """Writers who each read, change for the version they read, and read again when they are told it is stale."""

    desk: FrontDesk
    client: httpx.AsyncClient
    writers: int = 20
    changes_each: int = 1
    path: str = PEOPLE
    built_on: list[int] = field(default_factory=list)
    """The version that each successful change was made for."""
    outcomes: Counter[int] = field(default_factory=Counter)

    async def run(self) -> tuple[int, int]:
        """The version before and after."""
        before = await self.read_version()
        await asyncio.gather(*(self._write(number) for number in range(self.writers)))
        return before, await self.read_version()

    async def read_version(self) -> int:
        """The version now. A busy API may ask to come again."""
        path = f"{PEOPLE}/{self.desk.person_id}"
        while (response := await self.client.get(path)).status_code == 503:  # noqa: ASYNC110  # the API sets no Event
            await asyncio.sleep(PAUSE_SECONDS)
        assert response.status_code == 200, response.text
        return int(response.headers["etag"].strip('"v'))

    async def change(self, name: str, headers: dict[str, str]) -> httpx.Response:
        """Try one change."""
        return await self.client.patch(
            f"{self.path}/{self.desk.person_id}", json={"display_name": name}, headers=headers
        )

    async def _write(self, number: int) -> None:
        for turn in range(self.changes_each):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await self._try(f"Writer {number}, turn {turn}"):
                    pass

    async def _try(self, name: str) -> bool:
        version = await self.read_version()
        response = await self.change(name, {"if-match": f'"v{version}"'})
        self.outcomes[response.status_code] += 1
        if response.status_code == 200:
            self.built_on.append(version)
        else:
            assert response.status_code in {412, 503}, response.text
        return response.status_code == 200


def judge(race: Race, before: int, after: int, figures: Figures) -> None:
    """As many versions as changes, and each change built on the one before it."""
    figures.at_least("changes made", len(race.built_on), race.writers * race.changes_each)
    figures.exactly("versions gone through", after - before, len(race.built_on))
    figures.exactly("changes that overwrote another unseen", len(race.built_on) - len(set(race.built_on)), 0)


async def test_fifty_writers_of_one_person_lose_no_change(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, size: Size, figures: Figures
) -> None:
    writers = size.choose(short=20, full=50)
    async with (
        front_desk(fresh_installation, vault) as desk,
        api_process(fresh_installation, root_key, tmp_path / "api.log", module=PRODUCT) as api,
        desk.client(api.url) as client,
    ):
        race = Race(desk, client, writers=writers, changes_each=size.choose(short=1, full=10))
        before, after = await race.run()
        judge(race, before, after, figures)
        figures.at_least("stale changes refused with 412", race.outcomes[412], writers // 2)
        refused = [await race.change(f"Late {n}", {"if-match": f'"v{before}"'}) for n in range(writers)]
        figures.exactly("stale afterwards: 412", sum(each.status_code == 412 for each in refused), writers)
        refused = [await race.change(f"Blind {n}", {}) for n in range(writers)]
        figures.exactly("without If-Match: 428", sum(each.status_code == 428 for each in refused), writers)
        figures.exactly("versions they made", await race.read_version() - after, 0)


async def test_the_harness_sees_an_api_that_compares_the_version_too_early(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path
) -> None:
    async with (
        front_desk(fresh_installation, vault) as desk,
        api_process(fresh_installation, root_key, tmp_path / "api.log", module=NAIVE_MODULE) as api,
        desk.client(api.url) as client,
    ):
        race = Race(desk, client, path=NAIVE_PEOPLE)
        before, after = await race.run()
        with pytest.raises(AssertionError, match="overwrote another unseen"):
            judge(race, before, after, Figures([]))
