"""A deploy after the other tells busy workers to stop. Each finishes its batch and leaves; nothing is dropped or parked."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from attune.kernel.vault import Vault
from tests.conftest import Installation
from tests.faults.figures import Figures
from tests.faults.hurting import WORKERS, Run
from tests.sizes import Size


async def test_workers_told_to_stop_at_their_work_leave_in_order_and_drop_nothing(
    fresh_installation: Installation, vault: Vault, tmp_path: Path, size: Size, seed: int, figures: Figures
) -> None:
    deploys = size.choose(short=3, full=200)
    began = monotonic()
    run = Run(fresh_installation, tmp_path, seed)
    statuses: list[int | None] = []
    seconds: list[float] = []
    async with run.writing(vault):
        for _ in range(WORKERS):
            run.start_worker()
        while len(statuses) < deploys:
            status, took = await run.terminate_a_busy_worker()
            statuses.append(status)
            seconds.append(took)
            if len(statuses) % 20 == 0:
                print(f"{run.progress(began)}, {len(statuses)} deploys")
    verdict = await run.drain_and_judge()
    figures.at_least("SIGTERMs of a worker that had work left", len(statuses), deploys)
    figures.exactly("workers that ended with status 0", statuses.count(0), deploys)
    figures.show("longest goodbye", max(seconds), "s")
    figures.at_least("acknowledged events", len(run.hurt.journal.acknowledged), size.choose(short=500, full=20_000))
    figures.exactly("acknowledged events lost", verdict.lost, 0)
    figures.exactly("effects doubled", sum(verdict.doubled.values()), 0)
    figures.exactly("effects missing", sum(verdict.missing.values()), 0)
    figures.exactly("events parked", verdict.dead_letters, 0)
    verdict.assert_clean()
