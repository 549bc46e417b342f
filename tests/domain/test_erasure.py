"""Forgetting a customer: everything the receipt says, after a withdrawal too, and nothing of anybody else."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from attune.batches.model import ExternalRef, ItemStatus, Name
from attune.consent.model import Choice, ChoiceItem, ConsentMethod, Reason
from attune.consent.service import decide, list_decisions, record_choice
from attune.customers.errors import CustomerNotFound
from attune.customers.model import CustomerItem
from attune.customers.service import get_customer, hold_customers, upsert_customers
from attune.erasure.errors import ErasureIncomplete
from attune.erasure.model import Erased, Receipt
from attune.erasure.service import erase_customer
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Field, Vault
from tests.conftest import Installation, Organisation, new_organisation
from tests.domain.test_consent_gate import ROWS, choose, insert_emotional_rows, new_customer, visible

REMAINS = """
SELECT (SELECT count(*) FROM signal WHERE tenant_id = $1 AND customer_id = $2)
     + (SELECT count(*) FROM signal_reference WHERE tenant_id = $1 AND customer_id = $2)
     + (SELECT count(*) FROM emotional_context WHERE tenant_id = $1 AND customer_id = $2)
     + (SELECT count(*) FROM turn_text WHERE tenant_id = $1 AND customer_id = $2)
     + (SELECT count(*) FROM consent_record WHERE tenant_id = $1 AND customer_id = $2 AND evidence_sealed IS NOT NULL)
     + (SELECT count(*) FROM escalation WHERE tenant_id = $1 AND customer_id = $2 AND
         (what_happened_sealed <> '' OR promises_made_sealed IS NOT NULL OR next_step_sealed IS NOT NULL))
     + (SELECT count(*) FROM subject_key WHERE tenant_id = $1 AND subject_id = $2)
