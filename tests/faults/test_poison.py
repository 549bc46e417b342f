"""Events that cannot be applied: each is set aside and listed with its stream behind it, all else goes on, a cure heals."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

import pytest

from attune.insights.projection import TEAM_DASHBOARD
from attune.kernel.backlog import list_dead_letters
from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.ids import new_id, shard_of
from attune.kernel.projections import Projection, replay
from attune.kernel.rebuild import rebuild
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from attune.projections import ALL
from tests.conftest import Installation, new_organisation
from tests.contact_centre import ContactCentre, Fact, record
from tests.faults.figures import Figures
from tests.faults.trails import (
    BEFORE_THE_CURE,
    CURED,
    DASHBOARD_CURED,
    RAISES,
    SKIPS_AND_FORGETS,
    UNDECODABLE,
    create_trails,
    trail_of,
)
from tests.sizes import Size
from tests.worker.conftest import drain_all

EVENTS_IN_A_TRANSACTION = 50


@dataclass(slots=True)
class Poisoned:
    """A log with poison in it, and what has to come of it. Streams are signals' and samples', by their id."""

    centre: ContactCentre
    worker: Database
    streams: Mapping[UUID, Sequence[tuple[UUID, str | None]]]
    """For each stream its events in order: id, and the kind of poison where it is poison."""

    def parked(self, *kinds: str) -> set[UUID]:
        """The events that have to be set aside: the first of such poison in a stream, and all behind it."""
        found: set[UUID] = set()
        for events in self.streams.values():
            first = next((n for n, (_, poison) in enumerate(events) if poison in kinds), len(events))
            found.update(event_id for event_id, _ in events[first:])
        return found

    def trails(self, without: set[UUID]) -> dict[UUID, str]:
        """What the projection has to say once all but these events were applied."""
        left = {
            stream: [event_id for event_id, _ in events if event_id not in without]
            for stream, events in self.streams.items()
        }
        return {stream: trail_of(events) for stream, events in left.items() if events}

    async def found_trails(self) -> dict[UUID, str]:
        """What it says."""
        async with self.worker.read(Context(self.centre.organisation.tenant_id, WORKER)) as tx:
            rows = await tx.fetch(
                "SELECT target_id, trail FROM attune.fault_trail JOIN projection p ON p.name = 'trails'"
                " AND p.active_generation = generation WHERE tenant_id = $1",
                tx.tenant_id,
            )
        return {row["target_id"]: row["trail"] for row in rows if row["target_id"] in self.streams}

    async def listed(self, projection: Projection) -> dict[UUID, str | None]:
        """The dead letters that an operator sees: the event and the class of its error."""
        letters = await list_dead_letters(self.worker, self.centre.organisation.tenant_id)
        places = {letter["seq"]: letter for letter in letters if letter["projection"] == projection.name}
        async with self.worker.read(Context(self.centre.organisation.tenant_id, WORKER)) as tx:
            rows = await tx.fetch(
                "SELECT o.seq, e.event_id FROM event_order o JOIN event e USING (tenant_id, pos)"
                " WHERE o.shard = $1 AND o.seq = ANY($2::bigint[])",
                shard_of(tx.tenant_id),
                list(places),
            )
        return {row["event_id"]: places[row["seq"]]["error_class"] for row in rows}

    async def replay(self, projection: Projection, kind: str, streams: set[UUID]) -> int:
        """Apply what was set aside of these streams."""
        tenant = self.centre.organisation.tenant_id
        return sum(
            [await replay(self.worker, projection, shard_of(tenant), tenant, (kind, stream)) for stream in streams]
        )


def _fact(stream: UUID, poison: str | None) -> Fact:
    """A signal's event, as nobody should write it, or one of a kind that nobody knows."""
    match poison:
        case "undecodable":
            fields = {"poison": poison, "interaction_id": "this is no id", "amount": "nor is this a number"}
        case None:
            fields = {}
        case _:
            fields = {"poison": poison}
    kind, target = ("signal.recorded", "signal") if poison == UNDECODABLE else ("sample.unknown", "signal")
    return Fact(kind=kind, target_kind=target, target_id=stream, fields=fields)


