"""The consent gate stands in PostgreSQL: raw SQL, as the API's own role, with tenant and purpose set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from attune.batches.model import ExternalRef
from attune.consent.model import Choice, ChoiceItem, ConsentMethod
from attune.consent.service import record_choice
from attune.customers.model import CustomerItem
from attune.customers.service import upsert_customers
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import CONSENTABLE, Purpose
from attune.kernel.roles import LoginRole
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Vault
from tests.conftest import Installation, Organisation, new_organisation

ROWS = {"signal": 3, "emotional_context": 1, "turn_text": 2}
"""How many rows of each gated table a test customer has."""

NEEDED_TO_WRITE = (Purpose.SERVICE_CONTACT, Purpose.QUALITY_REVIEW)

INSERT_SIGNAL = """
INSERT INTO signal (tenant_id, id, customer_id, measure, moment, value, original_value, scale_min, scale_max, tags,
                    source, modality, observed_at, expires_at)
VALUES ($1, $2, $3, 'emotion_intensity', 'before', 0.5, 4, 1, 5, '{}', 'self_report', 'stated', now(), $4)
"""

INSERT_CONTEXT = """
INSERT INTO emotional_context (tenant_id, escalation_id, customer_id, observed_intensity, stated_emotion_sealed)
VALUES ($1, $2, $3, 3, 'sealed')
"""

INSERT_TEXT = """
INSERT INTO turn_text (tenant_id, interaction_id, position, customer_id, text_sealed) VALUES ($1, $2, $3, $4, 'sealed')
"""


async def new_customer(database: Database, organisation: Organisation) -> UUID:
    async with database.write(organisation.context()) as tx:
        (result,) = await upsert_customers(tx, [CustomerItem(ref=ExternalRef("crm", str(new_id())))])
    return result.require()


async def choose(
    database: Database,
    organisation: Organisation,
    vault: Vault,
    customer_id: UUID,
    choice: Choice,
    *purposes: Purpose,
    expires_at: datetime | None = None,
    effective_at: datetime | None = None,
) -> None:
    async with database.write(organisation.context()) as tx:
        for purpose in purposes:
            item = ChoiceItem(
                customer=customer_id,
                purpose=purpose,
                choice=choice,
                method=ConsentMethod.CUSTOMER_STATED,
                expires_at=expires_at,
                effective_at=effective_at,
            )
            await record_choice(tx, vault, item)


async def insert_ungated(tx: WriteTransaction, customer_id: UUID) -> tuple[UUID, UUID]:
    """An escalation and an interaction for the emotional rows to hang on; their ids."""
    escalation_id, interaction_id, person_id, team_id = new_id(), new_id(), new_id(), new_id()
    await tx.execute(
        "INSERT INTO person (tenant_id, id, display_name, status) VALUES ($1, $2, 'Ann', 'active')",
        tx.tenant_id,
        person_id,
    )
    await tx.execute("INSERT INTO team (tenant_id, id, name) VALUES ($1, $2, 'Support')", tx.tenant_id, team_id)
    await tx.execute(
        "INSERT INTO interaction (tenant_id, id, customer_id, person_id, channel, started_at, ended_at, handle_seconds)"
        " VALUES ($1, $2, $3, $4, 'chat', now(), now(), 60)",
        tx.tenant_id,
        interaction_id,
        customer_id,
        person_id,
    )
    await tx.execute(
        "INSERT INTO escalation (tenant_id, id, customer_id, team_id, severity, status, what_happened_sealed,"
        " next_step_sealed) VALUES ($1, $2, $3, $4, 'high', 'offered', 'sealed', 'sealed')",
        tx.tenant_id,
        escalation_id,
        customer_id,
        team_id,
    )
    return escalation_id, interaction_id


async def insert_emotional_rows(database: Database, organisation: Organisation, vault: Vault) -> UUID:
    """A customer with emotional rows in every gated table, who then withdrew every consent."""
    customer_id = await new_customer(database, organisation)
    await choose(database, organisation, vault, customer_id, Choice.GRANTED, *NEEDED_TO_WRITE)
    async with database.write(organisation.context()) as tx:
        escalation_id, interaction_id = await insert_ungated(tx, customer_id)
        for _ in range(ROWS["signal"]):
            await tx.execute(INSERT_SIGNAL, tx.tenant_id, new_id(), customer_id, None)
        await tx.execute(INSERT_CONTEXT, tx.tenant_id, escalation_id, customer_id)
        for position in range(ROWS["turn_text"]):
            await tx.execute(INSERT_TEXT, tx.tenant_id, interaction_id, position, customer_id)
    await choose(database, organisation, vault, customer_id, Choice.WITHDRAWN, *NEEDED_TO_WRITE)
    return customer_id


async def visible(
    database: Database, organisation: Organisation, customer_id: UUID, purpose: Purpose | None
) -> dict[str, int]:
    """How many of the customer's rows each gated table shows under a purpose."""
    shown = {}
    async with database.read(organisation.context(purpose)) as tx:
        for table in ROWS:
            shown[table] = await tx.fetch_value(f"SELECT count(*) FROM {table} WHERE customer_id = $1", customer_id)
    return shown


