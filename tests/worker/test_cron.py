"""What is done by the clock: each slot once, by the database's time, and whatever is due."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from attune.insights.service import read_team_dashboard
from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.rebuild import rebuild
from attune.kernel.roles import LoginRole
from attune.kernel.rounds import count_dead_letters, forget_slots, list_backlogs, take_slots
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Vault
from attune.projections import ALL
from attune_worker.cron import Cron, CronJob, in_each_organisation
from attune_worker.jobs import JOBS
from attune_worker.jobs.consent import expire_consents
from attune_worker.jobs.fatigue import announce_clears
from attune_worker.jobs.kernel import remove_idempotency_keys
from tests.conftest import Installation, new_organisation
from tests.contact_centre import NOON, ContactCentre
from tests.worker.conftest import drain_all


class TestSlots:
    async def test_a_slot_is_taken_by_one_of_many(self, worker: Database) -> None:
        jobs = {"yearly": timedelta(days=365), "daily": timedelta(days=1)}
        taken = await asyncio.gather(*(take_slots(worker, jobs) for _ in range(8)))
        assert Counter(slot.name for slots in taken for slot in slots) == {"yearly": 1, "daily": 1}

    async def test_the_databases_clock_says_which_slot_it_is(self, worker: Database) -> None:
        async with worker.read(None) as tx:
            now: datetime = await tx.fetch_value("SELECT clock_timestamp()")
        (slot,) = await take_slots(worker, {"yearly": timedelta(days=365)})
        assert slot.starts_at <= now < slot.starts_at + timedelta(days=365)
        assert (slot.starts_at - datetime(2000, 1, 1, tzinfo=UTC)) % timedelta(days=365) == timedelta(0)

    async def test_two_schedulers_run_a_job_once(self, worker: Database) -> None:
        ran: list[str] = []

        async def run(_: Database) -> int:
            ran.append("it")
            return 1

        job = CronJob("yearly", timedelta(days=365), run)
        stopping = asyncio.Event()
        await asyncio.gather(*(Cron(worker, [job]).run_due(stopping) for _ in range(4)))
        assert ran == ["it"]

    async def test_a_job_that_fails_takes_no_other_with_it(self, worker: Database) -> None:
        async def fail(_: Database) -> int:
            raise KeyError

        async def succeed(_: Database) -> int:
            return 1

        year = timedelta(days=365)
        jobs = [CronJob("a", year, fail), CronJob("b", year, succeed)]
        assert sorted(await Cron(worker, jobs).run_due(asyncio.Event())) == ["a", "b"]

    async def test_old_slots_are_forgotten(self, worker: Database) -> None:
        async with worker.write(None) as tx:
            await tx.execute("INSERT INTO cron_run VALUES ('old', now() - interval '8 days'), ('new', now())")
            assert await forget_slots(tx) == 1


class TestJobs:
    async def test_their_names_are_their_own(self) -> None:
        assert len({job.name for job in JOBS}) == len(JOBS)

    async def test_every_organisation_has_its_turn_though_one_fails(
        self, fresh_installation: Installation, worker: Database, centre: ContactCentre, vault: Vault
    ) -> None:
        async with fresh_installation.database(LoginRole.MIGRATOR) as migrator:
            other = await new_organisation(migrator, vault)
        visited = []

        async def work(tx: WriteTransaction) -> int:
            visited.append(tx.tenant_id)
            if len(visited) == 1:
                raise KeyError
            return 1

        with pytest.raises(KeyError):
            await in_each_organisation(worker, work)
        assert set(visited) == {centre.organisation.tenant_id, other.tenant_id}

    async def test_a_consent_that_ended_is_told_of_and_its_part_taken_back(
        self, worker: Database, centre: ContactCentre
    ) -> None:
        team = await centre.team()
        customers = []
        for _ in range(6):
            customer = await centre.customer(Purpose.INSIGHTS)
            conversation = await centre.conversation(await centre.person(team), customer, team)
            await centre.signal(customer, conversation, "4")
            customers.append(customer)
        await drain_all(worker)
        await centre.choose(customers[0], "granted", expires_at=datetime.now(UTC) + timedelta(milliseconds=300))
        await drain_all(worker)
        async with asyncio.timeout(20):
            while not await expire_consents(worker):  # noqa: ASYNC110  # PostgreSQL's clock sets no asyncio.Event
                await asyncio.sleep(0.05)
        assert await expire_consents(worker) == 0
        await drain_all(worker)
        async with centre.database.read(centre.organisation.context()) as tx:
            figures = (await read_team_dashboard(tx, team, NOON.date())).figures
        assert figures is not None
        assert figures.intensity_mean is not None
        assert figures.intensity_mean.n == 5
        for each in ALL:
            assert (await rebuild(worker, each)).is_identical

    async def test_episodes_that_ended_by_themselves_are_told_of(self, worker: Database, centre: ContactCentre) -> None:
        await centre.conversation(await centre.person(), await centre.customer(), handle_seconds=11520)
        await drain_all(worker)
        assert await announce_clears(worker) == 1
        assert await announce_clears(worker) == 0

    async def test_idempotency_keys_live_for_a_day(self, worker: Database, centre: ContactCentre) -> None:
        async with centre.database.write(centre.organisation.context()) as tx:
            for hours in (1, 23, 25, 48):
                await tx.execute(
                    "INSERT INTO idempotency_key (tenant_id, principal_id, operation, key, fingerprint, created_at)"
                    " VALUES ($1, $2, 'open_escalation', 'k', '\\x00', now() - make_interval(hours => $3))",
                    tx.tenant_id,
                    new_id(),
                    hours,
                )
        assert await remove_idempotency_keys(worker) == 2


async def test_the_backlog_is_what_is_still_to_be_read(worker: Database, centre: ContactCentre) -> None:
    await drain_all(worker)
    assert await list_backlogs(worker) == {each.name: 0 for each in ALL}
    await centre.tell("sample.counted", "sample", new_id())
    await drain_all(worker, [ALL[0]])
    assert await list_backlogs(worker) == {"audit": 0, "team_dashboard": 1, "fatigue": 1}
    async with worker.read(Context(centre.organisation.tenant_id, WORKER)) as tx:
        assert await count_dead_letters(tx) == {}
