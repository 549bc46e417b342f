"""A run in which writers write, workers are killed at their work and PostgreSQL crashes; then everything is drained.

The product's run and those with a planted bug are this one run, with other workers or other settings.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic

import asyncpg

from attune.kernel.db import Database, DatabaseBusy, DatabaseUnavailable
from attune.kernel.ids import SHARDS
from attune.kernel.projections import register
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from attune.projections import ALL
from attune_api.wakeups import WakeUps, open_queue
from tests.conftest import Installation, new_organisation
from tests.faults.crashable import Crashable
from tests.faults.judging import Verdict, judge, nothing_is_left
from tests.faults.ledger import create_ledger
from tests.faults.worker import Worker
from tests.faults.writers import Journal, Writer
from tests.worker.conftest import until
from tests.workplace import Workplace

WORKERS = 2
PATIENCE = 600.0
ENOUGH_BACKLOG = 4_000
"""Events that nobody has applied yet, at which writers wait: a run should not end with an hour of catching up."""

_BACKLOG = """
SELECT (SELECT count(*) FROM attune.event_pending)
  + coalesce((SELECT sum(h.seq - c.seq) FROM attune.projection_cursor c JOIN attune.event_head h USING (shard)
              JOIN attune.projection p ON p.name = c.projection AND p.active_generation = c.generation), 0)
