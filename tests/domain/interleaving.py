"""Two organisations taking turns on a few connections, with everything going wrong that can: what each of them sees."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import asyncpg

from attune.kernel.db import Database, DatabaseBusy, TransactionRolledBack
from attune.kernel.ids import new_id
from attune.kernel.transactions import ReadTransaction
from tests.conftest import Organisation

AT_ONCE: Final = 12
"""Tasks that share the pool."""

SEEN: Final = "SELECT tenant_id FROM customer"
"""Forgets the organisation on purpose: only the setting of the transaction keeps the others' rows away."""


@dataclass
class Tally:
    """What was done, and what was seen that should not have been."""

    done: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    wrong: list[str] = field(default_factory=list)

    def see(self, what: str, tenant_id: UUID, seen: list[UUID]) -> None:
        """Rows that a transaction of an organisation saw: its own, and some."""
        self.rows += len(seen)
        foreign = [each for each in seen if each != tenant_id]
        if foreign:
            self.wrong.append(f"{what}: {len(foreign)} rows of {foreign[0]} seen by {tenant_id}")
        elif not seen:
            self.wrong.append(f"{what}: {tenant_id} did not see its own rows")


async def interleave(database: Database, organisations: list[Organisation], transactions: int, seed: int) -> Tally:
    """So many transactions of these organisations and of nobody, in a random order, each ending as chance has it."""
    tally, chance = Tally(), random.Random(seed)
    left = iter(range(transactions))

    async def work() -> None:
        for _ in left:
            (name,) = chance.choices(*zip(*sorted(SHARES.items()), strict=True))
            organisation = chance.choice(organisations)
            await TURNS[name](database, organisation, tally)
            tally.done[name] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    return tally


async def look(tx: ReadTransaction, what: str, tally: Tally) -> None:
    tally.see(what, tx.tenant_id, [row["tenant_id"] for row in await tx.fetch(SEEN)])


async def read(database: Database, organisation: Organisation, tally: Tally) -> None:
    async with database.read(organisation.context()) as tx:
        await look(tx, "a read", tally)
        if await tx.fetch_value("SELECT attune.tenant()") != tx.tenant_id:
            tally.wrong.append("a read has another organisation's setting")


async def write(database: Database, organisation: Organisation, tally: Tally) -> None:
    async with database.write(organisation.context()) as tx:
        rows = await tx.fetch("UPDATE customer SET updated_at = now() RETURNING tenant_id")
        tally.see("a write", tx.tenant_id, [row["tenant_id"] for row in rows])


async def raise_in_the_middle(database: Database, organisation: Organisation, tally: Tally) -> None:
    try:
        async with database.write(organisation.context()) as tx:
            await look(tx, "before an exception", tally)
            raise LookupError
    except LookupError:
        return


async def be_refused(database: Database, organisation: Organisation, tally: Tally) -> None:
    """Writes a row of an organisation that is nobody's."""
    try:
        async with database.write(organisation.context()) as tx:
            await look(tx, "before a refusal", tally)
            await tx.execute("INSERT INTO customer (tenant_id, id) VALUES ($1, $2)", new_id(), new_id())
    except asyncpg.InsufficientPrivilegeError:
        return
    tally.wrong.append("a write for another organisation was let through")


async def swallow_an_error(database: Database, organisation: Organisation, tally: Tally) -> None:
    try:
        async with database.write(organisation.context()) as tx:
            await look(tx, "before a swallowed error", tally)
            with suppress(asyncpg.DivisionByZeroError):
                await tx.execute("SELECT 1 / 0")
    except TransactionRolledBack:
        return
    tally.wrong.append("a transaction with a swallowed error was committed")


async def run_out_of_time(database: Database, organisation: Organisation, tally: Tally) -> None:
    try:
        async with database.write(organisation.context()) as tx:
            await look(tx, "before a timeout", tally)
            await tx.execute("SET LOCAL statement_timeout = '5ms'")
            await tx.execute("SELECT pg_sleep(20)")
    except DatabaseBusy:
        return
    tally.wrong.append("a statement outlived its time")


async def be_cancelled(database: Database, organisation: Organisation, tally: Tally) -> None:
    """The task ends in the middle of a statement."""
    sleeping = asyncio.Event()

    async def sleep() -> None:
        try:
            async with database.write(organisation.context()) as tx:
                await look(tx, "before a cancel", tally)
                sleeping.set()
                await tx.execute("SELECT pg_sleep(20)")
        finally:
            sleeping.set()

    task = asyncio.create_task(sleep())
    try:
        await sleeping.wait()
    finally:
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
    if not isinstance(ended, asyncio.CancelledError):
        tally.wrong.append(f"a cancelled statement ended as {ended!r}")


async def act_for_nobody(database: Database, organisation: Organisation, tally: Tally) -> None:
    async with database.read(None) as tx:
        seen = await tx.fetch(SEEN)
        setting = await tx.fetch_value("SELECT coalesce(attune.tenant()::text, '')")
    if seen or setting:
        tally.wrong.append(f"without a context: {len(seen)} rows, the setting is {setting!r}")


Turn = Callable[[Database, Organisation, Tally], Awaitable[None]]

TURNS: Final[dict[str, Turn]] = {
    turn.__name__: turn
    for turn in (
        read,
        write,
        raise_in_the_middle,
        be_refused,
        swallow_an_error,
        run_out_of_time,
        be_cancelled,
        act_for_nobody,
    )
}

SHARES: Final = dict.fromkeys(TURNS, 6) | {be_cancelled.__name__: 1}
"""A cancel travels on a connection of its own, which is slow through a pooler; it is enough that there are many."""
