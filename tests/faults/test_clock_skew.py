"""Servers whose clocks are wrong, by a minute and a half or by a day: PostgreSQL's clock decides, and nothing happens early.

Whole processes live in another time by way of libfaketime (Debian's package `faketime`). Where it is not installed, that
test says so; the slots of the clock's jobs are tested with clocks that are passed in, everywhere.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from attune.consent.model import Choice
from attune.kernel.clock import Clock, utc_now
from attune.kernel.db import Database
from attune.kernel.purposes import Purpose
from attune.kernel.rounds import Slot, take_slots
from attune.kernel.vault import Vault
from tests.conftest import Installation
from tests.faults.api_process import api_process
from tests.faults.figures import Figures
from tests.faults.front_desk import SIGNALS, FrontDesk, front_desk, signal
from tests.faults.judging import nothing_is_left
from tests.sizes import Size
from tests.worker.conftest import until
from tests.worker.process import worker_process

LIBRARIES: Final = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
SKEWS: Final = tuple(timedelta(seconds=seconds) for seconds in (0, 90, -90, 86_400, -86_400))
PERIOD: Final = timedelta(milliseconds=50)

Take = Callable[[Database, Mapping[str, timedelta], Clock], Awaitable[list[Slot]]]


async def by_the_databases_clock(database: Database, jobs: Mapping[str, timedelta], clock: Clock) -> list[Slot]:
    """As the product does it: whatever its own clock says."""
    return await take_slots(database, jobs)


async def by_its_own_clock(database: Database, jobs: Mapping[str, timedelta], clock: Clock) -> list[Slot]:
    """The planted fault: the slot of the time that the process believes it is."""
    async with database.write(None) as tx:
        rows = await tx.fetch(
            "INSERT INTO cron_run (name, slot)"
            " SELECT name, date_bin(every, $3, timestamptz '2000-01-01T00:00:00Z')"
            " FROM unnest($1::text[], $2::interval[]) AS job (name, every) ON CONFLICT DO NOTHING RETURNING name, slot",
            list(jobs),
            list(jobs.values()),
            clock(),
        )
    return [Slot(row["name"], row["slot"]) for row in rows]


async def run_schedulers(database: Database, take: Take, slots: int) -> tuple[Counter[datetime], timedelta]:
    """Schedulers with clocks of their own, until so many slots were taken; how often each ran, and over how long."""
    ran: Counter[datetime] = Counter()
    async with database.read(None) as tx:
        begun: datetime = await tx.fetch_value("SELECT clock_timestamp()")

    async def schedule(skew: timedelta) -> None:
        while len(ran) < slots:
            for slot in await take(database, {"tick": PERIOD}, lambda: utc_now() + skew):
                ran[slot.starts_at] += 1
            await asyncio.sleep(0.005)

    await asyncio.gather(*(schedule(skew) for skew in SKEWS))
    async with database.read(None) as tx:
        return ran, await tx.fetch_value("SELECT clock_timestamp()") - begun


def judge(ran: Counter[datetime], elapsed: timedelta, figures: Figures, *, least: int) -> None:
    """Each slot ran once, and no more of them than there were."""
    figures.at_least("slots taken", len(ran), least)
    figures.exactly("slots run more than once", sum(times > 1 for times in ran.values()), 0)
    figures.at_most("runs for each period that passed", ran.total() / (elapsed / PERIOD + 2), 1.0)


async def test_each_slot_runs_once_whatever_the_schedulers_clocks_say(
    worker_database: Database, size: Size, figures: Figures
) -> None:
    least = size.choose(short=30, full=500)
    ran, elapsed = await run_schedulers(worker_database, by_the_databases_clock, least)
    judge(ran, elapsed, figures, least=least)


async def test_the_harness_sees_slots_by_ones_own_clock(worker_database: Database) -> None:
    ran, elapsed = await run_schedulers(worker_database, by_its_own_clock, 60)
    with pytest.raises(AssertionError, match="for each period"):
        judge(ran, elapsed, Figures([]), least=30)


def in_another_time(skew: timedelta) -> dict[str, str]:
    """The variables of a process whose clock is wrong."""
    return {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME": f"{skew.total_seconds():+.0f}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


async def expire(installation: Installation, desk: FrontDesk) -> str:
    """A key that expired an hour ago."""
    secret = await desk.another_key(expires_at=datetime.now(UTC) + timedelta(hours=1))
    superuser = await asyncpg.connect(installation.superuser_url)
    await superuser.execute(
        "UPDATE attune.api_key SET created_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'"
        " WHERE id = (SELECT id FROM attune.api_key ORDER BY id DESC LIMIT 1)"
    )
    await superuser.close()
    return secret


@pytest.mark.parametrize("seconds", [86_400, -86_400, 90, -90])
async def test_nothing_ends_early_or_late_on_servers_in_another_time(
    fresh_installation: Installation, vault: Vault, root_key: bytes, tmp_path: Path, size: Size, figures: Figures, seconds: int
) -> None:  # fmt: skip
    if not LIBRARIES:
        pytest.skip("NOT TESTED: processes in another time. Debian's package faketime is not installed.")
    if size is Size.SHORT and abs(seconds) == 90:
        pytest.skip("the full form's")
    skewed = in_another_time(timedelta(seconds=seconds))
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    async with front_desk(fresh_installation, vault) as desk:
        workplace = desk.workplace
        lasting, ended = await workplace.add_customer("lasting"), await workplace.add_customer("ended")
        await workplace.choose(lasting, Purpose.SERVICE_CONTACT, Choice.GRANTED, expires_at=in_an_hour)
        await workplace.grant_that_ran_out(ended, Purpose.SERVICE_CONTACT)
        key, expired_key = await desk.another_key(expires_at=in_an_hour), await expire(fresh_installation, desk)
        about = [
            signal(0) | {"customer_ref": None, "interaction_ref": None, "customer_id": str(i)} for i in (lasting, ended)
        ]
        once = {"idempotency-key": "once"}
        async with (
            api_process(fresh_installation, root_key, tmp_path / "api.log", **skewed) as api,
            desk.client(api.url, key=key) as client,
            desk.client(api.url, key=expired_key) as expired,
        ):
            first = await client.post(SIGNALS, json=about[0], headers=once)
            assert first.status_code == 201, first.text
            with worker_process(fresh_installation, tmp_path / "worker.log", **skewed):
                await until(lambda: _ran(desk.worker, "idempotency_keys", "consent_expiry"), seconds=60)
                await until(lambda: _is_told_of(desk), seconds=60)
                await until(lambda: nothing_is_left(desk.worker), seconds=60)
            assert (await client.post(SIGNALS, json=about[0])).status_code == 201
            again = await client.post(SIGNALS, json=about[0], headers=once)
            assert (again.headers.get("idempotency-replayed"), again.content) == ("true", first.content)
            assert (await client.post(SIGNALS, json=about[1])).json()["code"] == "consent_missing"
            assert (await expired.get("/v1/me")).status_code == 401
        told = await workplace.events("consent.expired")
        figures.exactly("consents told to have ended", len(told), 1)
        assert told[0]["concerns"] == ended
        async with desk.worker.read(None) as tx:
            foreign = await tx.fetch_value(
                "SELECT count(*) FROM cron_run WHERE abs(extract(epoch FROM slot - now())) > 86400"
            )
        figures.exactly("slots of another day", foreign, 0)


async def _ran(worker: Database, *jobs: str) -> bool:
    async with worker.read(None) as tx:
        taken = await tx.fetch("SELECT DISTINCT name FROM cron_run")
    return set(jobs) <= {row["name"] for row in taken}


async def _is_told_of(desk: FrontDesk) -> bool:
    return bool(await desk.workplace.events("consent.expired"))
