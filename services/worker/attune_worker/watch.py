"""Measures what only PostgreSQL knows: how much is still to be read, and how much was set aside."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Final

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.rounds import ORDER, count_dead_letters, list_ages, list_backlogs, list_organisations
from attune_worker.resilience import passes, wait
from attune_worker.telemetry import Measures

SECONDS_BETWEEN: Final = 15.0
ROUNDS_BETWEEN_DEAD_LETTERS: Final = 4


async def watch_backlog(database: Database, measures: Measures, stopping: asyncio.Event) -> None:
    """Measure until told to stop; dead letters more seldom, since they are counted organisation by organisation."""
    turn = 0
    while not stopping.is_set():
        try:
            backlogs = await list_backlogs(database)
            ages = await list_ages(database)
            for projection, events in backlogs.items():
                measures.backlog(projection, events)
                measures.age(projection, ages.get(projection, 0.0))
            measures.age(ORDER, ages.get(ORDER, 0.0))
            if turn % ROUNDS_BETWEEN_DEAD_LETTERS == 0:
                counted = await _count_dead_letters(database)
                for projection in backlogs:
                    measures.dead_letters(projection, counted[projection])
        except Exception as error:
            if not passes(error):
                raise
        turn += 1
        await wait(stopping, SECONDS_BETWEEN)


async def _count_dead_letters(database: Database) -> Counter[str]:
    counted: Counter[str] = Counter()
    for tenant_id in await list_organisations(database):
        async with database.read(Context(tenant_id, WORKER)) as tx:
            counted.update(await count_dead_letters(tx))
    return counted