"""


@dataclass(slots=True)
class Hurt:
    """What was done to the workers and the server, and what they had been told to keep."""

    journal: Journal = field(default_factory=Journal)
    kills: int = 0
    """SIGKILLs of a worker while there was work left."""
    kills_while_writing: int = 0
    """Of them, those in the middle of a transaction that had written."""
    crashes: int = 0
    seconds_away: list[float] = field(default_factory=list)


class Run:
    """One run on one installation."""

    def __init__(
        self,
        installation: Installation,
        folder: Path,
        seed: int,
        *,
        bug: str | None = None,
        backlog: int = ENOUGH_BACKLOG,
    ) -> None:
        self.installation = installation
        self._backlog = backlog
        self.hurt = Hurt()
        self.chance = random.Random(seed)
        self._folder = folder
        self._bug = bug
        self._numbers = count()
        self.workers: list[Worker] = []
        self._may_write = asyncio.Event()
        self._enough = asyncio.Event()

    @asynccontextmanager
    async def writing(self, vault: Vault, *, organisations: int = 2, writers: int = 2) -> AsyncIterator[None]:
        """Writers of several organisations at work in the background. At the end they have finished their pieces."""
        await create_ledger(self.installation)
        async with (
            self.installation.database(LoginRole.API, max_size=organisations * writers) as api,
            self.installation.database(LoginRole.MIGRATOR) as migrator,
            self.installation.database(LoginRole.WORKER) as watching,
        ):
            await register(watching, ALL, SHARDS)
            wake_ups = WakeUps(open_queue(self.installation.redis_url))
            wake_ups.start()
            api.on_events = wake_ups.notice
            everybody = [
                Writer(f"{number}-{own}", Workplace(api, vault, organisation), self._more_chance(), self.hurt.journal)
                for number, organisation in enumerate(
                    [await new_organisation(migrator, vault) for _ in range(organisations)]
                )
                for own in range(writers)
            ]
            await asyncio.gather(*(writer.prepare() for writer in everybody))
            tasks = [asyncio.create_task(each.write_on(self._may_write, self._enough)) for each in everybody]
            tasks.append(asyncio.create_task(self._hold_back(watching)))
            try:
                yield
                for task in tasks:
                    if task.done():
                        task.result()
            finally:
                self._enough.set()
                self._may_write.set()
                await asyncio.gather(*tasks)
                await wake_ups.stop()

    def start_worker(self) -> Worker:
        """One more worker."""
        worker = Worker(self.installation, self._folder / f"worker-{next(self._numbers)}.log", bug=self._bug)
        self.workers.append(worker)
        return worker

    async def has_worker_at_work(self, watching: asyncpg.Connection) -> None:
        """Start a worker, and wait until it has caught up with what was there."""
        worker = self.start_worker()
        await until(lambda: worker.is_connected(watching), seconds=PATIENCE)

        said = 0.0

        async def has_caught_up() -> bool:
            nonlocal said
            backlog = int(await watching.fetchval(_BACKLOG))
            if monotonic() - said > 10:
                said = monotonic()
                print(f"  {backlog:,} events to catch up with")
            return backlog < self._backlog

        await until(has_caught_up, seconds=PATIENCE)

    async def kill_a_busy_worker(self) -> None:
        """Freeze the worker that has been there longest; kill it if there was work left then, else let it go on first.

        What is looked at while it is frozen is what it is killed at. Nobody is killed while the writers are held back:
        workers that never live to finish a batch would bring the run to a standstill, and prove nothing by it.
        """
        await asyncio.wait_for(self._may_write.wait(), PATIENCE)
        worker = self.workers[0]
        watching = await self._connect()
        try:
            async with asyncio.timeout(PATIENCE):
                await until(lambda: worker.is_connected(watching), seconds=PATIENCE)
                while True:
                    worker.freeze()
                    if await watching.fetchval(_BACKLOG):
                        break
                    worker.thaw()
            self.hurt.kills += 1
            self.hurt.kills_while_writing += await worker.is_writing(watching)
        finally:
            await watching.close()
        self.workers.remove(worker)
        worker.kill()
        self.start_worker()

    async def terminate_a_busy_worker(self) -> tuple[int | None, float]:
        """SIGTERM to the worker that has been there longest, while there is work left and another goes on, as a rolling
        deploy does; its exit status, and how many seconds it took."""
        worker = self.workers[0]
        watching = await self._connect()

        async def is_busy() -> bool:
            connected = [await each.is_connected(watching) for each in self.workers]
            return all(connected) and bool(await watching.fetchval(_BACKLOG))

        await until(is_busy, seconds=PATIENCE)
        await watching.close()
        self.workers.remove(worker)
        began = monotonic()
        status = await worker.terminate(PATIENCE)
        took = monotonic() - began
        self.start_worker()
        return status, took

    async def crash(self, crashable: Crashable) -> None:
        """PostgreSQL goes at once and comes back."""
        self.hurt.seconds_away.append(await crashable.crash())
        self.hurt.crashes += 1
        assert all(worker.is_running for worker in self.workers), "a worker ended because PostgreSQL was away"

    async def drain_and_judge(self) -> Verdict:
        """Let a worker finish everything, then set what there is against what was acknowledged."""
        async with self.installation.database(LoginRole.WORKER) as watching:
            await until(lambda: nothing_is_left(watching), seconds=PATIENCE)
        self.end_workers()
        connection = await self._connect()
        verdict = await judge(connection, self.hurt.journal.acknowledged, self.hurt.journal.ambiguous)
        await connection.close()
        return verdict

    def end_workers(self) -> None:
        """Kill those that are left."""
        for worker in self.workers:
            worker.kill()
        self.workers.clear()

    def has_acknowledged(self, more: int) -> Callable[[], Awaitable[bool]]:
        """The condition that so many events more than now are acknowledged."""
        wanted = len(self.hurt.journal.acknowledged) + more

        async def condition() -> bool:
            return len(self.hurt.journal.acknowledged) >= wanted

        return condition

    def progress(self, began: float) -> str:
        """Where the run stands."""
        journal = self.hurt.journal
        return (
            f"  {monotonic() - began:5.0f} s: {self.hurt.kills} kills, {self.hurt.crashes} crashes,"
            f" {len(journal.acknowledged):,} events acknowledged"
        )

    def _more_chance(self) -> random.Random:
        return random.Random(self.chance.random())

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.installation.superuser_url)

    async def _hold_back(self, watching: Database) -> None:
        """Keep the writers at most so far ahead of the slowest projection."""
        while not self._enough.is_set():
            try:
                async with watching.read(None) as tx:
                    backlog = int(await tx.fetch_value(_BACKLOG))
            except (DatabaseUnavailable, DatabaseBusy):
                backlog = 0
            if backlog < self._backlog:
                self._may_write.set()
            else:
                self._may_write.clear()
            await asyncio.sleep(0.05)
