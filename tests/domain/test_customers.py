"""Customers: known by reference, taken over in batches, never twice."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from attune.batches.model import FROM_THE_START, ExternalRef, ItemResult, Position
from attune.customers import service
from attune.customers.errors import CustomerNotFound, CustomerUnknown
from attune.customers.model import Customer, CustomerItem
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from tests.conftest import Organisation


def ref(external_id: str) -> ExternalRef:
    return ExternalRef("crm", external_id)


def customer(external_id: str, locale: str | None = None) -> CustomerItem:
    return CustomerItem(ref=ref(external_id), locale=locale)


async def put(database: Database, organisation: Organisation, *items: CustomerItem, **how: Any) -> list[ItemResult]:
    async with database.write(organisation.context()) as tx:
        return await service.upsert_customers(tx, items, **how)


async def get(database: Database, organisation: Organisation, external_id: str) -> Customer:
    async with database.read(organisation.context()) as tx:
        return await service.get_customer_by_ref(tx, ref(external_id))


async def events_of(database: Database, organisation: Organisation, target_id: UUID) -> list[tuple[str, int | None]]:
    async with database.read(organisation.context()) as tx:
        rows = await tx.fetch(
            "SELECT kind, version, concerns FROM event WHERE tenant_id = $1 AND target_id = $2 ORDER BY pos",
            tx.tenant_id,
            target_id,
        )
    assert all(row["concerns"] == target_id for row in rows)
    return [(row["kind"], row["version"]) for row in rows]


def outcomes(results: list[ItemResult]) -> list[str]:
    return [result.problem.code if result.problem else result.status.value for result in results]


class TestUpsertCustomers:
    async def test_new_changed_and_unchanged(self, database: Database, organisation: Organisation) -> None:
        first = await put(database, organisation, customer("c1", "nl-NL"), customer("c2"))
        second = await put(database, organisation, customer("c1", "de-DE"), customer("c2"), customer("c3"))

        assert outcomes(first) == ["created", "created"]
        assert outcomes(second) == ["updated", "unchanged", "created"]
        assert [result.id for result in second[:2]] == [result.id for result in first]
        stored = await get(database, organisation, "c1")
        assert (stored.locale, stored.version) == ("de-DE", 2)
        assert await events_of(database, organisation, stored.id) == [("customer.created", 1), ("customer.updated", 2)]

    async def test_the_same_reference_twice_fails_the_second(
        self, database: Database, organisation: Organisation
    ) -> None:
        results = await put(database, organisation, customer("c1", "nl-NL"), customer("c1", "de-DE"))

        assert outcomes(results) == ["created", "duplicate_in_batch"]
        assert results[1].problem is not None
        assert results[1].problem.pointer == "/external_ref"

    async def test_a_dry_run_writes_nothing(self, database: Database, organisation: Organisation) -> None:
        results = await put(database, organisation, customer("c1"), customer("c1"), dry_run=True)

        assert outcomes(results) == ["created", "duplicate_in_batch"]
        assert results[0].id is None
        with pytest.raises(CustomerNotFound):
            await get(database, organisation, "c1")

    async def test_an_atomic_batch_with_a_failure_writes_nothing(
        self, database: Database, organisation: Organisation
    ) -> None:
        await put(database, organisation, customer("c3"))
        results = await put(
            database, organisation, customer("c1"), customer("c1"), customer("c3", "nl-NL"), atomic=True
        )

        assert outcomes(results) == ["not_applied", "duplicate_in_batch", "not_applied"]
        with pytest.raises(CustomerNotFound):
            await get(database, organisation, "c1")
        assert (await get(database, organisation, "c3")).locale is None

    async def test_the_same_customers_at_once_are_made_once(
        self, database: Database, organisation: Organisation
    ) -> None:
        items = [customer(f"c{number}") for number in range(30)]

        batches = await asyncio.gather(
            *(put(database, organisation, *(items if turn % 2 else reversed(items))) for turn in range(6))
        )

        assert sorted(outcome for batch in batches for outcome in outcomes(batch)) == (
            ["created"] * 30 + ["unchanged"] * 150
        )
        assert len({result.id for batch in batches for result in batch}) == 30

    async def test_organisations_do_not_notice_each_other(
        self, database: Database, organisation: Organisation, other_organisation: Organisation
    ) -> None:
        mine = await put(database, organisation, customer("c1"))
        theirs = await put(database, other_organisation, customer("c1"))

        assert outcomes(theirs) == ["created"]
        assert mine[0].id != theirs[0].id


class TestGetCustomer:
    async def test_by_id_and_reference_within_the_organisation_only(
        self, database: Database, organisation: Organisation, other_organisation: Organisation
    ) -> None:
        await put(database, organisation, customer("c1", "nl-NL"))
        stored = await get(database, organisation, "c1")

        async with database.read(organisation.context()) as tx:
            assert await service.get_customer(tx, stored.id) == stored
            with pytest.raises(CustomerNotFound):
                await service.get_customer(tx, new_id())
        async with database.read(other_organisation.context()) as tx:
            with pytest.raises(CustomerNotFound):
                await service.get_customer(tx, stored.id)
            with pytest.raises(CustomerNotFound):
                await service.get_customer_by_ref(tx, ref("c1"))


class TestListCustomers:
    async def test_pages_follow_the_last_change(self, database: Database, organisation: Organisation) -> None:
        await put(database, organisation, *(customer(f"c{number}") for number in range(5)))
        await put(database, organisation, customer("c0", "nl-NL"))

        async with database.read(organisation.context()) as tx:
            first = await service.list_customers(tx, after=FROM_THE_START, limit=3)
            rest = await service.list_customers(tx, after=Position(first[-1].updated_at, first[-1].id), limit=3)
            none = await service.list_customers(tx, after=Position.after_moment(rest[-1].updated_at), limit=3)

        assert len({one.id for one in first + rest}) == 5
        assert rest[-1].external_id == "c0"
        assert none == []


class TestHoldCustomers:
    async def test_names_become_ids(self, database: Database, organisation: Organisation) -> None:
        await put(database, organisation, customer("c1"))
        stored = await get(database, organisation, "c1")

        async with database.write(organisation.context()) as tx:
            assert await service.hold_customers(tx, [ref("c1"), stored.id, ref("c9"), new_id()]) == {
                ref("c1"): stored.id,
                stored.id: stored.id,
            }
            with pytest.raises(CustomerUnknown):
                await service.hold_customer(tx, ref("c9"), pointer="/customer_ref")
