"""What is done by the clock: by the database's, which all workers share, and not by arq's cron, which ends with Redis.

A slot of a job is a row in PostgreSQL that one process can insert. Jobs do what is due, so a slot that was lost with its
process is made up for by the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.purposes import Purpose
from attune.kernel.rounds import list_organisations, take_slots
from attune.kernel.transactions import WriteTransaction
from attune_worker.resilience import Backoff, passes, wait
from attune_worker.telemetry import Measures

SECONDS_BETWEEN_LOOKS: Final = 5.0

_log = structlog.stdlib.get_logger("attune.worker")


@dataclass(frozen=True, slots=True)
class CronJob:
    """Something to do once in each period. `run` says how many things it did."""

    name: str
    every: timedelta
    run: Callable[[Database], Awaitable[int]]


class Cron:
    """Runs jobs in their slots until told to stop."""

    def __init__(self, database: Database, jobs: Sequence[CronJob], measures: Measures | None = None) -> None:
        self._database = database
        self._jobs = {job.name: job for job in jobs}
        self._measures = measures or Measures()

    async def run(self, stopping: asyncio.Event) -> None:
        """Look for slots to take every few seconds."""
        backoff = Backoff()
        while not stopping.is_set():
            try:
                await self.run_due(stopping)
            except Exception as error:
                if not passes(error):
                    raise
                self._measures.failed("cron")
                await wait(stopping, backoff.grow())
                continue
            backoff.reset()
            await wait(stopping, SECONDS_BETWEEN_LOOKS)

    async def run_due(self, stopping: asyncio.Event) -> list[str]:
        """Take the slots that are free and run their jobs; which ones."""
        slots = await take_slots(self._database, {job.name: job.every for job in self._jobs.values()})
        ran = []
        for slot in slots:
            if stopping.is_set():
                break
            await self._run_job(self._jobs[slot.name])
            ran.append(slot.name)
        return ran

    async def _run_job(self, job: CronJob) -> None:
        try:
            done = await job.run(self._database)
        except Exception as error:  # noqa: BLE001  # one job that fails takes no other with it; its next slot tries again
            self._measures.failed(job.name)
            level = _log.warning if passes(error) else _log.error
            level("cron.failed", job=job.name, error_class=type(error).__name__, exc_info=not passes(error))
            return
        if done:
            _log.info("cron.done", job=job.name, done=done)


async def in_each_organisation(
    database: Database, work: Callable[[WriteTransaction], Awaitable[int]], purpose: Purpose | None = None
) -> int:
    """Do something in every organisation, each in a transaction of its own; how much was done in all.

    One organisation's failure keeps no other from its turn; the first is raised at the end.
    """
    done = 0
    failures: list[Exception] = []
    for tenant_id in await list_organisations(database):
        try:
            async with database.write(Context(tenant_id, WORKER, purpose)) as tx:
                did = await work(tx)
        except Exception as error:
            if passes(error):
                raise
            failures.append(error)
        else:
            done += did
    if failures:
        raise failures[0]
    return done