async def poison(
    centre: ContactCentre, worker: Database, chance: random.Random, *, events: int, streams: int, poisonous: int
) -> Poisoned:
    """Write so many events, of which some are poison of either kind."""
    names = [new_id() for _ in range(streams)]
    bad = dict(zip(chance.sample(range(events), poisonous), [RAISES, UNDECODABLE] * poisonous, strict=False))
    told: dict[UUID, list[tuple[UUID, str | None]]] = defaultdict(list)
    for start in range(0, events, EVENTS_IN_A_TRANSACTION):
        async with centre.database.write(centre.organisation.context()) as tx:
            for number in range(start, min(start + EVENTS_IN_A_TRANSACTION, events)):
                stream, event_id = chance.choice(names), new_id()
                record(tx, _fact(stream, bad.get(number)), event_id=event_id)
                told[stream].append((event_id, bad.get(number)))
    return Poisoned(centre, worker, told)


@pytest.fixture
async def poisoned(fresh_installation: Installation, vault: Vault, size: Size, seed: int) -> AsyncIterator[Poisoned]:
    """10,000 events of 1,000 streams, 100 of them poison; a tenth of that in the short form."""
    await create_trails(fresh_installation)
    events, streams, poisonous = size.choose(short=(1_000, 100, 10), full=(10_000, 1_000, 100))
    async with (
        fresh_installation.database(LoginRole.API) as api,
        fresh_installation.database(LoginRole.MIGRATOR) as migrator,
        fresh_installation.database(LoginRole.WORKER) as worker,
    ):
        centre = ContactCentre(api, await new_organisation(migrator, vault))
        yield await poison(centre, worker, random.Random(seed), events=events, streams=streams, poisonous=poisonous)


async def test_poison_is_set_aside_and_listed_and_once_cured_the_state_is_as_if_it_had_never_been(
    poisoned: Poisoned, figures: Figures, size: Size
) -> None:
    began = monotonic()
    await drain_all(poisoned.worker, [*ALL, BEFORE_THE_CURE])
    figures.at_most("until everything else was applied", monotonic() - began, 60.0, "s")
    parked, undecodable = poisoned.parked(RAISES, UNDECODABLE), poisoned.parked(UNDECODABLE)
    total = sum(len(events) for events in poisoned.streams.values())
    bad = sum(kind is not None for events in poisoned.streams.values() for _, kind in events)
    figures.at_least("events", total, size.choose(short=1_000, full=10_000))
    figures.at_least("of them poison", bad, size.choose(short=10, full=100))
    listed = await poisoned.listed(BEFORE_THE_CURE)
    figures.exactly("events set aside, and listed", len(listed), len(parked))
    assert listed.keys() == parked
    failed = sum(error is not None for error in listed.values())
    figures.show("of them poison that was met; the rest waits behind it", failed)
    assert set(listed.values()) == {"KeyError", "ValueError", None}
    assert await poisoned.found_trails() == poisoned.trails(without=parked)
    figures.show("events applied all the same", total - len(parked))

    on_dashboards = await poisoned.listed(TEAM_DASHBOARD)
    assert set(on_dashboards.values()) <= {"ValueError", None}
    assert on_dashboards.keys() <= undecodable
    figures.at_least("events that the product's dashboards set aside", len(on_dashboards), 1)

    applied = await poisoned.replay(CURED, "signal", {s for s, e in poisoned.streams.items() if e[0]})
    figures.exactly("events replayed after the cure", applied, len(parked))
    found, wanted = await poisoned.found_trails(), poisoned.trails(without=set())
    differing = sum(found.get(stream) != trail for stream, trail in wanted.items())
    figures.exactly("streams whose state differs from one without the fault", differing, 0)
    await poisoned.replay(DASHBOARD_CURED, "signal", set(poisoned.streams))
    assert await poisoned.listed(TEAM_DASHBOARD) == {}
    for projection in (CURED, DASHBOARD_CURED):
        assert (await rebuild(poisoned.worker, projection)).is_identical


async def test_a_planted_projection_that_skips_and_forgets_is_seen(poisoned: Poisoned, figures: Figures) -> None:
    await drain_all(poisoned.worker, [*ALL, SKIPS_AND_FORGETS])
    unheard = poisoned.parked(RAISES, UNDECODABLE) - (await poisoned.listed(SKIPS_AND_FORGETS)).keys()
    figures.at_least("events that were set aside and are on no list", len(unheard), 1)
    assert await poisoned.found_trails() != poisoned.trails(without=poisoned.parked(RAISES, UNDECODABLE))
