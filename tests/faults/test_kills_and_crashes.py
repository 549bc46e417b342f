"""Workers are killed at their work and PostgreSQL crashes, while people write. What was acknowledged has its effect, once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

import asyncpg

from attune.kernel.rebuild import rebuild
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from attune.projections import ALL
from tests.conftest import Installation, Servers
from tests.faults.crashable import crashable
from tests.faults.figures import Figures
from tests.faults.hurting import PATIENCE, WORKERS, Run
from tests.faults.worker import CURSOR_APART
from tests.sizes import Size
from tests.worker.conftest import until


async def test_killed_workers_and_a_crashing_postgresql_lose_and_double_nothing(
    servers: Servers, vault: Vault, tmp_path: Path, size: Size, seed: int, figures: Figures
) -> None:
    kills, crashes, events = size.choose(short=(5, 1, 800), full=(300, 20, 30_000))
    began = monotonic()
    async with crashable(tmp_path / "postgres", servers) as server:
        run = Run(server.installation, tmp_path, seed)
        async with run.writing(vault):
            for _ in range(WORKERS):
                run.start_worker()
            while run.hurt.kills < kills or len(run.hurt.journal.acknowledged) < events:
                await asyncio.sleep(run.chance.uniform(0.25, 0.55))
                await run.kill_a_busy_worker()
                if run.hurt.crashes < crashes and run.hurt.kills >= (run.hurt.crashes + 1) * kills // (crashes + 1):
                    await run.crash(server)
                if run.hurt.kills % 20 == 0:
                    print(run.progress(began))
        verdict = await run.drain_and_judge()
        async with server.installation.database(LoginRole.WORKER) as worker:
            different = [each.name for each in ALL if not (await rebuild(worker, each)).is_identical]
    hurt, journal = run.hurt, run.hurt.journal
    figures.at_least("kills of a worker that had work left", hurt.kills, kills)
    figures.show("of them in the middle of a transaction that had written", hurt.kills_while_writing)
    figures.at_least("crashes of PostgreSQL", hurt.crashes, crashes)
    figures.show("longest absence of PostgreSQL", max(hurt.seconds_away), "s")
    figures.at_least("acknowledged events", len(journal.acknowledged), events)
    figures.show("attempts that failed and were repeated", journal.failed_attempts)
    figures.show("of them commits of unknown outcome", journal.ambiguous_commits)
    figures.show("events of such commits that were kept", verdict.unknown_kept)
    figures.show("committed events", verdict.committed)
    figures.exactly("acknowledged events lost", verdict.lost, 0)
    figures.exactly("committed events without a place in the order", verdict.unordered, 0)
    figures.exactly("gaps in the order", verdict.gaps, 0)
    figures.exactly("places given twice", verdict.ordered_again, 0)
    for projection, applied in verdict.applied.items():
        figures.show(f"effects in {projection}", applied)
    figures.exactly("effects doubled", sum(verdict.doubled.values()), 0)
    figures.exactly("effects missing", sum(verdict.missing.values()), 0)
    figures.exactly("effects out of order", sum(verdict.out_of_order.values()), 0)
    figures.exactly("projections that differ from their rebuild", len(different), 0)
    verdict.assert_clean()


class TestPlantedBugs:
    async def test_a_cursor_that_moves_in_a_transaction_of_its_own_is_seen(
        self, fresh_installation: Installation, vault: Vault, tmp_path: Path, size: Size, seed: int, figures: Figures
    ) -> None:
        run = Run(fresh_installation, tmp_path, seed, bug=CURSOR_APART)
        most = size.choose(short=150, full=300)
        doubled = 0
        async with run.writing(vault):
            run.start_worker()
            watching = await asyncpg.connect(fresh_installation.superuser_url)
            while not doubled and run.hurt.kills < most:
                await asyncio.sleep(run.chance.uniform(0.05, 0.15))
                await run.kill_a_busy_worker()
                doubled = await watching.fetchval(
                    "SELECT count(*) - count(DISTINCT (projection, event_id)) FROM attune.fault_ledger"
                )
            await watching.close()
        run.end_workers()
        figures.show("kills until it was seen", run.hurt.kills)
        figures.at_least("effects doubled", doubled, 1)

    async def test_an_answer_before_the_write_ahead_log_is_on_disk_is_seen(
        self, servers: Servers, vault: Vault, tmp_path: Path, size: Size, seed: int, figures: Figures
    ) -> None:
        most = size.choose(short=8, full=20)
        lost: list[int] = []
        async with crashable(tmp_path / "postgres", servers) as server:
            superuser = await asyncpg.connect(server.installation.superuser_url)
            await superuser.execute("ALTER ROLE attune_api SET synchronous_commit = off")
            await superuser.close()
            run = Run(server.installation, tmp_path, seed)
            async with run.writing(vault):
                while not any(lost) and run.hurt.crashes < most:
                    await until(run.has_acknowledged(500), seconds=PATIENCE)
                    before = set(run.hurt.journal.acknowledged)
                    await run.crash(server)
                    looking = await asyncpg.connect(server.installation.superuser_url)
                    there = {row["event_id"] for row in await looking.fetch("SELECT event_id FROM attune.event")}
                    await looking.close()
                    lost.append(len(before - there))
        figures.show("crashes until it was seen", run.hurt.crashes)
        figures.at_least("acknowledged events lost", sum(lost), 1)
