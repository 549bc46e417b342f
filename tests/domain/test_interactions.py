"""Interactions: what a CRM hands over, and the words of turns, which stay only where the customer allows it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from attune.batches.model import FROM_THE_START, ExternalRef, Position
from attune.consent.model import Choice
from attune.customers.model import CustomerItem
from attune.customers.service import upsert_customers
from attune.erasure.service import erase_customer
from attune.interactions import service
from attune.interactions.errors import InteractionNotFound, InteractionUnknown
from attune.interactions.model import (
    Channel,
    Interaction,
    InteractionItem,
    InteractionResult,
    Speaker,
    Turn,
    TurnItem,
)
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.vault import Field, Vault
from attune.people.model import PersonItem, TeamItem
from attune.people.service import upsert_people, upsert_teams
from tests.conftest import Organisation
from tests.domain.test_consent_gate import choose

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

WORDS = (
    TurnItem(speaker=Speaker.CUSTOMER, text="Nobody told me it was cancelled.", spoken_at=START),
    TurnItem(speaker=Speaker.AGENT, text="That should not have happened. I am sorry."),
    TurnItem(speaker=Speaker.SYSTEM),
)


def crm(external_id: str) -> ExternalRef:
    return ExternalRef("crm", external_id)


def hris(external_id: str) -> ExternalRef:
    return ExternalRef("hris", external_id)


@dataclass(frozen=True)
class Centre:
    """A contact centre: customers c1 and c2, Ann of team chat, Bea of no team, and the empty team phone."""

    database: Database
    organisation: Organisation
    vault: Vault
    customer_id: UUID
    other_customer_id: UUID
    person_id: UUID
    team_id: UUID
    phone_id: UUID

    async def upsert(self, *items: InteractionItem, **how: Any) -> list[InteractionResult]:
        async with self.database.write(self.organisation.context()) as tx:
            return await service.upsert_interactions(tx, self.vault, items, **how)

    async def get(self, external_id: str) -> Interaction:
        async with self.database.read(self.organisation.context()) as tx:
            return await service.get_interaction_by_ref(tx, crm(external_id))

    async def turns(self, interaction_id: UUID) -> list[Turn]:
        async with self.database.read(self.organisation.context()) as tx:
            return await service.list_turns(tx, interaction_id)

    async def texts(self, interaction_id: UUID, purpose: Purpose = Purpose.QUALITY_REVIEW) -> list[str]:
        async with self.database.read(self.organisation.context(purpose)) as tx:
            rows = await tx.fetch(
                "SELECT customer_id, position, text_sealed FROM turn_text WHERE interaction_id = $1 ORDER BY position",
                interaction_id,
            )
            keys = await self.vault.existing_keys(tx, [row["customer_id"] for row in rows])
        return [
            keys[row["customer_id"]].open(
                Field("turn_text", "text_sealed", f"{interaction_id}:{row['position']}"), row["text_sealed"]
            )
            for row in rows
        ]

    async def allow(self, choice: Choice = Choice.GRANTED) -> None:
        await choose(self.database, self.organisation, self.vault, self.customer_id, choice, Purpose.QUALITY_REVIEW)

    async def events(self, interaction_id: UUID) -> list[Any]:
        async with self.database.read(self.organisation.context()) as tx:
            return await tx.fetch(
                "SELECT kind, version, concerns, data FROM event WHERE tenant_id = $1 AND target_id = $2 ORDER BY pos",
                tx.tenant_id,
                interaction_id,
            )


@pytest.fixture
async def centre(database: Database, organisation: Organisation, vault: Vault) -> Centre:
    async with database.write(organisation.context()) as tx:
        customers = await upsert_customers(tx, [CustomerItem(ref=crm("c1")), CustomerItem(ref=crm("c2"))])
        teams = await upsert_teams(tx, [TeamItem(ref=hris("chat"), name="Chat"), TeamItem(ref=hris("phone"), name="P")])
        people = await upsert_people(
            tx,
            [
                PersonItem(ref=hris("ann"), display_name="Ann", team_ref=hris("chat")),
                PersonItem(ref=hris("bea"), display_name="Bea"),
            ],
            is_administrator=False,
        )
    return Centre(
        database,
        organisation,
        vault,
        customers[0].require(),
        customers[1].require(),
        people[0].require(),
        teams[0].require(),
        teams[1].require(),
    )


def conversation(external_id: str = "i1", **changes: Any) -> InteractionItem:
    item = InteractionItem(
        ref=crm(external_id),
        customer=crm("c1"),
        person=hris("ann"),
        channel=Channel.CHAT,
        queue="cancellations",
        locale="nl-NL",
        started_at=START,
        ended_at=START + timedelta(minutes=9),
        handle_seconds=500,
    )
    return replace(item, **changes)


def outcomes(results: list[InteractionResult]) -> list[str]:
    return [result.problem.code if result.problem else result.status.value for result in results]


class TestUpsertInteractions:
    async def test_a_conversation_counts_for_the_persons_team(self, centre: Centre) -> None:
        (result,) = await centre.upsert(conversation())

        stored = await centre.get("i1")
        assert (result.status, result.id) == ("created", stored.id)
        assert (stored.customer_id, stored.person_id, stored.team_id) == (
            centre.customer_id,
            centre.person_id,
            centre.team_id,
        )
        (event,) = await centre.events(stored.id)
        assert (event["kind"], event["version"], event["concerns"]) == ("interaction.recorded", 1, centre.customer_id)
        assert event["data"] == {
            "person_id": str(centre.person_id),
            "team_id": str(centre.team_id),
            "channel": "chat",
            "ended_at": (START + timedelta(minutes=9)).isoformat(),
        }

    async def test_a_named_team_goes_before_the_persons(self, centre: Centre) -> None:
        await centre.upsert(conversation(team=hris("phone")), conversation("i2", person=hris("bea")))

        assert (await centre.get("i1")).team_id == centre.phone_id
        assert (await centre.get("i2")).team_id is None

    async def test_ids_name_as_well_as_references(self, centre: Centre) -> None:
        results = await centre.upsert(
            conversation(customer=centre.customer_id, person=centre.person_id, team=centre.phone_id)
        )

        assert outcomes(results) == ["created"]
        assert (await centre.get("i1")).team_id == centre.phone_id

    async def test_whoever_is_not_known_fails_the_item_with_a_pointer(self, centre: Centre) -> None:
        results = await centre.upsert(
            conversation("i1", customer=crm("nobody")),
            conversation("i2", customer=new_id()),
            conversation("i3", person=hris("nobody")),
            conversation("i4", person=new_id()),
            conversation("i5", team=hris("nowhere")),
            conversation("i6", ended_at=START - timedelta(seconds=1)),
            conversation("i7"),
            conversation("i7"),
        )

        assert [(result.problem.code, result.problem.pointer) if result.problem else None for result in results] == [
            ("customer_unknown", "/customer_ref"),
            ("customer_unknown", "/customer_id"),
            ("person_unknown", "/person_ref"),
            ("person_unknown", "/person_id"),
            ("team_unknown", "/team_ref"),
            ("ends_before_start", "/ended_at"),
            None,
            ("duplicate_in_batch", "/external_ref"),
        ]

    async def test_a_rerun_changes_nothing(self, centre: Centre) -> None:
        await centre.allow()
        items = [conversation("i1", turns=WORDS), conversation("i2", turns=())]
        first = await centre.upsert(*items)
        before = await centre.get("i1")

        second = await centre.upsert(*items)

        assert outcomes(second) == ["unchanged", "unchanged"]
        assert [result.id for result in second] == [result.id for result in first]
        assert (second[0].texts_kept, second[0].texts_dropped) == (2, 0)
        assert await centre.get("i1") == before
        assert len(await centre.events(before.id)) == 1

    async def test_a_correction_is_a_new_version_and_one_event(self, centre: Centre) -> None:
        await centre.upsert(conversation())
        before = await centre.get("i1")

        results = await centre.upsert(conversation(person=hris("bea"), queue=None, handle_seconds=60))

        after = await centre.get("i1")
        assert outcomes(results) == ["updated"]
        assert (after.queue, after.handle_seconds, after.team_id, after.version) == (None, 60, None, 2)
        assert after.updated_at > before.updated_at
        assert [(event["kind"], event["version"]) for event in await centre.events(after.id)] == [
            ("interaction.recorded", 1),
            ("interaction.corrected", 2),
        ]

    async def test_a_rerun_after_the_person_moved_team_does_not_move_the_past(self, centre: Centre) -> None:
        await centre.upsert(conversation())
        async with centre.database.write(centre.organisation.context()) as tx:
            moved = PersonItem(ref=hris("ann"), display_name="Ann", team_ref=hris("phone"))
            await upsert_people(tx, [moved], is_administrator=False)

        assert outcomes(await centre.upsert(conversation())) == ["unchanged"]
        assert (await centre.get("i1")).team_id == centre.team_id

    async def test_a_conversation_does_not_become_another_customers(self, centre: Centre) -> None:
        await centre.upsert(conversation())

        results = await centre.upsert(conversation(customer=crm("c2"), turns=WORDS), conversation("i2"))

        assert outcomes(results) == ["customer_cannot_change", "created"]
        stored = await centre.get("i1")
        assert (stored.customer_id, stored.version) == (centre.customer_id, 1)
        assert await centre.turns(stored.id) == []

    async def test_an_erased_customers_conversation_is_not_given_to_their_next_self(self, centre: Centre) -> None:
        await centre.upsert(conversation())
        async with centre.database.write(centre.organisation.context()) as tx:
            await erase_customer(tx, centre.vault, centre.customer_id)
            await upsert_customers(tx, [CustomerItem(ref=crm("c1"))])

        assert outcomes(await centre.upsert(conversation())) == ["customer_cannot_change"]

    async def test_an_atomic_batch_with_a_failure_writes_nothing(self, centre: Centre) -> None:
        await centre.allow()
        results = await centre.upsert(
            conversation("i1", turns=WORDS), conversation("i2", person=hris("nobody")), atomic=True
        )

        assert outcomes(results) == ["not_applied", "person_unknown"]
        with pytest.raises(InteractionNotFound):
            await centre.get("i1")

    async def test_an_atomic_batch_without_failures_is_written(self, centre: Centre) -> None:
        results = await centre.upsert(conversation("i1"), conversation("i2"), atomic=True)

        assert outcomes(results) == ["created", "created"]

    async def test_the_same_conversations_at_once_are_recorded_once(self, centre: Centre) -> None:
        await centre.allow()
        items = [conversation(f"i{number}", turns=WORDS) for number in range(10)]

        batches = await asyncio.gather(*(centre.upsert(*(items if turn % 2 else reversed(items))) for turn in range(4)))

        assert sorted(outcome for batch in batches for outcome in outcomes(batch)) == (
            ["created"] * 10 + ["unchanged"] * 30
        )

    async def test_organisations_do_not_notice_each_other(
        self, centre: Centre, other_organisation: Organisation
    ) -> None:
        await centre.upsert(conversation())
        stored = await centre.get("i1")
        elsewhere = replace(centre, organisation=other_organisation)

        results = await elsewhere.upsert(conversation(), conversation("i2", customer=centre.customer_id))

        assert outcomes(results) == ["customer_unknown", "customer_unknown"]
        with pytest.raises(InteractionNotFound):
            await elsewhere.get("i1")
        async with centre.database.read(other_organisation.context()) as tx:
            assert await service.find_interactions(tx, [stored.id, crm("i1")]) == {}


class TestTurns:
    async def test_their_length_is_always_kept_their_words_only_with_consent(self, centre: Centre) -> None:
        (dropped,) = await centre.upsert(conversation(turns=WORDS))
        await centre.allow()
        (kept,) = await centre.upsert(conversation("i2", turns=WORDS))

        assert (dropped.texts_kept, dropped.texts_dropped) == (0, 2)
        assert (kept.texts_kept, kept.texts_dropped) == (2, 0)
        for result in (dropped, kept):
            assert [(turn.speaker, turn.characters) for turn in await centre.turns(result.require())] == [
                (Speaker.CUSTOMER, 32),
                (Speaker.AGENT, 42),
                (Speaker.SYSTEM, 0),
            ]
        assert await centre.texts(dropped.require()) == []
        assert await centre.texts(kept.require()) == [turn.text for turn in WORDS if turn.text]
        assert await centre.texts(kept.require(), Purpose.COACHING) == []

    async def test_words_are_sealed(self, centre: Centre) -> None:
        await centre.allow()
        (result,) = await centre.upsert(conversation(turns=WORDS))

        async with centre.database.read(centre.organisation.context(Purpose.QUALITY_REVIEW)) as tx:
            sealed = await tx.fetch("SELECT text_sealed FROM turn_text WHERE interaction_id = $1", result.id)
        assert len(sealed) == 2
        assert all(b"Nobody" not in row["text_sealed"] and b"sorry" not in row["text_sealed"] for row in sealed)

    async def test_given_turns_replace_those_there_are(self, centre: Centre) -> None:
        await centre.allow()
        await centre.upsert(conversation(turns=WORDS))

        results = await centre.upsert(conversation(turns=WORDS[:1]))

        stored = await centre.get("i1")
        assert outcomes(results) == ["updated"]
        assert (len(await centre.turns(stored.id)), stored.version) == (1, 2)
        assert await centre.texts(stored.id) == [WORDS[0].text]

    async def test_other_words_of_the_same_length_are_a_correction(self, centre: Centre) -> None:
        await centre.allow()
        await centre.upsert(conversation(turns=WORDS))
        stored = await centre.get("i1")
        other = "Nobody said to me it was closed."
        assert len(other) == len(WORDS[0].text or "")

        results = await centre.upsert(conversation(turns=(replace(WORDS[0], text=other), *WORDS[1:])))

        assert outcomes(results) == ["updated"]
        assert (await centre.texts(stored.id))[0] == other

    async def test_turns_that_are_not_given_stay(self, centre: Centre) -> None:
        await centre.allow()
        await centre.upsert(conversation(turns=WORDS))

        results = await centre.upsert(conversation(handle_seconds=10))

        stored = await centre.get("i1")
        assert outcomes(results) == ["updated"]
        assert len(await centre.turns(stored.id)) == 3
        assert len(await centre.texts(stored.id)) == 2

    async def test_words_that_were_dropped_come_in_once_the_customer_allows_it(self, centre: Centre) -> None:
        await centre.upsert(conversation(turns=WORDS))
        await centre.allow()

        results = await centre.upsert(conversation(turns=WORDS))

        assert outcomes(results) == ["updated"]
        assert len(await centre.texts((await centre.get("i1")).id)) == 2

    async def test_after_a_withdrawal_a_correction_removes_the_words(self, centre: Centre) -> None:
        await centre.allow()
        await centre.upsert(conversation(turns=WORDS))
        await centre.allow(Choice.WITHDRAWN)
        stored = await centre.get("i1")

        (same,) = await centre.upsert(conversation(turns=WORDS))
        assert (same.status, same.texts_kept, same.texts_dropped) == ("unchanged", 0, 2)
        (other,) = await centre.upsert(conversation(turns=WORDS[1:]))
        assert (other.status, other.texts_kept, other.texts_dropped) == ("updated", 0, 1)

        async with centre.database.read(centre.organisation.context(Purpose.RIGHTS)) as tx:
            assert await tx.fetch_value("SELECT count(*) FROM turn_text WHERE interaction_id = $1", stored.id) == 0
        assert len(await centre.turns(stored.id)) == 2

    async def test_a_withdrawal_waits_for_words_that_are_being_written(self, centre: Centre) -> None:
        """Else PostgreSQL's policy would find the consent gone between the decision and the insert."""
        await centre.allow()

        outcomes_and_withdrawals = await asyncio.gather(
            *(centre.upsert(conversation(f"i{number}", turns=WORDS)) for number in range(4)),
            centre.allow(Choice.WITHDRAWN),
            *(centre.upsert(conversation(f"j{number}", turns=WORDS)) for number in range(4)),
        )

        for results in outcomes_and_withdrawals:
            if results is not None:
                assert outcomes(results) == ["created"]


