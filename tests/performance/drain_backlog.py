"""Drains what waits for one projection with the product's own loop, and prints how many events, and in what time."""

from __future__ import annotations

import asyncio
import json
import os
from time import perf_counter

import uvloop

from attune.insights.projection import TEAM_DASHBOARD
from attune.kernel.db import Database
from attune.projections import ALL
from attune_worker.drain import DrainLoop


async def run() -> None:
    database = await Database.connect(os.environ["DATABASE_URL"])
    wanted = [TEAM_DASHBOARD] if os.environ["PROJECTIONS"] == "one" else list(ALL)
    names = [projection.name for projection in wanted]

    async def applied() -> int:
        async with database.read(None) as tx:
            return int(
                await tx.fetch_value("SELECT sum(seq) FROM projection_cursor WHERE projection = ANY($1::text[])", names)
            )

    async def is_left() -> bool:
        async with database.read(None) as tx:
            waiting = await tx.fetch_value("SELECT count(*) FROM event_pending")
            ordered = await tx.fetch_value("SELECT sum(seq) FROM event_head")
        return bool(waiting) or await applied() < ordered * len(names)

    before = await applied()
    stopping = asyncio.Event()
    loop = DrainLoop(database, wanted, at_once=6)
    started = perf_counter()
    draining = asyncio.create_task(loop.run(stopping))
    while await is_left():  # noqa: ASYNC110  # PostgreSQL sets no event
        await asyncio.sleep(0.02)
    seconds = perf_counter() - started
    stopping.set()
    await draining
    print(json.dumps({"events": (await applied() - before) // len(names), "seconds": seconds}))
    await database.close()


if __name__ == "__main__":
    uvloop.run(run())
