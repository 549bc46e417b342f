"""A worker is stopped in the middle of a batch, with the cursor in its hands. Another takes over; the late one does nothing.

PostgreSQL lets go of the cursor after the role's `idle_in_transaction_session_timeout`. There is no lease to fence: what
the late worker had not committed is rolled back with its session, so its write cannot come after another's.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import asyncpg
import pytest

from attune.kernel.rebuild import rebuild
from attune.kernel.vault import Vault
from attune.projections import ALL
from tests.conftest import Installation
from tests.faults.conftest import Size
from tests.faults.figures import Figures
from tests.faults.front_desk import CUSTOMERS, FrontDesk, front_desk
from tests.faults.judging import assert_nothing_lost_or_doubled, nothing_is_left
from tests.worker.conftest import until
from tests.worker.process import WorkerProcess, worker_process

TAKEOVER_SECONDS = 45.0
PATIENCE_SECONDS = 60.0

_WAITING = (
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE usename = 'attune_worker' AND wait_event_type = 'Lock'"
    " AND datname = current_database())"
)
_IDLE = (
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE usename = 'attune_worker' AND state = 'idle in transaction'"
    " AND datname = current_database())"
)


@dataclass(frozen=True, slots=True)
class Stopping:
    """Stops a worker just when its batch has been applied and not committed."""

    desk: FrontDesk
    superuser: asyncpg.Connection

    async def stop_in_a_batch(self, worker: WorkerProcess) -> float:
        """Hold up its batch, stop the process, and let PostgreSQL go on without it; when that was."""
        async with self.superuser.transaction():
            await self.superuser.execute("LOCK TABLE attune.audit_entry IN EXCLUSIVE MODE")
            for number in range(CUSTOMERS):
                await self.desk.workplace.add_interaction(f"late-{monotonic()}-{number}", f"c-{number}", "ann")
            await until(lambda: self._says(_WAITING), seconds=PATIENCE_SECONDS)
            os.kill(worker.pid, signal.SIGSTOP)
        stopped_at = monotonic()
        await until(lambda: self._says(_IDLE), seconds=PATIENCE_SECONDS)
        assert not await nothing_is_left(self.desk.worker), "the stopped worker held nothing up"
        return stopped_at

    async def _says(self, question: str) -> bool:
        return bool(await self.superuser.fetchval(question))


async def take_over(desk: FrontDesk, installation: Installation, log: Path, patience: float) -> None:
    """Another worker comes and does all that is to do. Raises `TimeoutError`."""
    with worker_process(installation, log) as other:
        await until(other.is_ready, seconds=PATIENCE_SECONDS)
        await until(lambda: nothing_is_left(desk.worker), seconds=patience)


async def set_idle_limit(installation: Installation, limit: str) -> None:
    """Another limit than the role's, in this database."""
    connection = await asyncpg.connect(installation.superuser_url)
    await connection.execute(
        f"ALTER ROLE attune_worker IN DATABASE {installation.name} SET idle_in_transaction_session_timeout = '{limit}'"
    )
    await connection.close()


async def test_a_worker_that_is_stopped_in_a_batch_loses_it_to_another_and_changes_nothing_when_it_goes_on(
    fresh_installation: Installation, vault: Vault, tmp_path: Path, size: Size, figures: Figures
) -> None:
    if size is Size.SHORT:
        await set_idle_limit(fresh_installation, "2s")
    longest = 0.0
    async with front_desk(fresh_installation, vault) as desk:
        superuser = await asyncpg.connect(fresh_installation.superuser_url)
        stopping = Stopping(desk, superuser)
        with worker_process(fresh_installation, tmp_path / "late.log") as late:
            await until(late.is_ready, seconds=PATIENCE_SECONDS)
            for turn in range(size.choose(short=1, full=3)):
                await until(lambda: nothing_is_left(desk.worker), seconds=PATIENCE_SECONDS)
                stopped_at = await stopping.stop_in_a_batch(late)
                await take_over(desk, fresh_installation, tmp_path / f"other-{turn}.log", TAKEOVER_SECONDS)
                longest = max(longest, monotonic() - stopped_at)
                cursors = await superuser.fetch("SELECT * FROM attune.projection_cursor ORDER BY 1, 2, 3")
                os.kill(late.pid, signal.SIGCONT)
                await until(late.is_ready, seconds=PATIENCE_SECONDS)
                after = await superuser.fetch("SELECT * FROM attune.projection_cursor ORDER BY 1, 2, 3")
                assert after == cursors, "the late worker moved a cursor"
            figures.at_most("longest takeover, the start of the other worker included", longest, TAKEOVER_SECONDS, "s")
            await assert_nothing_lost_or_doubled(desk.worker, desk.organisation.tenant_id)
            for projection in ALL:
                assert (await rebuild(desk.worker, projection)).is_identical, projection.name
            # It works on, alone.
            await desk.workplace.add_interaction("afterwards", "c-0", "ann")
            await until(lambda: nothing_is_left(desk.worker), seconds=PATIENCE_SECONDS)
            assert late.stop() == 0
        await superuser.close()


async def test_the_harness_sees_a_cursor_that_is_never_let_go(
    fresh_installation: Installation, vault: Vault, tmp_path: Path
) -> None:
    await set_idle_limit(fresh_installation, "0")
    async with front_desk(fresh_installation, vault) as desk:
        superuser = await asyncpg.connect(fresh_installation.superuser_url)
        with worker_process(fresh_installation, tmp_path / "late.log") as late:
            await until(late.is_ready, seconds=PATIENCE_SECONDS)
            await until(lambda: nothing_is_left(desk.worker), seconds=PATIENCE_SECONDS)
            stopping = Stopping(desk, superuser)
            await stopping.stop_in_a_batch(late)
            with pytest.raises(TimeoutError):
                await take_over(desk, fresh_installation, tmp_path / "other.log", 4.0)
        await superuser.close()
