"""The drain against one arq job per event, on the same projection, and how soon a commit shows on a dashboard."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any, Final

from attune.interactions.service import upsert_interactions
from attune.kernel.context import OPERATOR, Context
from attune.kernel.db import Database
from attune.kernel.ids import shard_of
from attune.kernel.roles import LoginRole
from attune.sentiment.service import record_signals
from tests.performance.bench import Bench
from tests.performance.load import write_requests
from tests.performance.requests import record_signals as signal_requests
from tests.performance.sending import BenchBroken
from tests.performance.stage import ROOT
from tests.performance.world import derive, new_conversations, signals_of

GROUP: Final = "worker"
RATE: Final = 200
OBSERVE_SECONDS: Final = 0.004


def measure(bench: Bench) -> None:
    """Events a second, and the lag at a steady rate."""
    asyncio.run(derive(bench.stage, bench.world.database))
    asyncio.run(_record_events(bench, bench.extent.backlog))
    drained = _run(bench, "tests.performance.drain_backlog", PROJECTIONS="one")
    asyncio.run(derive(bench.stage, bench.world.database))
    asyncio.run(_record_events(bench, bench.extent.backlog))
    all_drained = _run(bench, "tests.performance.drain_backlog", PROJECTIONS="all")
    asyncio.run(_record_events(bench, bench.extent.jobs))
    asyncio.run(_order_events(bench))
    jobs = _run(bench, "tests.performance.controls.job_per_event", MOST=str(bench.extent.jobs))
    if jobs["events"] < bench.extent.jobs or jobs["failed"]:
        raise BenchBroken(f"one job per event did {jobs}, of {bench.extent.jobs}")
    if min(drained["events"], all_drained["events"]) < bench.extent.backlog:
        raise BenchBroken(f"the drain did {drained} and {all_drained}, of {bench.extent.backlog}")
    ours, usual = drained["events"] / drained["seconds"], jobs["events"] / jobs["seconds"]
    bench.add(GROUP, "to one arq job per event, same projection", [ours / usual], "x", target=10)
    bench.add(GROUP, "drained into the dashboards", [ours], "events/s")
    bench.add(GROUP, "drained into all projections", [all_drained["events"] / all_drained["seconds"]], "events/s")
    bench.add(GROUP, "one arq job per event", [usual], "events/s")
    asyncio.run(derive(bench.stage, bench.world.database))
    _measure_lag(bench)


def _run(bench: Bench, module: str, **settings: str) -> dict[str, Any]:
    environment = {
        "DATABASE_URL": bench.stage.url(bench.world.database, LoginRole.WORKER),
        "REDIS_URL": bench.stage.redis_url,
    }
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env={**os.environ, **environment, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode != 0:
        raise BenchBroken(f"{module} failed: {done.stderr.strip()[-800:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


async def _record_events(bench: Bench, many: int) -> None:
    """New conversations with two signals each: three events that wait for their place and for the projections."""
    api = await Database.connect(bench.stage.url(bench.world.database, LoginRole.API))
    context, vault = Context(bench.world.tenant_id, OPERATOR), bench.stage.vault
    for start in range(0, many, 1500):
        talks = new_conversations(bench.world, min(500, -(-(many - start) // 3)))
        async with api.write(context) as tx:
            results = await upsert_interactions(tx, vault, talks)
            signals = signals_of(bench.world, talks, [each.require() for each in results])
            await record_signals(tx, vault, signals, author_id=None)
    await api.close()


async def _order_events(bench: Bench) -> None:
    from attune.kernel.sequencer import sequence

    worker = await Database.connect(bench.stage.url(bench.world.database, LoginRole.WORKER))
    while await sequence(worker, shard_of(bench.world.tenant_id)):
        pass
    await worker.close()


def _measure_lag(bench: Bench) -> None:
    api = bench.stage.start_api(bench.world.database)
    worker = bench.stage.start_worker(bench.world.database)
    lags = asyncio.run(_watch(bench, api.port))
    least = int(RATE * bench.extent.paced_seconds * 0.9)
    if len(lags) < least:
        raise BenchBroken(f"only {len(lags)} of {least} events were seen on their way")
    lags.sort()
    name = f"commit to dashboard at {RATE} events/s"
    bench.add(GROUP, f"{name}, p50", [lags[len(lags) // 2] * 1000], "ms", is_better_high=False)
    p99 = lags[int(len(lags) * 0.99)] * 1000
    bench.add(GROUP, f"{name}, p99", [p99], "ms", target=250, is_better_high=False)
    api.stop()
    worker.stop()


async def _watch(bench: Bench, port: int) -> list[float]:
    """Send at a steady rate from another process; when each event had been applied, by PostgreSQL's own clock."""
    many = int(RATE * bench.extent.paced_seconds)
    file = bench.folder / "paced"
    write_requests(file, signal_requests(bench.world, many))
    watching = await Database.connect(bench.stage.url(bench.world.database, LoginRole.WORKER))
    shard = shard_of(bench.world.tenant_id)
    seen: list[tuple[datetime, int]] = [await _look(watching, shard)]
    first = seen[0][1]
    sender = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.performance.pace", str(port), str(RATE), str(file), cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(bench.extent.paced_seconds + 60):
        while seen[-1][1] < first + many:
            await asyncio.sleep(OBSERVE_SECONDS)
            seen.append(await _look(watching, shard))
            if sender.returncode not in {None, 0}:
                break
    output, _ = await sender.communicate()
    if json.loads(output) != {"201": many}:
        raise BenchBroken(f"the paced load was answered {output.decode()}")
    lags = await _lags(watching, bench, shard, first, seen)
    await watching.close()
    return lags


async def _look(watching: Database, shard: int) -> tuple[datetime, int]:
    async with watching.read(None) as tx:
        row = await tx.fetch_row(
            "SELECT clock_timestamp() AS at, seq FROM projection_cursor"
            " WHERE projection = 'team_dashboard' AND generation = 1 AND shard = $1",
            shard,
        )
    assert row is not None, "the projection has a cursor"
    return row["at"], row["seq"]


async def _lags(
    watching: Database, bench: Bench, shard: int, first: int, seen: list[tuple[datetime, int]]
) -> list[float]:
    async with watching.read(Context(bench.world.tenant_id, OPERATOR)) as tx:
        rows = await tx.fetch(
            "SELECT o.seq, e.recorded_at FROM event_order o JOIN event e ON e.tenant_id = o.tenant_id AND e.pos = o.pos"
            " WHERE o.shard = $1 AND o.seq > $2 AND e.tenant_id = $3 ORDER BY o.seq",
            shard,
            first,
            tx.tenant_id,
        )
    lags: list[float] = []
    place = 0
    for row in rows:
        while place < len(seen) and seen[place][1] < row["seq"]:
            place += 1
        if place == len(seen):
            break
        lags.append((seen[place][0] - row["recorded_at"]) / timedelta(seconds=1))
    return lags
