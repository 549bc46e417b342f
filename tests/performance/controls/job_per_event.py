"""The usual worker: arq runs one job for each event, and each job opens a transaction and applies it.

The projection is the product's own, so only the way of working differs. Prints how many jobs ran, and in what time; enqueuing
is not counted, and nothing is polled that is not there.
"""

from __future__ import annotations

import asyncio
import json
import os
from time import perf_counter
from typing import Any, cast
from uuid import UUID

from arq import create_pool
from arq.connections import RedisSettings
from arq.worker import Worker, func

from attune.insights.projection import TEAM_DASHBOARD
from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.events import StoredEvent
from attune.kernel.projections import Batch
from attune.kernel.purposes import Purpose
from tests.performance.controls.statements import EVENTS

QUEUE = "one-job-per-event"


async def apply_event(context: dict[str, Any], shard: int, seq: int, tenant: str) -> None:
    database: Database = context["database"]
    async with database.write(None) as tx:
        await tx.enter(Context(UUID(tenant), WORKER, Purpose.INSIGHTS))
        # What keeps two jobs from deriving the same rows at once.
        await tx.fetch_value("SELECT pg_advisory_xact_lock($1)", shard)
        (row,) = await tx.fetch(EVENTS, shard, [seq], tx.tenant_id)
        await TEAM_DASHBOARD.apply(Batch(tx, 1, True, [StoredEvent(**row)]))


async def run(most: int) -> None:
    settings = RedisSettings.from_dsn(os.environ["REDIS_URL"])
    database = await Database.connect(os.environ["DATABASE_URL"])
    async with database.read(None) as tx:
        rows = await tx.fetch(
            "SELECT o.shard, o.seq, o.tenant_id FROM event_order o JOIN projection_cursor c"
            " ON c.projection = 'team_dashboard' AND c.generation = 1 AND c.shard = o.shard AND o.seq > c.seq"
            " ORDER BY o.seq LIMIT $1",
            most,
        )
    queue = await create_pool(settings, default_queue_name=QUEUE)
    for row in rows:
        await queue.enqueue_job("apply_event", row["shard"], row["seq"], str(row["tenant_id"]))
    worker = Worker(
        [func(cast(Any, apply_event), keep_result=0)],
        queue_name=QUEUE,
        redis_pool=queue,
        burst=True,
        poll_delay=0.01,
        handle_signals=False,
        ctx={"database": database},
    )
    started = perf_counter()
    await worker.main()
    seconds = perf_counter() - started
    print(json.dumps({"events": worker.jobs_complete, "failed": worker.jobs_failed, "seconds": seconds}))
    await database.close()


if __name__ == "__main__":
    asyncio.run(run(int(os.environ["MOST"])))
