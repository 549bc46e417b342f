"""Whatever happened, in whatever order: a rebuild finds exactly the rows that following the events live had made."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.ids import SHARDS
from attune.kernel.projections import Projection, register
from attune.kernel.purposes import Purpose
from attune.kernel.rebuild import rebuild
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from attune.projections import ALL
from tests.conftest import Installation, new_organisation
from tests.contact_centre import NOON, ContactCentre
from tests.worker.conftest import drain_all

MONDAY = (NOON - timedelta(days=1)).date()


@dataclass
class History:
    """A contact centre in which chance decides what happens next."""

    centre: ContactCentre
    chance: random.Random
    teams: list[UUID] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)
    customers: list[UUID] = field(default_factory=list)
    conversations: list[tuple[UUID, UUID]] = field(default_factory=list)
    open_check_ins: list[UUID] = field(default_factory=list)
    open_escalations: list[UUID] = field(default_factory=list)
    weeks: int = 0

    async def begin(self) -> None:
        """Some teams, people and customers."""
        self.teams = [await self.centre.team() for _ in range(2)]
        self.people = [await self.centre.person(self.chance.choice(self.teams)) for _ in range(3)]
        for _ in range(6):
            purposes = self.chance.sample([Purpose.INSIGHTS, Purpose.COACHING], self.chance.randint(1, 2))
            self.customers.append(await self.centre.customer(*purposes))

    async def go_on(self) -> None:
        """One thing happens."""
        happenings = [
            (6, self.converse),
            (6, self.feel),
            (3, self.correct),
            (3, self.choose),
            (1, self.erase),
            (2, self.check_in),
            (2, self.escalate),
        ]
        (happen,) = self.chance.choices([each for _, each in happenings], [weight for weight, _ in happenings])
        await happen()

    async def converse(self) -> None:
        """A conversation, often one that ended long ago, sometimes at the very moment of another."""
        customer = self.chance.choice(self.customers)
        ended_at = NOON + timedelta(minutes=self.chance.choice((0, 0, *range(-3000, 3000, 7), 40_000)))
        conversation = await self.centre.conversation(
            self.chance.choice(self.people),
            customer,
            self.chance.choice((*self.teams, None)),
            ended_at=ended_at,
            handle_seconds=self.chance.choice((0, 60, 600, 3600, 20_000)),
        )
        self.conversations.append((conversation, customer))

    async def feel(self) -> None:
        """A signal, if the customer allows anything at all."""
        if not self.conversations:
            return
        conversation, customer = self.chance.choice(self.conversations)
        await self.centre.choose(customer, "granted", Purpose.COACHING)
        await self.centre.signal(
            customer,
            conversation,
            str(self.chance.randint(0, 7)),
            scale=(0, 7),
            moment=self.chance.choice(("before", "during", "after")),
            observed_at=NOON + timedelta(minutes=self.chance.randint(0, 5)),
        )

    async def correct(self) -> None:
        """A conversation was with somebody else, in another team, at another time, or of another length."""
        if self.conversations:
            await self.centre.correct(
                self.chance.choice(self.conversations)[0],
                person_id=self.chance.choice((None, *self.people)),
                team_id=self.chance.choice((None, *self.teams)),
                ended_at=self.chance.choice((None, NOON + timedelta(minutes=self.chance.randint(-50_000, 50_000)))),
                handle_seconds=self.chance.choice((None, 300, 9000)),
            )

    async def choose(self) -> None:
        """A customer changes their mind."""
        choice = self.chance.choice(("granted", "refused", "withdrawn"))
        await self.centre.choose(self.chance.choice(self.customers), choice)

    async def erase(self) -> None:
        """A customer is forgotten."""
        await self.centre.erase(self.chance.choice(self.customers))

    async def check_in(self) -> None:
        """A check-in is opened, or one is submitted."""
        if self.open_check_ins and self.chance.random() < 0.5:
            await self.centre.submit(self.open_check_ins.pop())
            return
        person, lead = self.chance.sample(self.people, 2)
        self.weeks += 1
        week = MONDAY + timedelta(weeks=self.weeks)
        self.open_check_ins.append(await self.centre.check_in(person, lead, self.chance.choice(self.teams), week))

    async def escalate(self) -> None:
        """An escalation is opened, or one is resolved."""
        if self.open_escalations and self.chance.random() < 0.5:
            await self.centre.resolve(self.open_escalations.pop())
            return
        opened_at = NOON + timedelta(days=self.chance.randint(-40, 40))
        self.open_escalations.append(
            await self.centre.escalation(
                self.chance.choice(self.customers), self.chance.choice(self.teams), opened_at=opened_at
            )
        )


@pytest.fixture
async def worker(fresh_installation: Installation) -> AsyncIterator[Database]:
    """A pool of the worker's role on a database of the test's own."""
    async with fresh_installation.database(LoginRole.WORKER) as opened:
        await register(opened, ALL, SHARDS)
        yield opened


async def dump(worker: Database, centre: ContactCentre, projection: Projection) -> dict[str, list[str]]:
    """The rows of a projection's live generation, for a difference that can be read."""
    found = {}
    async with worker.read(Context(centre.organisation.tenant_id, WORKER)) as tx:
        for table in projection.tables:
            rows = await tx.fetch(
                "SELECT (to_jsonb(d) - 'generation')::text AS row FROM "
                + table
                + " d WHERE tenant_id = $1 AND generation ="
                " (SELECT active_generation FROM projection WHERE name = $2)",
                centre.organisation.tenant_id,
                projection.name,
            )
            found[table] = sorted(row["row"] for row in rows)
    return found


