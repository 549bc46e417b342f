"""What one transaction was told never reaches the next one on the same connection, however it ended.

`ATTUNE_TEST_FAULTS=full` runs 100,000 transactions of each kind of pool instead of 3,000; `ATTUNE_TEST_SEED` repeats a run.
"""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from attune.kernel.context import Context
from attune.kernel.db import Database, _Read, _Write
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from tests.conftest import Installation, Organisation, new_organisation
from tests.domain.interleaving import TURNS, Tally, interleave
from tests.pooler import needs_pooler, pooling
from tests.sizes import FAULTS
from tests.workplace import Workplace

TRANSACTIONS = FAULTS.choose(short=3_000, full=100_000)
PLANTED = 300
CUSTOMERS = 5

CONNECTIONS = 4
"""A third of the tasks: connections change hands all the time."""


@pytest.fixture
def seed() -> int:
    chosen = int(os.environ.get("ATTUNE_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"seed {chosen}")
    return chosen


@pytest.fixture
async def two(fresh_installation: Installation, vault: Vault) -> list[Organisation]:
    """Two organisations with a few customers each."""
    made = []
    async with (
        fresh_installation.database(LoginRole.MIGRATOR) as migrator,
        fresh_installation.database(LoginRole.API) as api,
    ):
        for _ in range(2):
            made.append(await new_organisation(migrator, vault))
            for number in range(CUSTOMERS):
                await Workplace(api, vault, made[-1]).add_customer(f"c-{number}")
    return made


def judge(tally: Tally, transactions: int) -> None:
    """Nothing foreign was seen, and enough was done to have seen it."""
    print(f"{tally.done.total()} transactions, {tally.rows} rows seen, {len(tally.wrong)} wrong: {dict(tally.done)}")
    assert tally.wrong == []
    assert tally.done.total() == transactions
    assert min(tally.done[turn] for turn in TURNS) >= transactions // 100
    assert tally.rows >= transactions


async def test_nothing_is_left_on_a_connection(
    fresh_installation: Installation, two: list[Organisation], seed: int
) -> None:
    async with fresh_installation.database(LoginRole.API, max_size=CONNECTIONS, acquire_timeout=30.0) as database:
        judge(await interleave(database, two, TRANSACTIONS, seed), TRANSACTIONS)
        assert database.in_use == 0


@asynccontextmanager
async def behind_a_pooler(installation: Installation, kind: type[Database] = Database) -> AsyncIterator[Database]:
    """Many client connections on few of PgBouncer's, as `ATTUNE_DATABASE_POOLER=transaction` opens them."""
    async with pooling(installation, connections=CONNECTIONS) as pooler:
        database = await kind.connect(
            pooler.url(LoginRole.API), max_size=2 * CONNECTIONS, acquire_timeout=30.0, prepared_statements=False
        )
        try:
            yield database
        finally:
            await database.close()


@needs_pooler
async def test_nothing_is_left_on_a_connection_of_pgbouncers(
    fresh_installation: Installation, two: list[Organisation], seed: int
) -> None:
    async with behind_a_pooler(fresh_installation) as database:
        judge(await interleave(database, two, TRANSACTIONS, seed), TRANSACTIONS)
        assert database.in_use == 0


async def set_for_the_session(connection: asyncpg.Connection, context: Context | None) -> asyncpg.Connection:
    """The bug: the setting outlives its transaction."""
    if context is not None:
        await connection.execute(f"SET attune.tenant = '{context.tenant_id}'")
    return connection


class _ForgetfulRead(_Read):
    async def _open(self, *, read_only: bool) -> Any:
        return await set_for_the_session(await super()._open(read_only=read_only), self._context)


class _ForgetfulWrite(_Write):
    async def _open(self, *, read_only: bool) -> Any:
        return await set_for_the_session(await super()._open(read_only=read_only), self._context)


class Forgetful(Database):
    """Says SET where it has to say SET LOCAL."""

    def read(self, context: Context | None) -> _Read:
        return _ForgetfulRead(self, context)

    def write(self, context: Context | None) -> _Write:
        return _ForgetfulWrite(self, context)


def assert_red(tally: Tally) -> None:
    assert any(wrong.startswith("without a context") for wrong in tally.wrong), tally.wrong[:3]
    with pytest.raises(AssertionError):
        judge(tally, PLANTED)


async def test_a_setting_of_the_session_is_found(
    fresh_installation: Installation, two: list[Organisation], seed: int
) -> None:
    database = await Forgetful.connect(fresh_installation.url(LoginRole.API), max_size=CONNECTIONS, acquire_timeout=30)
    try:
        assert_red(await interleave(database, two, PLANTED, seed))
    finally:
        await database.close()


@needs_pooler
async def test_a_setting_of_the_session_is_found_behind_pgbouncer(
    fresh_installation: Installation, two: list[Organisation], seed: int
) -> None:
    async with behind_a_pooler(fresh_installation, Forgetful) as database:
        assert_red(await interleave(database, two, PLANTED, seed))


async def test_without_row_level_security_the_foreign_rows_are_seen(
    fresh_installation: Installation, two: list[Organisation], seed: int
) -> None:
    superuser = await asyncpg.connect(fresh_installation.superuser_url)
    try:
        await superuser.execute("ALTER TABLE attune.customer DISABLE ROW LEVEL SECURITY")
    finally:
        await superuser.close()
    async with fresh_installation.database(LoginRole.API, max_size=CONNECTIONS, acquire_timeout=30.0) as database:
        tally = await interleave(database, two, PLANTED, seed)
    assert any("rows of" in wrong for wrong in tally.wrong)
    assert_red(tally)
