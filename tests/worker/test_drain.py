"""The drain: everything once, in order, whoever wakes it, whatever fails beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest

from attune.audit.projection import AUDIT
from attune.insights.projection import TEAM_DASHBOARD
from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.events import StoredEvent
from attune.kernel.ids import SHARDS, new_id, shard_of
from attune.kernel.projections import Batch, Projection, drain, list_behind, register, replay
from attune.kernel.purposes import Purpose
from attune.kernel.rebuild import digest, rebuild
from attune.kernel.roles import LoginRole
from attune.kernel.sequencer import sequence
from attune.kernel.vault import Vault
from attune.projections import ALL
from attune_worker.drain import DrainLoop
from tests.conftest import Installation, Organisation, new_organisation
from tests.contact_centre import ContactCentre, Fact, record
from tests.worker.conftest import drain_all, until


@asynccontextmanager
async def running(loop: DrainLoop) -> AsyncIterator[asyncio.Event]:
    """A drain loop at work; it is told to stop at the end, and has stopped."""
    stopping = asyncio.Event()
    task = asyncio.create_task(loop.run(stopping))
    try:
        yield stopping
    finally:
        stopping.set()
        await asyncio.wait_for(task, 20)


async def count(database: Database, tenant_id: UUID, statement: str) -> int:
    async with database.read(Context(tenant_id, WORKER)) as tx:
        return int(await tx.fetch_value(statement, tenant_id))


async def dead_letters(database: Database, centre: ContactCentre) -> int:
    """How many events were set aside."""
    return await count(database, centre.organisation.tenant_id, "SELECT count(*) FROM dead_letter WHERE tenant_id = $1")


async def is_drained(worker: Database) -> bool:
    """Whether no projection is behind and nothing waits for its order."""
    async with worker.read(None) as tx:
        pending = await tx.fetch_value("SELECT count(*) FROM event_pending")
    return not pending and not await list_behind(worker)


async def entries(worker: Database, organisation: Organisation) -> list[tuple[int, UUID]]:
    """The audit log: (place, event)."""
    async with worker.read(Context(organisation.tenant_id, WORKER)) as tx:
        rows = await tx.fetch(
            "SELECT seq, event_id FROM audit_entry WHERE tenant_id = $1 ORDER BY seq", organisation.tenant_id
        )
    return [(row["seq"], row["event_id"]) for row in rows]


async def log_of(worker: Database, organisation: Organisation) -> list[UUID]:
    """The events, in the order they were committed in."""
    async with worker.read(Context(organisation.tenant_id, WORKER)) as tx:
        rows = await tx.fetch("SELECT event_id FROM event WHERE tenant_id = $1 ORDER BY pos", organisation.tenant_id)
    return [row["event_id"] for row in rows]


async def some_work(centre: ContactCentre, conversations: int = 5) -> list[UUID]:
    """A team with so many people and conversations, one signal each; the conversations."""
    team = await centre.team()
    made = []
    for _ in range(conversations):
        customer = await centre.customer(Purpose.INSIGHTS)
        made.append(await centre.conversation(await centre.person(team), customer, team))
        await centre.signal(customer, made[-1], "4")
    return made


async def digests(worker: Database) -> list[tuple[int, str]]:
    """What the live generation of every projection holds."""
    async with worker.write(None) as tx:
        return [
            await digest(
                tx,
                each,
                await tx.fetch_value("SELECT active_generation FROM projection WHERE name = $1", each.name),
            )
            for each in ALL
        ]


class TestLoop:
    async def test_a_wake_up_is_enough_and_so_is_none(self, worker: Database, centre: ContactCentre) -> None:
        never_looks = DrainLoop(worker, ALL, at_once=4, poll_seconds=3600)
        async with running(never_looks):
            await until(lambda: is_drained(worker))
            await some_work(centre)
            never_looks.wake([shard_of(centre.organisation.tenant_id)])
            await until(lambda: is_drained(worker))
        only_looks = DrainLoop(worker, ALL, at_once=4, poll_seconds=0.05)
        async with running(only_looks):
            await some_work(centre)
            await until(lambda: is_drained(worker))
        assert [event for _, event in await entries(worker, centre.organisation)] == await log_of(
            worker, centre.organisation
        )

    async def test_two_workers_side_by_side_lose_and_double_nothing(
        self, fresh_installation: Installation, worker: Database, centre: ContactCentre, vault: Vault
    ) -> None:
        async with (
            fresh_installation.database(LoginRole.WORKER) as other,
            fresh_installation.database(LoginRole.MIGRATOR) as migrator,
        ):
            centres = [
                centre,
                *[ContactCentre(centre.database, await new_organisation(migrator, vault)) for _ in range(3)],
            ]
            loops = [DrainLoop(each, ALL, at_once=4, poll_seconds=0.02) for each in (worker, other)]
            async with running(loops[0]), running(loops[1]):
                await asyncio.gather(*(some_work(each, 8) for each in centres))
                await until(lambda: is_drained(worker))
            for one in centres:
                log = await entries(worker, one.organisation)
                assert [place for place, _ in log] == list(range(len(log)))
                assert {event for _, event in log} == set(await log_of(worker, one.organisation))
                assert len(log) == len({event for _, event in log})
        for each in ALL:
            assert (await rebuild(worker, each)).is_identical

    async def test_told_to_stop_it_stops_at_once_and_another_goes_on(
        self, worker: Database, centre: ContactCentre
    ) -> None:
        await some_work(centre, 3)
        async with running(DrainLoop(worker, ALL, at_once=4)) as stopping:
            stopping.set()
        async with running(DrainLoop(worker, ALL, at_once=4)):
            await until(lambda: is_drained(worker))
        assert len(await entries(worker, centre.organisation)) == len(await log_of(worker, centre.organisation))

    async def test_cut_connections_are_survived(
        self, fresh_installation: Installation, worker: Database, centre: ContactCentre
    ) -> None:
        superuser = await asyncpg.connect(fresh_installation.superuser_url)
        async with running(DrainLoop(worker, ALL, at_once=4, poll_seconds=0.05)):
            for _ in range(6):
                await some_work(centre, 2)
                await superuser.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE usename = 'attune_worker' AND datname = current_database()"
                )
            await superuser.close()
            async with fresh_installation.database(LoginRole.WORKER) as watching:
                await until(lambda: is_drained(watching))
                log = await log_of(watching, centre.organisation)
                assert [event for _, event in await entries(watching, centre.organisation)] == log
                assert await dead_letters(watching, centre) == 0

    async def test_events_that_handlers_emit_are_drained_too(self, worker: Database, centre: ContactCentre) -> None:
        loop = DrainLoop(worker, ALL, at_once=4, poll_seconds=3600)
        worker.on_events = lambda shard: loop.wake([shard])
        await centre.conversation(await centre.person(), await centre.customer(), handle_seconds=86400)
        async with running(loop):

            async def is_in_the_log() -> bool:
                return (
                    await count(
                        worker,
                        centre.organisation.tenant_id,
                        "SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND action = 'fatigue.threshold_crossed'",
                    )
                    == 1
                )

            await until(is_in_the_log)


async def stored_events(worker: Database, organisation: Organisation) -> list[StoredEvent]:
    """The organisation's events as a projection gets them."""
    seen: list[StoredEvent] = []

    async def remember(batch: Batch) -> None:
        seen.extend(batch.events)

    reader = Projection(name=f"reader_{new_id().hex}", version=1, apply=remember, tables=())
    await register(worker, [reader], SHARDS)
    while not (await drain(worker, reader, 1, shard_of(organisation.tenant_id))).is_idle:
        pass
    return seen


