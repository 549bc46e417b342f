"""Loads: tell of episodes that ended without another conversation."""

from __future__ import annotations

from attune.fatigue.service import announce_due_clears
from attune.kernel.db import Database
from attune_worker.cron import in_each_organisation


async def announce_clears(database: Database) -> int:
    """How many were told of."""
    return await in_each_organisation(database, announce_due_clears)