class TestListInteractions:
    async def test_pages_follow_the_last_change_and_can_be_of_one_customer_or_person(self, centre: Centre) -> None:
        await centre.upsert(*(conversation(f"i{number}") for number in range(4)))
        await centre.upsert(conversation("j1", customer=crm("c2"), person=hris("bea")))

        async def listed(after: Position = FROM_THE_START, limit: int = 10, **of: Any) -> list[Interaction]:
            async with centre.database.read(centre.organisation.context()) as tx:
                return await service.list_interactions(tx, after=after, limit=limit, **of)

        first = await listed(limit=3)
        rest = await listed(Position(first[-1].updated_at, first[-1].id))
        assert [one.external_id for one in first + rest] == ["i0", "i1", "i2", "i3", "j1"]
        assert [one.external_id for one in await listed(customer_id=centre.other_customer_id)] == ["j1"]
        assert len(await listed(person_id=centre.person_id)) == 4
        assert await listed(customer_id=centre.other_customer_id, person_id=centre.person_id) == []
        assert await listed(Position.after_moment(rest[-1].updated_at)) == []


class TestFindInteractions:
    async def test_by_reference_and_id(self, centre: Centre) -> None:
        await centre.upsert(conversation())
        stored = await centre.get("i1")

        async with centre.database.read(centre.organisation.context()) as tx:
            assert await service.get_interaction(tx, stored.id) == stored
            assert await service.find_interactions(tx, [crm("i1"), crm("i9"), new_id()]) == {crm("i1"): stored}
            assert await service.require_interaction(tx, stored.id, pointer="/interaction_id") == stored
            with pytest.raises(InteractionUnknown):
                await service.require_interaction(tx, crm("i9"), pointer="/interaction_ref")
            with pytest.raises(InteractionNotFound):
                await service.get_interaction(tx, new_id())