class TestHandlers:
    async def test_handled_again_or_backwards_the_result_is_the_same(
        self, worker: Database, centre: ContactCentre
    ) -> None:
        conversations = await some_work(centre)
        await centre.correct(conversations[0], handle_seconds=1800)
        await drain_all(worker)
        before = await digests(worker)
        events = await stored_events(worker, centre.organisation)
        for each in ALL:
            for order in (events, events[::-1]):
                async with worker.write(Context(centre.organisation.tenant_id, WORKER, Purpose.INSIGHTS)) as tx:
                    for event in order:
                        if each.handles is None or event.kind in each.handles:
                            await each.apply(Batch(tx, 1, True, [event]))
        assert await digests(worker) == before


def failing_at(poison: set[UUID], projection: Projection) -> Projection:
    """The same projection, which cannot apply events about these things."""

    async def apply(batch: Batch) -> None:
        if any(event.target_id in poison for event in batch.events):
            raise KeyError("what it says would not leave this process")
        await projection.apply(batch)

    return Projection(
        name=projection.name,
        version=1,
        apply=apply,
        tables=projection.tables,
        handles=projection.handles,
        halts=projection.halts,
    )


class TestPoison:
    async def test_a_poison_event_is_set_aside_its_stream_parked_and_the_rest_goes_on(
        self, worker: Database, centre: ContactCentre
    ) -> None:
        conversations = await some_work(centre, 6)
        poison = {conversations[2]}
        await centre.correct(conversations[2], handle_seconds=1800)
        await drain_all(worker, [failing_at(poison, TEAM_DASHBOARD)])
        await centre.correct(conversations[2], handle_seconds=2400)
        await drain_all(worker, [TEAM_DASHBOARD])
        async with worker.read(Context(centre.organisation.tenant_id, WORKER)) as tx:
            letters = await tx.fetch(
                "SELECT target_id, error_class, attempts FROM dead_letter WHERE tenant_id = $1 ORDER BY seq",
                tx.tenant_id,
            )
        assert [tuple(row) for row in letters] == [
            (conversations[2], "KeyError", 1),
            (conversations[2], None, 0),
            (conversations[2], None, 0),
        ]
        counted = "SELECT sum(interactions) FROM team_dashboard WHERE tenant_id = $1"
        assert await count(worker, centre.organisation.tenant_id, counted) == 6 - 1 + 1  # its signal is another stream

    async def test_once_mended_a_replay_restores_what_a_rebuild_would_make(
        self, worker: Database, centre: ContactCentre
    ) -> None:
        conversations = await some_work(centre, 6)
        await drain_all(worker, [failing_at({conversations[1]}, TEAM_DASHBOARD)])
        await centre.correct(conversations[1], handle_seconds=3000)
        await drain_all(worker)
        shard, tenant = shard_of(centre.organisation.tenant_id), centre.organisation.tenant_id
        assert await replay(worker, TEAM_DASHBOARD, shard, tenant, ("interaction", conversations[1])) == 2
        assert await dead_letters(worker, centre) == 0
        assert (await rebuild(worker, TEAM_DASHBOARD)).is_identical

    async def test_a_replay_of_what_still_fails_keeps_it_and_counts_the_attempt(
        self, worker: Database, centre: ContactCentre
    ) -> None:
        conversations = await some_work(centre, 2)
        failing = failing_at({conversations[1]}, TEAM_DASHBOARD)
        await drain_all(worker, [failing])
        tenant = centre.organisation.tenant_id
        assert await replay(worker, failing, shard_of(tenant), tenant, ("interaction", conversations[1])) == 0
        assert await count(worker, tenant, "SELECT attempts FROM dead_letter WHERE tenant_id = $1") == 2

    async def test_the_audit_log_halts_at_the_poison_and_not_before_it(
        self, worker: Database, centre: ContactCentre, caplog: pytest.LogCaptureFixture
    ) -> None:
        conversations = await some_work(centre, 6)
        log = await log_of(worker, centre.organisation)
        broken = [failing_at({conversations[3]}, AUDIT), *ALL[1:]]
        async with running(DrainLoop(worker, broken, at_once=4, poll_seconds=0.02)):

            async def others_are_done() -> bool:
                return [name for name, _, _ in await list_behind(worker)] == ["audit"]

            await until(others_are_done)
            poison = await self._place_of(worker, centre, conversations[3])
            await until(lambda: self._has(worker, centre, poison))
        assert [event for _, event in await entries(worker, centre.organisation)] == log[:poison]
        assert await dead_letters(worker, centre) == 0
        async with running(DrainLoop(worker, ALL, at_once=4)):
            await until(lambda: is_drained(worker))
        assert [event for _, event in await entries(worker, centre.organisation)] == log

    async def _place_of(self, worker: Database, centre: ContactCentre, conversation: UUID) -> int:
        events = await stored_events(worker, centre.organisation)
        return next(place for place, event in enumerate(events) if event.target_id == conversation)

    async def _has(self, worker: Database, centre: ContactCentre, entries_wanted: int) -> bool:
        return len(await entries(worker, centre.organisation)) == entries_wanted


