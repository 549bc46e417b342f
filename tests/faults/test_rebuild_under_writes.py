"""Projections are derived anew while people write and a worker drains. What comes out is what following them had made.

A rebuild's own comparison is exact when nothing is under way. An event that is committed and not yet applied has changed
the state already: a row that the rebuild derived from it, and the live generation before it, differ until both have read
that event. So under writes "the same" is always true, and "not the same" is to be asked again once they pause.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import asyncpg

from attune.insights.projection import TEAM_DASHBOARD
from attune.kernel.context import WORKER, ActorKind, Context
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.rebuild import rebuild
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from attune.projections import ALL
from tests.conftest import Installation, new_organisation
from tests.contact_centre import ContactCentre, Fact, record
from tests.faults.figures import Figures
from tests.faults.hurting import Run
from tests.sizes import Size
from tests.worker.conftest import centre, drain_all, worker

__all__ = ["centre", "worker"]

BACKLOG = 600
IN_A_TRANSACTION = 500


async def fill(installation: Installation, vault: Vault, events: int) -> None:
    """A log that has been there for a while."""
    async with (
        installation.database(LoginRole.API) as api,
        installation.database(LoginRole.MIGRATOR) as migrator,
    ):
        organisation = await new_organisation(migrator, vault)
        for _ in range(0, events, IN_A_TRANSACTION):
            async with api.write(organisation.context()) as tx:
                for _ in range(IN_A_TRANSACTION):
                    record(tx, Fact(kind="sample.told", target_kind="sample", target_id=new_id()))


async def test_a_rebuild_beside_writers_comes_out_as_the_live_one_once_both_are_drained(
    fresh_installation: Installation, vault: Vault, tmp_path: Path, size: Size, seed: int, figures: Figures
) -> None:
    old, rounds = size.choose(short=(1_000, 1), full=(200_000, 1))
    await fill(fresh_installation, vault, old)
    run = Run(fresh_installation, tmp_path, seed, backlog=BACKLOG)
    identical: list[bool] = []
    seconds: list[float] = []
    async with fresh_installation.database(LoginRole.WORKER) as rebuilding:
        async with run.writing(vault):
            watching = await asyncpg.connect(fresh_installation.superuser_url)
            await run.has_worker_at_work(watching)
            began, before = monotonic(), len(run.hurt.journal.acknowledged)
            for _ in range(rounds):
                for projection in ALL:
                    at = monotonic()
                    rebuilt = await rebuild(rebuilding, projection)
                    seconds.append(monotonic() - at)
                    identical.append(rebuilt.is_identical)
                    print(f"  {projection.name}: {rebuilt.events:,} events in {seconds[-1]:.1f} s, {identical[-1]}")
            rate = (len(run.hurt.journal.acknowledged) - before) / (monotonic() - began)
        verdict = await run.drain_and_judge()
        emitted = (
            "SELECT count(*) FROM attune.event WHERE actor_kind = $1",
            ActorKind.WORKER.value,
        )
        told = await watching.fetchval(*emitted)
        # At rest: what the rebuilds under writes left must be what one more makes.
        at_rest = [await rebuild(rebuilding, projection) for projection in ALL]
        after = await watching.fetchval(*emitted)
        await watching.close()
    figures.at_least("events in the log", at_rest[0].events, old)
    figures.at_least("acknowledged meanwhile, each second", rate, size.choose(short=20, full=100))
    figures.at_least("rebuilds beside them", len(identical), rounds * len(ALL))
    figures.show("longest rebuild", max(seconds), "s")
    figures.show("of them found the same rows, with events under way", sum(identical))
    figures.exactly("projections that differ once all is drained", sum(not each.is_identical for each in at_rest), 0)
    figures.at_least("events that projections told of", told, 1)
    figures.exactly("events that rebuilds told of", after - told, 0)
    figures.exactly("events told of twice", verdict.twice_recorded, 0)
    figures.exactly("acknowledged events lost", verdict.lost, 0)


async def test_a_rebuild_that_meets_an_event_under_way_says_not_the_same_until_it_was_applied(
    worker: Database, centre: ContactCentre
) -> None:
    team = await centre.team()
    conversation = await centre.conversation(await centre.person(team), await centre.customer(Purpose.INSIGHTS), team)
    await drain_all(worker)
    await centre.correct(conversation, handle_seconds=1_800)
    assert not (await rebuild(worker, TEAM_DASHBOARD)).is_identical
    await drain_all(worker)
    assert (await rebuild(worker, TEAM_DASHBOARD)).is_identical


async def test_a_row_that_nothing_derived_is_seen_by_the_comparison(worker: Database, centre: ContactCentre) -> None:
    team = await centre.team()
    await centre.conversation(await centre.person(team), await centre.customer(Purpose.INSIGHTS), team)
    await drain_all(worker)
    async with worker.write(Context(centre.organisation.tenant_id, WORKER)) as tx:
        assert await tx.execute("UPDATE team_dashboard SET interactions = interactions + 1")
    assert not (await rebuild(worker, TEAM_DASHBOARD)).is_identical
    assert (await rebuild(worker, TEAM_DASHBOARD)).is_identical