@pytest.mark.parametrize("seed", range(6))
async def test_any_history_rebuilds_to_the_same_rows(
    fresh_installation: Installation, worker: Database, vault: Vault, seed: int
) -> None:
    chance = random.Random(seed)
    async with (
        fresh_installation.database(LoginRole.API) as api,
        fresh_installation.database(LoginRole.MIGRATOR) as migrator,
    ):
        histories = [
            History(ContactCentre(api, await new_organisation(migrator, vault)), random.Random(seed + number))
            for number in range(2)
        ]
        for history in histories:
            await history.begin()
        for _ in range(110):
            await chance.choice(histories).go_on()
            if chance.random() < 0.15:
                await drain_all(worker)
        await drain_all(worker)
        for projection in ALL:
            before = [await dump(worker, history.centre, projection) for history in histories]
            done = await rebuild(worker, projection)
            assert [await dump(worker, history.centre, projection) for history in histories] == before
            assert done.is_identical
            assert (done.rows_before, done.generation) == (done.rows_after, 2)
        for history in histories:
            async with worker.read(Context(history.centre.organisation.tenant_id, WORKER)) as tx:
                assert await tx.fetch_value("SELECT count(*) FROM dead_letter WHERE tenant_id = $1", tx.tenant_id) == 0


async def test_a_rebuild_emits_nothing_and_an_interrupted_one_leaves_nothing(
    fresh_installation: Installation, worker: Database, vault: Vault
) -> None:
    async with (
        fresh_installation.database(LoginRole.API) as api,
        fresh_installation.database(LoginRole.MIGRATOR) as migrator,
    ):
        centre = ContactCentre(api, await new_organisation(migrator, vault))
        await centre.conversation(await centre.person(), await centre.customer(), handle_seconds=86400)
        await drain_all(worker)

        async def events() -> int:
            async with worker.read(Context(centre.organisation.tenant_id, WORKER)) as tx:
                return int(await tx.fetch_value("SELECT count(*) FROM event WHERE tenant_id = $1", tx.tenant_id))

        recorded = await events()
        for projection in ALL:
            with pytest.raises(KeyboardInterrupt):
                await rebuild(worker, _interrupted(projection))
            assert (await rebuild(worker, projection)).is_identical
        assert await events() == recorded
        async with worker.write(Context(centre.organisation.tenant_id, WORKER)) as tx:
            for projection in ALL:
                for table in projection.tables:
                    generations = await tx.fetch("SELECT DISTINCT generation FROM " + table)
                    assert len(generations) <= 1
                cursors = await tx.fetch(
                    "SELECT DISTINCT generation FROM projection_cursor WHERE projection = $1", projection.name
                )
                assert len(cursors) == 1


def _interrupted(projection: Projection) -> Projection:
    """The same projection, whose process is ended in the middle."""

    async def apply(batch: object) -> None:
        raise KeyboardInterrupt

    return Projection(
        name=projection.name,
        version=projection.version,
        apply=apply,
        tables=projection.tables,
        handles=projection.handles,
        halts=projection.halts,
    )