async def test_events_of_a_transaction_that_commits_late_are_not_lost(
    fresh_installation: Installation, worker: Database, centre: ContactCentre
) -> None:
    """The gap that a reader of positions falls into: a low position that becomes visible after a higher one was read."""
    organisation = centre.organisation
    async with fresh_installation.database(LoginRole.API) as api, api.write(organisation.context()) as slow:
        record(slow, Fact(kind="sample.late", target_kind="sample", target_id=new_id()))
        await slow.flush()
        await centre.tell("sample.early", "sample", new_id())
        await drain_all(worker)
        assert len(await entries(worker, organisation)) == 2
    await drain_all(worker)
    assert {event for _, event in await entries(worker, organisation)} == set(await log_of(worker, organisation))


async def test_two_sequencers_give_every_event_one_place(worker: Database, centre: ContactCentre) -> None:
    await some_work(centre, 20)
    shard = shard_of(centre.organisation.tenant_id)
    moved = await asyncio.gather(*(sequence(worker, shard, limit=7) for _ in range(30)))
    async with worker.read(None) as tx:
        places = [
            row["seq"] for row in await tx.fetch("SELECT seq FROM event_order WHERE shard = $1 ORDER BY seq", shard)
        ]
    assert places == list(range(1, sum(moved) + 1))
    assert len(places) == len(await log_of(worker, centre.organisation))
