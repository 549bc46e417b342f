"""Consents: tell of grants that have ended. PostgreSQL closed the gate at the instant itself."""

from __future__ import annotations

from attune.consent.service import expire_due
from attune.kernel.db import Database
from attune.kernel.rounds import read_clock
from attune.kernel.transactions import WriteTransaction
from attune_worker.cron import in_each_organisation


async def expire_consents(database: Database) -> int:
    """How many ended. Each transaction marks a limited number, so the round is repeated until nothing is due."""
    expired = 0
    while done := await in_each_organisation(database, _expire):
        expired += done
    return expired


async def _expire(tx: WriteTransaction) -> int:
    return await expire_due(tx, now=await read_clock(tx))
