"""Somebody began to write, in another database of the cluster, and went home. The feed goes on as if they were not there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from attune.kernel.vault import Vault
from tests.conftest import Servers
from tests.faults.crashable import crashable
from tests.faults.figures import Figures
from tests.faults.hurting import Run
from tests.faults.worker import BEHIND_THE_HORIZON
from tests.sizes import FAULTS, Size

LIMIT_SECONDS = 2.0
BACKLOG = 120
"""So few that the worker is never saturated: what is asked is whether it waits for the stranger, not how much it can do."""

_LAGS = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(l.xmin) - pg_xact_commit_timestamp(e.xmin))::float8 AS lag
FROM attune.event e JOIN attune.fault_ledger l USING (tenant_id, event_id)
WHERE pg_xact_commit_timestamp(e.xmin) BETWEEN $1 AND $2
"""


async def lags_beside_an_open_transaction(
    servers: Servers, vault: Vault, folder: Path, seed: int, *, seconds: float, bug: str | None = None
) -> Sequence[float]:
    """Seconds from the commit of an event to that of each of its effects, for what was committed while a transaction
    elsewhere stayed open. PostgreSQL itself stamps the commits, by one clock."""
    async with crashable(folder / "postgres", servers) as server:
        await server.configure(track_commit_timestamp="on")
        run = Run(server.installation, folder, seed, bug=bug, backlog=BACKLOG)
        async with run.writing(vault):
            watching = await asyncpg.connect(server.installation.superuser_url)
            await run.has_worker_at_work(watching)
            elsewhere = await asyncpg.connect(server.installation.servers.superuser_url)
            await elsewhere.execute(
                "BEGIN; CREATE TEMPORARY TABLE forgotten (id int); INSERT INTO forgotten VALUES (1)"
            )
            began: Any = await watching.fetchval("SELECT clock_timestamp()")
            await asyncio.sleep(seconds)
            ended: Any = await watching.fetchval("SELECT clock_timestamp()")
            await elsewhere.close()
        await run.drain_and_judge()
        lags = [row["lag"] for row in await watching.fetch(_LAGS, began, ended)]
        await watching.close()
    return sorted(lags)


async def test_a_transaction_that_stays_open_elsewhere_does_not_hold_up_the_feed(
    servers: Servers, vault: Vault, tmp_path: Path, size: Size, seed: int, figures: Figures
) -> None:
    seconds = size.choose(short=2.0, full=60.0)
    lags = await lags_beside_an_open_transaction(servers, vault, tmp_path, seed, seconds=seconds)
    figures.show("open for", seconds, "s")
    figures.at_least("effects of events committed meanwhile", len(lags), size.choose(short=300, full=10_000))
    figures.show("commit to applied, median", lags[len(lags) // 2], "s")
    figures.at_most("commit to applied, p99", lags[len(lags) * 99 // 100], LIMIT_SECONDS, "s")
    figures.show("commit to applied, longest", lags[-1], "s")


@pytest.mark.skipif(FAULTS is Size.SHORT, reason="a lag of seconds takes a server and seconds: only in `make faults`")
async def test_a_planted_sequencer_that_waits_for_every_open_transaction_is_seen(
    servers: Servers, vault: Vault, tmp_path: Path, size: Size, seed: int, figures: Figures
) -> None:
    lags = await lags_beside_an_open_transaction(
        servers, vault, tmp_path, seed, seconds=2 * LIMIT_SECONDS, bug=BEHIND_THE_HORIZON
    )
    figures.at_least("commit to applied, longest", lags[-1], LIMIT_SECONDS, "s")
