"""The kernel's own tables: what has had its time is removed."""

from __future__ import annotations

from attune.kernel.db import Database
from attune.kernel.rounds import forget_idempotency_keys, forget_slots
from attune_worker.cron import in_each_organisation


async def remove_idempotency_keys(database: Database) -> int:
    """Keys older than a day may be used anew; how many were removed."""
    return await in_each_organisation(database, forget_idempotency_keys)


async def remove_slots(database: Database) -> int:
    """Slots of last week; how many were removed."""
    async with database.write(None) as tx:
        return await forget_slots(tx)
