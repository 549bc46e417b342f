"""Many write at once, some commit late, some not at all. Whoever follows the order sees every event, once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from tests.conftest import Installation, Organisation, new_organisation
from tests.contact_centre import Fact, record
from tests.faults.feeds import ByOrder, ByPosition, Feed, ordered_in_one_statement
from tests.faults.figures import Figures
from tests.faults.hurting import PATIENCE
from tests.sizes import Size

HELD = 0.1
ROLLED_BACK = 0.02
SEQUENCERS = 2


class _Undone(Exception):
    """Takes a transaction back."""


@dataclass(slots=True)
class Crowd:
    """Writers that go on until so many events are committed, or until told that it is enough."""

    database: Database
    organisations: Sequence[Organisation]
    writers: int
    events: int
    longest_hold: float
    chance: random.Random
    committed: set[UUID] = field(default_factory=set)
    held: int = 0
    rolled_back: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self) -> None:
        """Everybody at once."""
        await asyncio.gather(*(self._write(self.organisations[number % 2]) for number in range(self.writers)))

    async def _write(self, organisation: Organisation) -> None:
        while len(self.committed) < self.events and not self.enough.is_set():
            ids = [new_id() for _ in range(self.chance.choice((1, 1, 5, 30)))]
            try:
                async with self.database.write(organisation.context()) as tx:
                    for event_id in ids:
                        record(
                            tx, Fact(kind="sample.told", target_kind="sample", target_id=event_id), event_id=event_id
                        )
                    await tx.flush()
                    if self.chance.random() < ROLLED_BACK:
                        raise _Undone
                    if self.chance.random() < HELD:
                        self.held += 1
                        await asyncio.sleep(self.chance.uniform(0, self.longest_hold))
            except _Undone:
                self.rolled_back += 1
                continue
            self.committed.update(ids)
            if len(self.committed) % 20_000 < len(ids):
                print(f"  {len(self.committed):,} events committed")


@dataclass(frozen=True, slots=True)
class Followed:
    """What a reader saw, set against what was committed."""

    crowd: Crowd
    committed: int
    missed: int
    read_twice: int
    gaps: int
    """Places missing from a dense 1 to n of the order."""


async def follow(
    installation: Installation,
    crowd: Crowd,
    make_feed: Callable[[Database, Sequence[UUID]], Feed],
    *,
    until_wrong: bool = False,
) -> Followed:
    """Let a crowd write, two sequencers order and one reader read; then let it all be read, and compare."""
    tenants = [organisation.tenant_id for organisation in crowd.organisations]
    async with installation.database(LoginRole.WORKER, max_size=SEQUENCERS + 1) as worker:
        feed = make_feed(worker, tenants)
        written = asyncio.Event()

        async def go_on(step: Callable[[], Awaitable[int]]) -> None:
            """Until nothing is left once all is written."""
            while True:
                is_last = written.is_set()
                if await step() == 0 and is_last:
                    return
                await asyncio.sleep(0)

        async def read_on() -> int:
            found = await feed.read_on()
            if until_wrong and len(set(feed.read)) < len(feed.read):
                crowd.enough.set()
            return found

        async with asyncio.timeout(PATIENCE * 2):
            ordering = [asyncio.create_task(go_on(feed.prepare)) for _ in range(SEQUENCERS)]
            reading = asyncio.create_task(go_on(read_on))
            await crowd.write()
            written.set()
            await asyncio.gather(*ordering, reading)
        await feed.read_on()
    connection = await asyncpg.connect(installation.superuser_url)
    rows = await connection.fetch(
        "SELECT tenant_id, pos, event_id FROM attune.event WHERE tenant_id = ANY($1::uuid[])", tenants
    )
    gaps = await connection.fetchval(
        "SELECT coalesce(sum(last - places), 0) FROM"
        " (SELECT max(seq) AS last, count(DISTINCT seq) AS places FROM attune.event_order GROUP BY shard) AS o"
    )
    await connection.close()
    assert crowd.committed <= {row["event_id"] for row in rows}
    seen = set(feed.read)
    return Followed(
        crowd,
        committed=len(rows),
        missed=len({(row["tenant_id"], row["pos"]) for row in rows} - seen),
        read_twice=len(feed.read) - len(seen),
        gaps=int(gaps),
    )


async def _crowd(
    api: Database, migrator: Database, vault: Vault, size: Size, seed: int, *, events: tuple[int, int]
) -> Crowd:
    organisations = [await new_organisation(migrator, vault) for _ in range(2)]
    return Crowd(
        api,
        organisations,
        writers=size.choose(short=16, full=64),
        events=size.choose(short=events[0], full=events[1]),
        longest_hold=size.choose(short=0.2, full=2.0),
        chance=random.Random(seed),
    )


async def test_beside_late_commits_and_rolled_back_ones_no_event_is_skipped(
    fresh_installation: Installation, vault: Vault, size: Size, seed: int, figures: Figures
) -> None:
    async with (
        fresh_installation.database(LoginRole.API, max_size=64, acquire_timeout=30.0) as api,
        fresh_installation.database(LoginRole.MIGRATOR) as migrator,
    ):
        crowd = await _crowd(api, migrator, vault, size, seed, events=(6_000, 200_000))
        followed = await follow(fresh_installation, crowd, ByOrder)
    figures.show("writers at once", crowd.writers)
    figures.at_least("committed events", len(crowd.committed), crowd.events)
    figures.at_least("transactions held open before their commit", crowd.held, size.choose(short=20, full=1_000))
    figures.at_least("transactions rolled back", crowd.rolled_back, size.choose(short=3, full=200))
    figures.exactly("events missed by the reader", followed.missed, 0)
    figures.exactly("events read twice", followed.read_twice, 0)
    figures.exactly("gaps in the order", followed.gaps, 0)


class TestPlantedBugs:
    async def test_a_reader_of_positions_greater_than_the_last_is_seen_to_miss_events(
        self, fresh_installation: Installation, vault: Vault, size: Size, seed: int, figures: Figures
    ) -> None:
        async with (
            fresh_installation.database(LoginRole.API, max_size=64, acquire_timeout=30.0) as api,
            fresh_installation.database(LoginRole.MIGRATOR) as migrator,
        ):
            crowd = await _crowd(api, migrator, vault, size, seed, events=(1_500, 20_000))
            followed = await follow(fresh_installation, crowd, ByPosition)
        figures.show("committed events", followed.committed)
        figures.at_least("events missed by the reader", followed.missed, 1)

    async def test_a_lock_inside_the_statement_that_reads_is_seen_to_order_events_again(
        self, fresh_installation: Installation, vault: Vault, size: Size, seed: int, figures: Figures
    ) -> None:
        async with (
            fresh_installation.database(LoginRole.API, max_size=64, acquire_timeout=30.0) as api,
            fresh_installation.database(LoginRole.MIGRATOR) as migrator,
        ):
            crowd = await _crowd(api, migrator, vault, size, seed, events=(50_000, 50_000))
            followed = await follow(fresh_installation, crowd, ordered_in_one_statement, until_wrong=True)
        figures.show("events until it was seen", followed.committed)
        figures.at_least("events read twice", followed.read_twice, 1)