async def list_leaks(database: Database, organisation: Organisation, vault: Vault, other: Organisation) -> list[str]:
    """Where the gate shows what it must not, or hides what it must show. For each purpose: nothing before the grant,
    every row and only under that purpose after it, nothing after the withdrawal; nothing to another organisation."""
    customer_id = await insert_emotional_rows(database, organisation, vault)
    nothing = dict.fromkeys(ROWS, 0)
    declarable: list[Purpose | None] = [None, *sorted(CONSENTABLE)]
    leaks = []

    async def compare(moment: str, granted: Purpose | None) -> None:
        for purpose in declarable:
            shown = await visible(database, organisation, customer_id, purpose)
            if shown != (ROWS if purpose is not None and purpose is granted else nothing):
                leaks.append(f"{moment}, {purpose} shows {shown}")
            if await visible(database, other, customer_id, purpose) != nothing:
                leaks.append(f"{moment}, another organisation sees rows under {purpose}")

    for granted in sorted(CONSENTABLE):
        await compare(f"before {granted} is granted", None)
        await choose(database, organisation, vault, customer_id, Choice.GRANTED, granted)
        await compare(f"after {granted} is granted", granted)
        await choose(database, organisation, vault, customer_id, Choice.WITHDRAWN, granted)
        await compare(f"after {granted} is withdrawn", None)
    return leaks


class TestReading:
    async def test_rows_are_there_only_for_a_purpose_with_a_live_consent(
        self, database: Database, organisation: Organisation, other_organisation: Organisation, vault: Vault
    ) -> None:
        assert await list_leaks(database, organisation, vault, other_organisation) == []

    @pytest.mark.parametrize("table", sorted(ROWS))
    async def test_with_the_policy_dropped_the_same_check_goes_red(
        self, fresh_installation: Installation, vault: Vault, table: str
    ) -> None:
        connection = await asyncpg.connect(fresh_installation.url(LoginRole.MIGRATOR))
        try:
            await connection.execute(f"SET ROLE attune_owner; DROP POLICY consent_to_read ON attune.{table}")
        finally:
            await connection.close()

        async with (
            fresh_installation.database(LoginRole.MIGRATOR) as migrator,
            fresh_installation.database(LoginRole.API) as database,
        ):
            mine, other = await new_organisation(migrator, vault), await new_organisation(migrator, vault, "Other")
            leaks = await list_leaks(database, mine, vault, other)

        assert leaks, "without its policy the table leaks, and the check must say so"
        assert all(f"'{table}': {ROWS[table]}" in leak for leak in leaks)

    async def test_a_consent_past_its_end_shows_nothing_though_nobody_marked_it(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await insert_emotional_rows(database, organisation, vault)
        ended = datetime.now(UTC) - timedelta(minutes=1)
        await choose(
            database,
            organisation,
            vault,
            customer_id,
            Choice.GRANTED,
            Purpose.COACHING,
            effective_at=ended - timedelta(hours=1),
            expires_at=ended,
        )

        assert sum((await visible(database, organisation, customer_id, Purpose.COACHING)).values()) == 0

    async def test_without_a_tenant_there_are_no_rows(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        await insert_emotional_rows(database, organisation, vault)

        async with database.read(None) as tx:
            for table in ROWS:
                assert await tx.fetch_value(f"SELECT count(*) FROM {table}") == 0


class TestWriting:
    async def test_nothing_emotional_is_kept_without_the_consent_it_needs(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        async with database.write(organisation.context()) as tx:
            escalation_id, interaction_id = await insert_ungated(tx, customer_id)
        rows: dict[str, tuple[str, list[object]]] = {
            "signal": (INSERT_SIGNAL, [new_id(), customer_id, None]),
            "emotional_context": (INSERT_CONTEXT, [escalation_id, customer_id]),
            "turn_text": (INSERT_TEXT, [interaction_id, 0, customer_id]),
        }

        async def refused() -> set[str]:
            found = set()
            for table, (statement, arguments) in rows.items():
                try:
                    async with database.write(organisation.context()) as tx:
                        await tx.execute(statement, tx.tenant_id, *arguments)
                        raise RuntimeError("kept")
                except asyncpg.InsufficientPrivilegeError:
                    found.add(table)
                except RuntimeError:
                    pass
            return found

        assert await refused() == {"signal", "emotional_context", "turn_text"}
        await choose(database, organisation, vault, customer_id, Choice.GRANTED, Purpose.COACHING)
        assert await refused() == {"emotional_context", "turn_text"}, "a signal needs any live consent"
        await choose(database, organisation, vault, customer_id, Choice.GRANTED, Purpose.SERVICE_CONTACT)
        assert await refused() == {"turn_text"}
        await choose(database, organisation, vault, customer_id, Choice.GRANTED, Purpose.QUALITY_REVIEW)
        assert await refused() == set()

    async def test_only_rights_delete_and_they_do_so_after_a_withdrawal(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await insert_emotional_rows(database, organisation, vault)

        async def delete(purpose: Purpose | None) -> dict[str, int]:
            async with database.write(organisation.context(purpose)) as tx:
                return {
                    table: await tx.execute(f"DELETE FROM {table} WHERE customer_id = $1", customer_id)
                    for table in ROWS
                }

        for purpose in (None, *sorted(CONSENTABLE)):
            assert sum((await delete(purpose)).values()) == 0
        assert await delete(Purpose.RIGHTS) == ROWS
