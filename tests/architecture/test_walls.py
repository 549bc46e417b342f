"""Every table, view, key, function and grant is held to the walls; a planted hole in each turns its question red."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.architecture import catalogue, catalogue_rights
from tests.architecture.holes import RIGHTS, TABLES, Question
from tests.conftest import Installation, Organisation

QUESTIONS = (*catalogue.QUESTIONS, *catalogue_rights.QUESTIONS)
HOLES = [*TABLES, *RIGHTS]


@pytest.fixture
async def superuser(installation: Installation) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose changes are always undone."""
    connection = await asyncpg.connect(installation.superuser_url)
    change = connection.transaction()
    await change.start()
    yield connection
    await change.rollback()
    await connection.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
async def test_the_catalogue_holds_no_offender(superuser: asyncpg.Connection, question: Question) -> None:
    assert await question(superuser) == []


@pytest.mark.parametrize(("question", "offender", "hole"), HOLES)
async def test_a_planted_hole_is_found(
    superuser: asyncpg.Connection, question: Question, offender: str, hole: str
) -> None:
    await superuser.execute(hole)
    assert offender in await question(superuser)


def test_every_question_has_its_hole() -> None:
    assert {question.__name__ for question, _, _ in HOLES} == {question.__name__ for question in QUESTIONS}


async def rows_its_owner_sees(connection: asyncpg.Connection, table: str) -> int:
    """How much of a table its own owner sees who acts for no organisation."""
    statement = await connection.fetchval("SELECT format('SELECT count(*) FROM attune.%I', $1::text)", table)
    await connection.execute("SET LOCAL ROLE attune_owner")
    seen = int(await connection.fetchval(statement))
    await connection.execute("RESET ROLE")
    return seen


async def test_not_even_the_owner_sees_a_row_without_an_organisation(
    superuser: asyncpg.Connection, organisation: Organisation
) -> None:
    walled = await superuser.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'attune'::regnamespace AND relforcerowsecurity"
    )
    assert len(walled) >= 30
    assert [row[0] for row in walled if await rows_its_owner_sees(superuser, row[0])] == []


@pytest.mark.parametrize("hole", ["NO FORCE", "DISABLE"])
async def test_the_owner_sees_everything_where_security_is_not_forced(
    superuser: asyncpg.Connection, organisation: Organisation, hole: str
) -> None:
    await superuser.execute(f"ALTER TABLE attune.organisation {hole} ROW LEVEL SECURITY")
    assert await rows_its_owner_sees(superuser, "organisation") >= 1
    assert await catalogue.tables_without_forced_security(superuser) == ["organisation"]
