"""A worker falls silent in the middle of a batch, with the cursor in its hands. Another takes over; the late one does nothing.

PostgreSQL lets go of the cursor after the role's `idle_in_transaction_session_timeout`. There is no lease to fence: what
the late worker had not committed is rolled back with its session, so its write cannot come after another's.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic

import asyncpg
import pytest

from attune.kernel.db import DatabaseUnavailable
from attune.kernel.ids import shard_of
from attune.kernel.projections import apply_next
from attune.kernel.rebuild import rebuild
from attune.kernel.roles import LoginRole
from attune.kernel.sequencer import sequence
from attune.kernel.vault import Vault
from attune.projections import ALL
from tests.conftest import Installation
from tests.faults.figures import Figures
from tests.faults.front_desk import front_desk
from tests.faults.judging import assert_nothing_lost_or_doubled, nothing_is_left
from tests.sizes import Size
from tests.worker.conftest import until
from tests.worker.process import worker_process

TAKEOVER_SECONDS = 45.0
PATIENCE_SECONDS = 60.0


async def set_limit(installation: Installation, limit: str) -> None:
    """Another limit than the role's, in this database."""
    connection = await asyncpg.connect(installation.superuser_url)
    await connection.execute(
        f"ALTER ROLE attune_worker IN DATABASE {installation.name} SET idle_in_transaction_session_timeout = '{limit}'"
    )
    await connection.close()


async def lose_a_batch(installation: Installation, vault: Vault, log: Path, patience: float) -> float:
    """A worker that applied a batch of every projection says no more; how long until another, a process, has done it all.

    Raises `TimeoutError` where nobody could.
    """
    async with front_desk(installation, vault) as desk, installation.database(LoginRole.WORKER) as late:
        tenant_id = desk.organisation.tenant_id
        shard = shard_of(tenant_id)
        assert await sequence(late, shard) > 0
        silent = AsyncExitStack()
        for projection in ALL:
            tx = await silent.enter_async_context(late.write(None))
            assert (await apply_next(tx, projection, 1, shard, is_live=True)).events > 0
        fell_silent_at = monotonic()
        with worker_process(installation, log) as other:
            await until(other.is_ready, seconds=PATIENCE_SECONDS)
            try:
                await until(lambda: nothing_is_left(desk.worker), seconds=patience)
            except TimeoutError as nobody:
                await silent.__aexit__(type(nobody), nobody, nobody.__traceback__)
                raise
            took = monotonic() - fell_silent_at
            assert other.stop() == 0
        before = await assert_nothing_lost_or_doubled(desk.worker, tenant_id)
        with pytest.raises(DatabaseUnavailable):
            await silent.aclose()  # The late worker goes on, and commits what it had applied.
        assert await assert_nothing_lost_or_doubled(desk.worker, tenant_id) == before
        for projection in ALL:
            assert (await rebuild(desk.worker, projection)).is_identical, projection.name
        return took


async def test_a_worker_that_falls_silent_in_a_batch_loses_it_to_another_and_changes_nothing_when_it_goes_on(
    fresh_installation: Installation, vault: Vault, tmp_path: Path, size: Size, figures: Figures
) -> None:
    if size is Size.SHORT:
        await set_limit(fresh_installation, "2s")
    took = await lose_a_batch(fresh_installation, vault, tmp_path / "log", TAKEOVER_SECONDS)
    figures.at_most("takeover, the start of the other worker included", took, TAKEOVER_SECONDS, "s")


async def test_the_harness_sees_a_cursor_that_is_never_let_go(
    fresh_installation: Installation, vault: Vault, tmp_path: Path
) -> None:
    await set_limit(fresh_installation, "0")
    with pytest.raises(TimeoutError):
        await lose_a_batch(fresh_installation, vault, tmp_path / "log", 4.0)
