"""Every table, view, key, function and grant is held to the walls; a planted hole in each turns its question red."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from tests.architecture import catalogue
from tests.conftest import Installation

Question = Callable[[asyncpg.Connection], Awaitable[list[str]]]


@pytest.fixture
async def superuser(installation: Installation) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose changes are always undone."""
    connection = await asyncpg.connect(installation.superuser_url)
    change = connection.transaction()
    await change.start()
    yield connection
    await change.rollback()
    await connection.close()


@pytest.mark.parametrize("question", catalogue.QUESTIONS, ids=lambda question: question.__name__)
async def test_the_catalogue_holds_no_offender(superuser: asyncpg.Connection, question: Question) -> None:
    assert await question(superuser) == []


PLANTED: list[tuple[Question, str]] = [
    (catalogue.tables_without_forced_security, "CREATE TABLE attune.hole (tenant_id uuid PRIMARY KEY)"),
    (catalogue.tables_without_forced_security, "ALTER TABLE attune.signal NO FORCE ROW LEVEL SECURITY"),
    (catalogue.tables_not_owned_by_the_owner, "ALTER TABLE attune.person OWNER TO attune_api"),
    (catalogue.tables_whose_policy_ignores_the_tenant, "DROP POLICY tenant ON attune.customer"),
    (catalogue.permissive_policies_that_open_a_table, "CREATE POLICY all_in ON attune.signal USING (true)"),
    (
        catalogue.grants_beyond_the_policies,
        "CREATE TABLE attune.parted (tenant_id uuid NOT NULL) PARTITION BY HASH (tenant_id);"
        "CREATE TABLE attune.child PARTITION OF attune.parted FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
        "GRANT SELECT ON attune.child TO attune_api",
    ),
    (catalogue.grants_beyond_the_policies, "GRANT UPDATE ON attune.event TO attune_worker"),
    (catalogue.views_with_their_owners_rights, "CREATE VIEW attune.peep AS SELECT * FROM attune.signal"),
    (catalogue.keys_without_tenant, "CREATE UNIQUE INDEX hole_key ON attune.customer (id)"),
    (
        catalogue.foreign_keys_without_tenant,
        "CREATE UNIQUE INDEX x ON attune.team (id); ALTER TABLE attune.person ADD CONSTRAINT hole FOREIGN KEY (team_id)"
        " REFERENCES attune.team (id)",
    ),
    (
        catalogue.functions_with_loose_rights,
        "CREATE FUNCTION attune.climb() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    ),
    (catalogue.roles_that_could_climb, "GRANT attune_owner TO attune_api"),
]


@pytest.mark.parametrize(("question", "hole"), PLANTED)
async def test_a_planted_hole_is_found(superuser: asyncpg.Connection, question: Question, hole: str) -> None:
    await superuser.execute(hole)
    assert await question(superuser)
