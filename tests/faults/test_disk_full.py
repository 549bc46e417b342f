"""PostgreSQL's disk is full. Nothing acknowledged is lost, refusals are clean, reads go on, and space mends it all."""

from __future__ import annotations

import asyncio
import random
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from uuid import UUID

import asyncpg
import httpx2 as httpx
import pytest

from attune.kernel.migrating import migrate
from attune.kernel.roles import LoginRole, prepare_database
from attune.kernel.vault import Vault
from attune_cli.local.postgres import LocalPostgres
from tests.conftest import OPERATOR_ROLE, PASSWORD, Installation, Servers
from tests.faults.api_process import ApiProcess, api_process
from tests.faults.figures import Figures
from tests.faults.front_desk import CUSTOMERS, FrontDesk, front_desk, signal
from tests.faults.small_disk import MEGABYTE, SmallDisk, small_disk
from tests.sizes import Size

DISK_MEGABYTES = 300
FULL = "database_full"
RECOVERY_SECONDS = 30.0


def move_log(cluster: Path, to: Path) -> None:
    """Give PostgreSQL's log a volume of its own, as an operator should: without room for it, PostgreSQL stops itself."""
    subprocess.run(["mv", str(cluster / "pg_wal"), str(to)], check=True)
    (cluster / "pg_wal").symlink_to(to)


@asynccontextmanager
async def installed_on(folder: Path, redis_url: str) -> AsyncIterator[Installation]:
    """An installation whose PostgreSQL keeps everything but its log in this folder."""
    local = LocalPostgres(folder / "postgres", durable=True)
    await asyncio.to_thread(local.start)
    await asyncio.to_thread(local.stop)
    move_log(folder / "postgres" / "cluster", folder.parent / "log")
    server = await asyncio.to_thread(local.start)
    try:
        installation = Installation(Servers(server.url, redis_url), "attune")
        superuser = await asyncpg.connect(server.url)
        await superuser.execute(f"CREATE ROLE {OPERATOR_ROLE} LOGIN CREATEROLE CREATEDB PASSWORD '{PASSWORD}'")
        await superuser.execute(f"CREATE DATABASE attune OWNER {OPERATOR_ROLE}")
        await superuser.close()
        await prepare_database(installation.operator_url, dict.fromkeys(LoginRole, PASSWORD))
        await migrate(installation.url(LoginRole.MIGRATOR))
        yield installation
        assert local.ended() is None, "PostgreSQL did not live through it"
    finally:
        await asyncio.to_thread(local.stop)


@dataclass(slots=True)
class Filling:
    """Batches that go on until there is no more room."""

    desk: FrontDesk
    acknowledged: set[UUID]
    refused: int = 0
    unclean: int = 0
    connection_errors: int = 0

    async def send(self, client: httpx.AsyncClient, chance: random.Random, size: int = 100) -> bool:
        """One batch; whether it was stored."""
        items = [signal(chance.randrange(CUSTOMERS)) | {"note": "n" * 2_000} for _ in range(size)]
        try:
            response = await client.post("/v1/signals:batchCreate", json={"items": items})
        except httpx.TransportError:
            self.connection_errors += 1
            return False
        if response.status_code == 200:
            results = response.json()["results"]
            assert {each["status"] for each in results} == {"created"}, results[0]
            self.acknowledged.update(UUID(each["id"]) for each in results)
            return True
        self.refused += 1
        is_problem = response.headers["content-type"] == "application/problem+json"
        is_clean = response.status_code == 503 and is_problem and "retry-after" in response.headers
        self.unclean += not is_clean
        if not is_clean:
            print(response.status_code, response.text)
        return False


async def judge(filling: Filling, figures: Figures) -> None:
    """What was acknowledged is there, and nothing else is."""
    stored = set(await filling.desk.signals())
    figures.exactly("acknowledged and not stored", len(filling.acknowledged - stored), 0)
    figures.exactly("stored and not acknowledged", len(stored - filling.acknowledged), 0)


async def fill_once(
    filling: Filling, disk: SmallDisk, api: ApiProcess, chance: random.Random, leave: int, least_refused: int
) -> float:
    """Fill the disk, write against it, read from it, make room; how long until writes go on, in seconds."""
    async with filling.desk.client(api.url) as client:
        assert await filling.send(client, chance)
        disk.fill(leave)
        before = filling.refused
        async with asyncio.timeout(240):
            while filling.refused < before + least_refused:
                await filling.send(client, chance)
        read = await client.get("/v1/customers/by-ref/crm/c-0/signals", headers={"attune-purpose": "service_contact"})
        people = await client.get("/v1/people")
        assert people.status_code == 200, people.text
        # To read how somebody feels is an event, and events need room too.
        assert read.status_code in {200, 503}, read.text
        disk.make_room()
        begun = monotonic()
        async with asyncio.timeout(RECOVERY_SECONDS):
            while not await filling.send(client, chance):  # noqa: ASYNC110  # PostgreSQL sets no asyncio.Event
                await asyncio.sleep(0.1)
        return monotonic() - begun


async def test_a_full_disk_refuses_cleanly_loses_nothing_and_mends_itself(
    servers: Servers, vault: Vault, root_key: bytes, tmp_path: Path, size: Size, seed: int, figures: Figures
) -> None:
    chance = random.Random(seed)
    rounds, least_refused = size.choose(short=(1, 5), full=(5, 50))
    with small_disk(tmp_path / "disk", DISK_MEGABYTES) as disk:
        async with (
            installed_on(disk.folder, servers.redis_url) as installation,
            front_desk(installation, vault) as desk,
            api_process(installation, root_key, tmp_path / "api.log") as api,
        ):
            filling = Filling(desk, set())
            recoveries = [
                await fill_once(filling, disk, api, chance, 2 * MEGABYTE, least_refused) for _ in range(rounds)
            ]
            figures.at_least("batches refused for want of room", filling.refused, rounds * least_refused)
            figures.exactly("refusals that were not a clean 503", filling.unclean, 0)
            figures.exactly("connections lost", filling.connection_errors, 0)
            figures.at_least("signals acknowledged", len(filling.acknowledged), rounds * 200)
            figures.at_most("writes went on after", max(recoveries), RECOVERY_SECONDS, "s")
            await judge(filling, figures)
            assert FULL in (tmp_path / "api.log").read_text()

            # The planted fault: a row that was acknowledged is gone.
            superuser = await asyncpg.connect(installation.superuser_url)
            await superuser.execute("DELETE FROM attune.signal WHERE id = $1", next(iter(filling.acknowledged)))
            await superuser.close()
            with pytest.raises(AssertionError, match="acknowledged and not stored"):
                await judge(filling, Figures([]))