"""


async def furnish(database: Database, organisation: Organisation, vault: Vault) -> UUID:
    """A customer about whom there is one thing of every kind, and who withdrew every consent."""
    customer_id = await insert_emotional_rows(database, organisation, vault)
    async with database.write(organisation.context()) as tx:
        await tx.execute(
            "INSERT INTO signal_reference (tenant_id, external_source, external_id, signal_id, customer_id)"
            " VALUES ($1, 'crm', $2, $3, $4)",
            tx.tenant_id,
            str(new_id()),
            new_id(),
            customer_id,
        )
        refusal = ChoiceItem(
            customer=customer_id,
            purpose=Purpose.RESEARCH,
            choice=Choice.REFUSED,
            method=ConsentMethod.WEB_FORM,
            evidence="Please do not.",
        )
        await record_choice(tx, vault, refusal)
    return customer_id


async def erase(database: Database, organisation: Organisation, vault: Vault, customer_id: UUID) -> Receipt:
    async with database.write(organisation.context()) as tx:
        return await erase_customer(tx, vault, customer_id)


async def remains(database: Database, organisation: Organisation, customer_id: UUID) -> int:
    async with database.read(organisation.context(Purpose.RIGHTS)) as tx:
        return int(await tx.fetch_value(REMAINS, tx.tenant_id, customer_id))


async def events_of(database: Database, organisation: Organisation, customer_id: UUID) -> list[Any]:
    async with database.read(organisation.context()) as tx:
        return await tx.fetch(
            "SELECT kind, version, purpose, data FROM event WHERE tenant_id = $1 AND concerns = $2 ORDER BY pos",
            tx.tenant_id,
            customer_id,
        )


ALL = Erased(
    signals=ROWS["signal"],
    signal_references=1,
    emotional_contexts=ROWS["emotional_context"],
    turn_texts=ROWS["turn_text"],
    consent_evidence=1,
    escalations=1,
    keys=1,
)


class TestEraseCustomer:
    async def test_after_a_withdrawal_it_removes_what_the_receipt_says(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await furnish(database, organisation, vault)
        bystander = await furnish(database, organisation, vault)
        assert await remains(database, organisation, customer_id) == sum(asdict(ALL).values())

        receipt = await erase(database, organisation, vault, customer_id)

        assert receipt.counts == ALL
        assert receipt.consents_ended == 0
        assert await remains(database, organisation, customer_id) == 0
        assert await remains(database, organisation, bystander) == sum(asdict(ALL).values())
        async with database.read(organisation.context()) as tx:
            left = await get_customer(tx, customer_id)
        assert (left.external_source, left.external_id, left.locale) == (None, None, None)
        assert left.erased_at == receipt.erased_at
        event = (await events_of(database, organisation, customer_id))[-1]
        assert (event["kind"], event["version"], event["purpose"]) == ("customer.erased", left.version, None)
        assert event["data"] == asdict(ALL) | {"consents_ended": 0}

    async def test_consents_still_granted_end_so_that_nothing_new_can_be_recorded(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        await choose(database, organisation, vault, customer_id, Choice.GRANTED, Purpose.COACHING, Purpose.INSIGHTS)
        await choose(database, organisation, vault, customer_id, Choice.REFUSED, Purpose.RESEARCH)

        receipt = await erase(database, organisation, vault, customer_id)

        assert receipt.consents_ended == 2
        async with database.read(organisation.context()) as tx:
            held = await list_decisions(tx, customer_id)
        assert held[Purpose.COACHING].reason is held[Purpose.INSIGHTS].reason is Reason.WITHDRAWN
        assert held[Purpose.RESEARCH].reason is Reason.REFUSED
        kinds = [event["kind"] for event in await events_of(database, organisation, customer_id)]
        assert kinds[-3:] == ["consent.withdrawn", "consent.withdrawn", "customer.erased"]

    async def test_erasing_again_changes_nothing(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await furnish(database, organisation, vault)
        first = await erase(database, organisation, vault, customer_id)
        events = await events_of(database, organisation, customer_id)

        again = await erase(database, organisation, vault, customer_id)

        assert again == Receipt(customer_id=customer_id, erased_at=first.erased_at, counts=Erased(), consents_ended=0)
        assert await events_of(database, organisation, customer_id) == events

    async def test_what_was_sealed_before_opens_to_nobody(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        async with database.write(organisation.context()) as tx:
            sealed = (await vault.key_for(tx, customer_id)).seal(
                Field("escalation", "next_step", "1"), "Call on Monday"
            )

        await erase(database, organisation, vault, customer_id)

        assert sealed
        async with database.read(organisation.context()) as tx:
            assert await vault.existing_keys(tx, [customer_id]) == {}

    async def test_the_same_reference_is_a_new_customer_afterwards(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        item = CustomerItem(ref=ExternalRef("crm", "c1"), locale="nl-NL")
        async with database.write(organisation.context()) as tx:
            (before,) = await upsert_customers(tx, [item])
        await choose(database, organisation, vault, before.require(), Choice.GRANTED, Purpose.COACHING)
        await erase(database, organisation, vault, before.require())

        async with database.write(organisation.context()) as tx:
            (after,) = await upsert_customers(tx, [item])
            assert (await decide(tx, after.require(), Purpose.COACHING)).reason is Reason.NEVER_ASKED
        assert after.status is ItemStatus.CREATED
        assert after.id != before.id

    async def test_an_erased_customer_can_be_chosen_for_nothing(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        await erase(database, organisation, vault, customer_id)

        with pytest.raises(CustomerNotFound):
            await choose(database, organisation, vault, customer_id, Choice.GRANTED, Purpose.COACHING)
        async with database.write(organisation.context()) as tx:
            assert await hold_customers(tx, [customer_id]) == {}

    async def test_strangers_are_not_found(
        self, database: Database, organisation: Organisation, other_organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await furnish(database, organisation, vault)

        with pytest.raises(CustomerNotFound):
            await erase(database, other_organisation, vault, customer_id)
        with pytest.raises(CustomerNotFound):
            await erase(database, organisation, vault, new_id())
        assert await remains(database, organisation, customer_id) == sum(asdict(ALL).values())

    async def test_whoever_holds_the_customer_is_waited_for(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        async with database.write(organisation.context()) as tx:
            assert await hold_customers(tx, [customer_id]) == {customer_id: customer_id}
            erasing = asyncio.create_task(erase(database, organisation, vault, customer_id))
            await wait_until_blocked(database, organisation)
            await vault.key_for(tx, customer_id)

        assert (await erasing).counts.keys == 1, "what was added meanwhile is erased too"
        assert await remains(database, organisation, customer_id) == 0

    @pytest.mark.parametrize("by_reference", [True, False])
    async def test_whoever_comes_during_an_erasure_finds_nobody_after_it(
        self, database: Database, organisation: Organisation, vault: Vault, by_reference: bool
    ) -> None:
        async with database.write(organisation.context()) as tx:
            (made,) = await upsert_customers(tx, [CustomerItem(ref=ExternalRef("crm", "c1"))])
        name = ExternalRef("crm", "c1") if by_reference else made.require()
        async with database.write(organisation.context()) as tx:
            await erase_customer(tx, vault, made.require())
            holding = asyncio.create_task(hold(database, organisation, name))
            await wait_until_blocked(database, organisation)

        assert await holding == {}

    async def test_if_postgresql_lets_fewer_rows_go_nothing_is_erased(
        self, fresh_installation: Installation, vault: Vault
    ) -> None:
        async with (
            fresh_installation.database(LoginRole.MIGRATOR) as migrator,
            fresh_installation.database(LoginRole.API) as database,
        ):
            organisation = await new_organisation(migrator, vault)
            customer_id = await furnish(database, organisation, vault)
            connection = await asyncpg.connect(fresh_installation.url(LoginRole.MIGRATOR))
            await connection.execute(
                "SET ROLE attune_owner; DROP POLICY rights_to_delete ON attune.signal;"
                "CREATE POLICY rights_to_delete ON attune.signal AS RESTRICTIVE FOR DELETE USING (false)"
            )
            await connection.close()

            with pytest.raises(ErasureIncomplete):
                await erase(database, organisation, vault, customer_id)

            assert await remains(database, organisation, customer_id) == sum(asdict(ALL).values())
            assert sum((await visible(database, organisation, customer_id, None)).values()) == 0


async def hold(database: Database, organisation: Organisation, name: Name) -> dict[Name, UUID]:
    async with database.write(organisation.context()) as tx:
        return await hold_customers(tx, [name])


async def wait_until_blocked(database: Database, organisation: Organisation) -> None:
    """Until somebody in this database waits for a row."""
    async with asyncio.timeout(10):
        while True:
            async with database.read(organisation.context()) as tx:
                if await tx.fetch_value(
                    "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                    " WHERE NOT l.granted AND a.datname = current_database())"
                ):
                    return
            await asyncio.sleep(0)
