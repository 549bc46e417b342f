"""The edge owns the transaction: a change and its event are one commit, and a settings leak is impossible."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import pytest

from attune.kernel.context import OPERATOR, Context
from attune.kernel.db import Database, DatabaseBusy, DatabaseUnavailable, TransactionRolledBack
from attune.kernel.events import Event
from attune.kernel.ids import new_id, shard_of
from attune.kernel.purposes import Purpose
from attune.kernel.roles import LoginRole
from attune.kernel.transactions import begin_statement
from tests.conftest import Installation, Organisation


class SampleTaken(Event, kind="sample.taken", target="sample"):
    """An event for these tests."""

    number: int


async def count_events(database: Database, organisation: Organisation, target_id: UUID) -> int:
    async with database.read(organisation.context()) as tx:
        return int(
            await tx.fetch_value(
                "SELECT count(*) FROM event WHERE tenant_id = $1 AND target_id = $2", tx.tenant_id, target_id
            )
        )


async def test_an_event_is_committed_with_its_change(database: Database, organisation: Organisation) -> None:
    target_id = new_id()
    async with database.write(organisation.context(Purpose.COACHING)) as tx:
        tx.record(SampleTaken(target_id=target_id, concerns=new_id(), version=3, number=7))
    async with database.read(organisation.context()) as tx:
        row = await tx.fetch_row("SELECT * FROM event WHERE tenant_id = $1 AND target_id = $2", tx.tenant_id, target_id)
    assert row is not None
    assert (row["kind"], row["version"], row["data"], row["purpose"]) == ("sample.taken", 3, {"number": 7}, "coaching")
    assert row["actor_kind"] == "operator"


async def test_an_exception_leaves_neither_change_nor_event(database: Database, organisation: Organisation) -> None:
    target_id = new_id()
    with pytest.raises(LookupError):
        async with database.write(organisation.context()) as tx:
            tx.record(SampleTaken(target_id=target_id, number=1))
            raise LookupError
    assert await count_events(database, organisation, target_id) == 0


async def test_a_cancelled_request_leaves_nothing_and_returns_its_connection(
    installation: Installation, organisation: Organisation
) -> None:
    target_id = new_id()
    async with installation.database(LoginRole.API, max_size=1) as database:
        started = asyncio.Event()

        async def work() -> None:
            async with database.write(organisation.context()) as tx:
                tx.record(SampleTaken(target_id=target_id, number=1))
                await tx.flush()
                started.set()
                await tx.fetch_value("SELECT pg_sleep(30)")

        task = asyncio.create_task(work())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await count_events(database, organisation, target_id) == 0
        assert database.in_use == 0


async def test_a_swallowed_error_is_not_taken_for_a_commit(database: Database, organisation: Organisation) -> None:
    with pytest.raises(TransactionRolledBack):
        async with database.write(organisation.context()) as tx:
            with pytest.raises(asyncpg.UndefinedTableError):
                await tx.execute("SELECT * FROM no_such_table")


async def test_a_statement_that_outlives_its_time_says_busy_and_not_unreachable(
    database: Database, organisation: Organisation
) -> None:
    with pytest.raises(DatabaseBusy):
        async with database.write(organisation.context()) as tx:
            await tx.execute("SET LOCAL statement_timeout = '5ms'")
            await tx.execute("SELECT pg_sleep(20)")


async def test_a_savepoint_undoes_its_own_changes_and_events_only(
    database: Database, organisation: Organisation
) -> None:
    kept, undone = new_id(), new_id()
    async with database.write(organisation.context()) as tx:
        tx.record(SampleTaken(target_id=kept, number=1))
        with pytest.raises(LookupError):
            async with tx.savepoint():
                tx.record(SampleTaken(target_id=undone, number=2))
                raise LookupError
    assert await count_events(database, organisation, kept) == 1
    assert await count_events(database, organisation, undone) == 0


async def test_a_repeated_append_under_one_event_id_is_a_no_op(database: Database, organisation: Organisation) -> None:
    target_id, event_id = new_id(), new_id()
    for _ in range(3):
        async with database.write(organisation.context()) as tx:
            tx.record(SampleTaken(target_id=target_id, number=1), event_id=event_id)
    assert await count_events(database, organisation, target_id) == 1


async def test_two_writers_of_one_version_of_a_stream_cannot_both_commit(
    database: Database, organisation: Organisation
) -> None:
    target_id = new_id()
    async with database.write(organisation.context()) as tx:
        tx.record(SampleTaken(target_id=target_id, version=1, number=1))
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.write(organisation.context()) as tx:
            tx.record(SampleTaken(target_id=target_id, version=1, number=2))


async def test_a_read_transaction_cannot_write(database: Database, organisation: Organisation) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with database.read(organisation.context()) as tx:
            await tx.fetch("UPDATE person SET display_name = 'x'")


async def test_settings_end_with_their_transaction(installation: Installation, organisation: Organisation) -> None:
    async with installation.database(LoginRole.API, max_size=1) as database:
        async with database.read(organisation.context(Purpose.INSIGHTS)) as tx:
            assert await tx.fetch_value("SELECT attune.tenant()") == organisation.tenant_id
        async with database.read(None) as tx:
            assert await tx.fetch_value("SELECT attune.tenant()") is None
            assert await tx.fetch_value("SELECT attune.purpose()") is None
            assert await tx.fetch("SELECT * FROM event") == []


async def test_one_organisation_cannot_write_into_another(
    database: Database, organisation: Organisation, other_organisation: Organisation
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.write(organisation.context()) as tx:
            await tx.execute(
                "INSERT INTO team (tenant_id, id, name) VALUES ($1, $2, 'theirs')",
                other_organisation.tenant_id,
                new_id(),
            )


@pytest.mark.parametrize("role", [LoginRole.API, LoginRole.WORKER])
@pytest.mark.parametrize("statement", ["UPDATE event SET kind = 'x'", "DELETE FROM event", "TRUNCATE event"])
async def test_no_running_role_can_change_the_event_log(
    installation: Installation, organisation: Organisation, role: LoginRole, statement: str
) -> None:
    async with installation.database(role) as database:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.write(organisation.context()) as tx:
                await tx.execute(statement)


async def test_not_even_the_owner_changes_the_event_log(
    migrator_database: Database, organisation: Organisation
) -> None:
    for statement in ("UPDATE event SET kind = 'x'", "DELETE FROM event", "DELETE FROM event_order"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with migrator_database.write(organisation.context()) as tx:
                await tx.execute(statement)


async def test_a_full_pool_says_so_in_time(installation: Installation, organisation: Organisation) -> None:
    async with installation.database(LoginRole.API, max_size=1, acquire_timeout=0.05) as database:
        async with database.read(organisation.context()):
            with pytest.raises(DatabaseBusy):
                async with database.read(organisation.context()):
                    pass
        await database.ping()


async def test_a_connection_cut_in_the_middle_is_a_clear_refusal(
    installation: Installation, organisation: Organisation
) -> None:
    target_id = new_id()
    async with installation.database(LoginRole.API, max_size=1) as database:
        with pytest.raises(DatabaseUnavailable):
            async with database.write(organisation.context()) as tx:
                tx.record(SampleTaken(target_id=target_id, number=1))
                backend = await tx.fetch_value("SELECT pg_backend_pid()")
                superuser = await asyncpg.connect(installation.superuser_url)
                await superuser.execute("SELECT pg_terminate_backend($1)", backend)
                await superuser.close()
                await tx.fetch_value("SELECT 1")
        assert await count_events(database, organisation, target_id) == 0


async def test_after_each_commit_with_events_the_shard_is_told(
    installation: Installation, organisation: Organisation
) -> None:
    woken: list[int] = []
    async with installation.database(LoginRole.API) as database:
        database.on_events = woken.append
        async with database.write(organisation.context()):
            pass
        assert woken == []
        async with database.write(organisation.context()) as tx:
            tx.record(SampleTaken(target_id=new_id(), number=1))
    assert woken == [shard_of(organisation.tenant_id)]


def test_begin_is_built_from_ids_and_enums_alone() -> None:
    context = Context(UUID(int=1), OPERATOR, Purpose.COACHING, api_key_id=UUID(int=2))
    assert begin_statement(context, read_only=True) == (
        "BEGIN READ ONLY; SET LOCAL attune.tenant = '00000000-0000-0000-0000-000000000001';"
        " SET LOCAL attune.purpose = 'coaching';"
        " SELECT attune.require_live_key('00000000-0000-0000-0000-000000000002')"
    )
    with pytest.raises(ValueError, match="not a valid Purpose"):
        begin_statement(Context(UUID(int=1), OPERATOR, "x'; DROP TABLE event; --"), read_only=True)  # type: ignore[arg-type]  # what must not be possible


async def test_an_error_that_has_no_other_name_leaves_as_itself(database: Database, organisation: Organisation) -> None:
    target_id = new_id()
    async with database.write(organisation.context()) as tx:
        tx.record(SampleTaken(target_id=target_id, version=1, number=1))
    with pytest.raises(asyncpg.UniqueViolationError) as raised:
        async with database.write(organisation.context()) as tx:
            tx.record(SampleTaken(target_id=target_id, version=1, number=2))
    # An error that is its own cause would send whoever follows causes round in circles.
    assert raised.value.__cause__ is not raised.value
