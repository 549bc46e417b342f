"""People and teams: what an HRIS hands over, in any order, as often as it likes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.batches.model import FROM_THE_START, ExternalRef, ItemResult, Position
from attune.kernel.context import Actor, ActorKind, Context
from attune.kernel.db import CredentialEnded, Database
from attune.kernel.errors import VersionStale
from attune.kernel.ids import new_id
from attune.organisations.model import Mode
from attune.organisations.service import create_key
from attune.people import service
from attune.people.errors import (
    LeadCycle,
    LeadIsSelf,
    LeadUnknown,
    PersonNotFound,
    PersonUnknown,
    TeamNotFound,
    TeamUnknown,
)
from attune.people.model import Identity, Person, PersonChanges, PersonItem, PersonStatus, Role, TeamItem
from attune.people.rules import PARENTS, Link, list_looping, refuse_broken_chains
from tests.conftest import Organisation


def ref(external_id: str) -> ExternalRef:
    return ExternalRef("hris", external_id)


def person(external_id: str, lead: str | None = None, team: str | None = None, **more: Any) -> PersonItem:
    details = {"display_name": external_id.title()} | more
    return PersonItem(
        ref=ref(external_id), lead_ref=ref(lead) if lead else None, team_ref=ref(team) if team else None, **details
    )


def team(external_id: str, parent: str | None = None, name: str | None = None) -> TeamItem:
    return TeamItem(ref=ref(external_id), name=name or external_id.title(), parent_ref=ref(parent) if parent else None)


async def put_people(
    database: Database, organisation: Organisation, *items: PersonItem, is_administrator: bool = False, **how: Any
) -> list[ItemResult]:
    async with database.write(organisation.context()) as tx:
        return await service.upsert_people(tx, items, is_administrator=is_administrator, **how)


async def put_teams(database: Database, organisation: Organisation, *items: TeamItem, **how: Any) -> list[ItemResult]:
    async with database.write(organisation.context()) as tx:
        return await service.upsert_teams(tx, items, **how)


async def get(database: Database, organisation: Organisation, external_id: str) -> Person:
    async with database.read(organisation.context()) as tx:
        return await service.get_person_by_ref(tx, ref(external_id))


async def change(database: Database, organisation: Organisation, before: Person, changes: PersonChanges) -> Person:
    async with database.write(organisation.context()) as tx:
        return await service.change_person(tx, before.id, changes, expected_version=before.version)


async def events_of(database: Database, organisation: Organisation, target_id: UUID) -> list[tuple[str, int | None]]:
    async with database.read(organisation.context()) as tx:
        rows = await tx.fetch(
            "SELECT kind, version FROM event WHERE tenant_id = $1 AND target_id = $2 ORDER BY pos",
            tx.tenant_id,
            target_id,
        )
    return [(row["kind"], row["version"]) for row in rows]


def outcomes(results: Sequence[ItemResult]) -> list[str]:
    return [result.problem.code if result.problem else result.status.value for result in results]


class TestUpsertPeople:
    async def test_leads_come_in_any_order(self, database: Database, organisation: Organisation) -> None:
        results = await put_people(
            database, organisation, person("ann", "bea"), person("bea", "cleo"), person("cleo"), person("dan", "bea")
        )

        assert outcomes(results) == ["created"] * 4
        _, bea, cleo, _ = [result.id for result in results]
        assert (await get(database, organisation, "ann")).lead_id == bea
        assert (await get(database, organisation, "bea")).lead_id == cleo
        assert (await get(database, organisation, "cleo")).lead_id is None
        assert (await get(database, organisation, "dan")).lead_id == bea

    async def test_a_rerun_changes_nothing(self, database: Database, organisation: Organisation) -> None:
        await put_teams(database, organisation, team("support"))
        items = [
            person("ann", "bea", "support", locale="nl-NL", time_zone="Europe/Amsterdam"),
            person("bea", identity=Identity("https://idp.example", "s-1")),
        ]
        first = await put_people(database, organisation, *items)
        before = await get(database, organisation, "ann")

        second = await put_people(database, organisation, *items)

        assert outcomes(second) == ["unchanged", "unchanged"]
        assert [result.id for result in second] == [result.id for result in first]
        assert await get(database, organisation, "ann") == before
        assert await events_of(database, organisation, before.id) == [("person.created", 1)]

    async def test_a_change_is_a_new_version_and_one_event(
        self, database: Database, organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann", locale="nl-NL"))
        before = await get(database, organisation, "ann")

        results = await put_people(database, organisation, person("ann", display_name="Ann B."))

        after = await get(database, organisation, "ann")
        assert outcomes(results) == ["updated"]
        assert (after.display_name, after.locale, after.version) == ("Ann B.", None, 2)
        assert after.updated_at > before.updated_at
        assert await events_of(database, organisation, after.id) == [("person.created", 1), ("person.updated", 2)]

    async def test_an_unknown_lead_fails_the_item_and_those_who_count_on_it(
        self, database: Database, organisation: Organisation
    ) -> None:
        results = await put_people(
            database, organisation, person("ann", "bea"), person("bea", "nobody"), person("cleo")
        )

        assert outcomes(results) == ["lead_unknown", "lead_unknown", "created"]
        assert results[0].problem is not None
        assert results[0].problem.pointer == "/lead_ref"

    async def test_a_cycle_of_leads_is_refused_for_its_members_only(
        self, database: Database, organisation: Organisation
    ) -> None:
        results = await put_people(
            database, organisation, person("ann", "bea"), person("bea", "cleo"), person("cleo", "ann"), person("dan")
        )

        assert outcomes(results) == ["lead_cycle", "lead_cycle", "lead_cycle", "created"]

    async def test_a_cycle_with_stored_leads_is_refused_for_what_closes_it(
        self, database: Database, organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann", "bea"), person("bea", "cleo"), person("cleo"))

        results = await put_people(database, organisation, person("cleo", "ann"), person("ann", "bea"))

        assert outcomes(results) == ["lead_cycle", "unchanged"]
        assert (await get(database, organisation, "cleo")).lead_id is None

    async def test_turning_a_chain_round_is_no_cycle(self, database: Database, organisation: Organisation) -> None:
        await put_people(database, organisation, person("ann", "bea"), person("bea"))

        results = await put_people(database, organisation, person("ann"), person("bea", "ann"))

        assert outcomes(results) == ["updated", "updated"]

    async def test_nobody_leads_themselves(self, database: Database, organisation: Organisation) -> None:
        assert outcomes(await put_people(database, organisation, person("ann", "ann"))) == ["lead_is_self"]

    async def test_an_unknown_team_fails_the_item(self, database: Database, organisation: Organisation) -> None:
        results = await put_people(database, organisation, person("ann", team="nowhere"), person("bea"))

        assert outcomes(results) == ["team_unknown", "created"]

    async def test_the_same_reference_twice_fails_the_second(
        self, database: Database, organisation: Organisation
    ) -> None:
        results = await put_people(database, organisation, person("ann"), person("ann", display_name="Another"))

        assert outcomes(results) == ["created", "duplicate_in_batch"]
        assert (await get(database, organisation, "ann")).display_name == "Ann"

    async def test_a_dry_run_tells_the_same_and_writes_nothing(
        self, database: Database, organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann"), person("bea"))
        ann = await get(database, organisation, "ann")
        items = [person("ann", display_name="New"), person("bea"), person("cleo", "ann"), person("dan", "nobody")]

        tried = await put_people(database, organisation, *items, dry_run=True)

        assert await get(database, organisation, "ann") == ann
        assert await events_of(database, organisation, ann.id) == [("person.created", 1)]
        with pytest.raises(PersonNotFound):
            await get(database, organisation, "cleo")
        assert tried[2].id is None, "an id that nothing has helps nobody"
        assert outcomes(tried) == outcomes(await put_people(database, organisation, *items))

    async def test_an_atomic_batch_with_a_failure_writes_nothing(
        self, database: Database, organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("cleo"))

        results = await put_people(
            database, organisation, person("ann"), person("bea", "nobody"), person("cleo"), atomic=True
        )

        assert outcomes(results) == ["not_applied", "lead_unknown", "unchanged"]
        with pytest.raises(PersonNotFound):
            await get(database, organisation, "ann")

    async def test_an_atomic_batch_without_failures_is_written(
        self, database: Database, organisation: Organisation
    ) -> None:
        results = await put_people(database, organisation, person("ann"), person("bea", "ann"), atomic=True)

        assert outcomes(results) == ["created", "created"]
        assert (await get(database, organisation, "bea")).lead_id == results[0].id

    async def test_a_leaver_is_cut_off_by_the_commit(
        self, database: Database, migrator_database: Database, organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann"))
        ann = await get(database, organisation, "ann")
        async with migrator_database.write(organisation.context()) as tx:
            key, _ = await create_key(tx, b"pepper", name="Ann's", mode=Mode.LIVE, scopes=[], person_id=ann.id)
        with_key = Context(organisation.tenant_id, Actor(ActorKind.API_KEY, key.id), api_key_id=key.id)
        signed_in = Context(organisation.tenant_id, Actor(ActorKind.PERSON, ann.id), person_id=ann.id)
        for context in (with_key, signed_in):
            async with database.read(context) as reading:
                assert (await service.get_person(reading, ann.id)).is_active

        await put_people(database, organisation, person("ann", status=PersonStatus.INACTIVE))

        for context in (with_key, signed_in):
            with pytest.raises(CredentialEnded):
                async with database.read(context):
                    pass
        assert (await events_of(database, organisation, ann.id))[-1] == ("person.deactivated", 2)

        await put_people(database, organisation, person("ann"))
        assert (await events_of(database, organisation, ann.id))[-1] == ("person.reactivated", 3)

    async def test_only_an_administrator_sets_roles(self, database: Database, organisation: Organisation) -> None:
        wanted = person("ann", roles=(Role.ADMIN, Role.LEAD, Role.LEAD))

        assert outcomes(await put_people(database, organisation, wanted)) == ["roles_need_administrator"]
        results = await put_people(database, organisation, wanted, is_administrator=True)

        assert outcomes(results) == ["created"]
        assert (await get(database, organisation, "ann")).roles == (Role.ADMIN, Role.LEAD)

    async def test_an_item_without_roles_keeps_them(self, database: Database, organisation: Organisation) -> None:
        await put_people(database, organisation, person("ann", roles=(Role.ADMIN,)), is_administrator=True)

        results = await put_people(database, organisation, person("ann"), person("bea"))

        assert outcomes(results) == ["unchanged", "created"]
        assert (await get(database, organisation, "ann")).roles == (Role.ADMIN,)
        assert (await get(database, organisation, "bea")).roles == ()

    async def test_an_identity_belongs_to_one_person(self, database: Database, organisation: Organisation) -> None:
        identity = Identity("https://idp.example", "s-1")

        results = await put_people(
            database, organisation, person("ann", identity=identity), person("bea", identity=identity)
        )
        assert outcomes(results) == ["created", "identity_taken"]
        results = await put_people(database, organisation, person("cleo", identity=identity))
        assert outcomes(results) == ["identity_taken"]

    async def test_a_new_subject_replaces_the_old_one_at_the_same_issuer(
        self, database: Database, organisation: Organisation
    ) -> None:
        for subject in ("s-1", "s-2"):
            await put_people(database, organisation, person("ann", identity=Identity("https://idp.example", subject)))
        await put_people(database, organisation, person("ann", identity=Identity("https://other.example", "s-9")))

        async with database.read(organisation.context()) as tx:
            rows = await tx.fetch("SELECT subject FROM person_identity WHERE tenant_id = $1 ORDER BY 1", tx.tenant_id)
        assert [row["subject"] for row in rows] == ["s-2", "s-9"]

    async def test_whoever_may_write_people_cannot_sign_in_as_an_administrator(
        self, database: Database, organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann", roles=(Role.ADMIN,)), is_administrator=True)
        mine = person("ann", identity=Identity("https://idp.example", "mine"))

        assert outcomes(await put_people(database, organisation, mine)) == ["identity_needs_administrator"]
        assert outcomes(await put_people(database, organisation, mine, is_administrator=True)) == ["updated"]
        assert outcomes(await put_people(database, organisation, mine)) == ["unchanged"]

    async def test_two_batches_cannot_close_a_cycle_between_them(
        self, database: Database, organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann"), person("bea"))

        both = await asyncio.gather(
            put_people(database, organisation, person("ann", "bea")),
            put_people(database, organisation, person("bea", "ann")),
        )

        assert sorted(outcomes(both[0]) + outcomes(both[1])) == ["lead_cycle", "updated"]

    async def test_the_same_batch_at_once_makes_nobody_twice(
        self, database: Database, organisation: Organisation
    ) -> None:
        many = [person(f"p{number}") for number in range(20)]

        both = await asyncio.gather(*(put_people(database, organisation, *many) for _ in range(3)))

        assert sorted(outcomes([item for results in both for item in results])) == ["created"] * 20 + ["unchanged"] * 40

    async def test_organisations_do_not_notice_each_other(
        self, database: Database, organisation: Organisation, other_organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann"))

        results = await put_people(database, other_organisation, person("bea", "ann"), person("ann"))
        assert outcomes(results) == ["created", "created"]
        results = await put_people(database, other_organisation, person("cleo", "nobody-here"))
        assert outcomes(results) == ["lead_unknown"]
        with pytest.raises(PersonNotFound):
            await get(database, organisation, "bea")


class TestChangePerson:
    async def test_only_what_is_given_changes(self, database: Database, organisation: Organisation) -> None:
        await put_teams(database, organisation, team("support"))
        await put_people(database, organisation, person("ann", team="support", locale="nl-NL"))
        before = await get(database, organisation, "ann")

        after = await change(database, organisation, before, {"display_name": "Ann B.", "locale": None})

        assert (after.display_name, after.locale, after.team_id) == ("Ann B.", None, before.team_id)
        assert after.version == 2
        assert (await events_of(database, organisation, after.id))[-1] == ("person.updated", 2)

    async def test_no_change_is_no_version(self, database: Database, organisation: Organisation) -> None:
        await put_people(database, organisation, person("ann"))
        before = await get(database, organisation, "ann")

        assert await change(database, organisation, before, {"display_name": before.display_name}) == before
        assert len(await events_of(database, organisation, before.id)) == 1

    async def test_a_stale_version_is_refused(self, database: Database, organisation: Organisation) -> None:
        await put_people(database, organisation, person("ann"))
        before = await get(database, organisation, "ann")
        await change(database, organisation, before, {"display_name": "First"})

        with pytest.raises(VersionStale):
            await change(database, organisation, before, {"display_name": "Second"})

    async def test_who_leaves_is_deactivated(self, database: Database, organisation: Organisation) -> None:
        await put_people(database, organisation, person("ann"))
        before = await get(database, organisation, "ann")

        after = await change(database, organisation, before, {"status": PersonStatus.INACTIVE})

        assert not after.is_active
        assert (await events_of(database, organisation, after.id))[-1] == ("person.deactivated", 2)

    async def test_unknown_teams_and_impossible_leads_are_refused(
        self, database: Database, organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann", "bea"), person("bea"))
        ann, bea = await get(database, organisation, "ann"), await get(database, organisation, "bea")

        with pytest.raises(TeamUnknown):
            await change(database, organisation, ann, {"team_id": new_id()})
        with pytest.raises(LeadUnknown):
            await change(database, organisation, ann, {"lead_id": new_id()})
        with pytest.raises(LeadIsSelf):
            await change(database, organisation, ann, {"lead_id": ann.id})
        with pytest.raises(LeadCycle):
            await change(database, organisation, bea, {"lead_id": ann.id})

    async def test_nobody_is_changed_who_is_elsewhere(
        self, database: Database, organisation: Organisation, other_organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann"))
        ann = await get(database, organisation, "ann")

        with pytest.raises(PersonNotFound):
            await change(database, other_organisation, ann, {"display_name": "Mine"})


class TestFindPeople:
    async def test_a_person_is_found_by_reference_and_by_id(
        self, database: Database, organisation: Organisation, other_organisation: Organisation
    ) -> None:
        await put_people(database, organisation, person("ann"))
        ann = await get(database, organisation, "ann")

        async with database.read(organisation.context()) as tx:
            found = await service.find_people(tx, [ref("ann"), ann.id, ref("nobody"), new_id()])
            assert await service.require_person(tx, ann.id, pointer="/person_id") == ann
            with pytest.raises(PersonUnknown):
                await service.require_person(tx, ref("nobody"), pointer="/person_ref")
        assert found == {ref("ann"): ann, ann.id: ann}
        async with database.read(other_organisation.context()) as tx:
            assert await service.find_people(tx, [ref("ann"), ann.id]) == {}


class TestListPeople:
    async def test_pages_follow_the_last_change(self, database: Database, organisation: Organisation) -> None:
        await put_teams(database, organisation, team("support"))
        await put_people(database, organisation, *(person(f"p{number}", team="support") for number in range(5)))
        await put_people(database, organisation, person("p2", status=PersonStatus.INACTIVE))

        async with database.read(organisation.context()) as tx:
            first = await service.list_people(tx, after=FROM_THE_START, limit=3)
            rest = await service.list_people(tx, after=Position(first[-1].updated_at, first[-1].id), limit=3)
            inactive = await service.list_people(
                tx, after=FROM_THE_START, limit=9, status=PersonStatus.INACTIVE, team_id=None
            )
            nobody = await service.list_people(tx, after=FROM_THE_START, limit=9, team_id=new_id())
            later = await service.list_people(tx, after=Position.after_moment(rest[-1].updated_at), limit=9)

        assert len({one.id for one in first + rest}) == 5
        assert rest[-1].external_id == "p2"
        assert [one.external_id for one in inactive] == ["p2"]
        assert nobody == []
        assert later == []


class TestUpsertTeams:
    async def test_parents_come_in_any_order_and_a_rerun_changes_nothing(
        self, database: Database, organisation: Organisation
    ) -> None:
        items = [team("chat", "support"), team("support", "service"), team("service")]

        first = await put_teams(database, organisation, *items)
        second = await put_teams(database, organisation, *items)
        third = await put_teams(database, organisation, team("chat", "service", name="Live chat"))

        assert outcomes(first) == ["created"] * 3
        assert outcomes(second) == ["unchanged"] * 3
        assert outcomes(third) == ["updated"]
        async with database.read(organisation.context()) as tx:
            chat = await service.get_team_by_ref(tx, ref("chat"))
        assert (chat.name, chat.parent_id, chat.version) == ("Live chat", first[2].id, 2)
        assert await events_of(database, organisation, chat.id) == [("team.created", 1), ("team.updated", 2)]

    async def test_unknown_parents_self_and_cycles_are_refused(
        self, database: Database, organisation: Organisation
    ) -> None:
        results = await put_teams(
            database,
            organisation,
            team("a", "b"),
            team("b", "a"),
            team("c", "c"),
            team("d", "nowhere"),
            team("e", "a"),
            team("f"),
            team("f"),
        )

        assert outcomes(results) == [
            "parent_cycle",
            "parent_cycle",
            "parent_is_self",
            "parent_unknown",
            "parent_unknown",
            "created",
            "duplicate_in_batch",
        ]

    async def test_a_dry_run_and_a_failed_atomic_batch_write_nothing(
        self, database: Database, organisation: Organisation
    ) -> None:
        tried = await put_teams(database, organisation, team("a"), dry_run=True)
        failed = await put_teams(database, organisation, team("a"), team("b", "nowhere"), atomic=True)

        assert outcomes(tried) == ["created"]
        assert outcomes(failed) == ["not_applied", "parent_unknown"]
        async with database.read(organisation.context()) as tx:
            with pytest.raises(TeamNotFound):
                await service.get_team_by_ref(tx, ref("a"))
            assert await service.list_teams(tx, after=FROM_THE_START, limit=10) == []


@given(
    stored=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    wanted=st.lists(st.tuples(st.integers(0, 8), st.none() | st.integers(0, 8)), max_size=9, unique_by=lambda w: w[0]),
)
def test_whatever_is_asked_no_chain_ever_comes_back_to_itself(
    stored: list[int], wanted: list[tuple[int, int | None]]
) -> None:
    # Team n of the stored six stands under a lower-numbered one, so that what is stored has no cycle.
    above = {UUID(int=n): UUID(int=p) if p < n else None for n, p in enumerate(stored)}
    links = [Link(ref(str(n)), UUID(int=n), ref(str(p)) if p is not None else None) for n, p in wanted]

    refused = refuse_broken_chains(PARENTS, links, {}, known={ref(str(n)): UUID(int=n) for n in range(6)}, stored=above)

    kept = {link.id: link.above for index, link in enumerate(links) if index not in refused}
    after = above | {
        child: None if parent is None else UUID(int=int(parent.external_id)) for child, parent in kept.items()
    }
    assert list_looping(after) == set()
    assert all(parent is None or parent in after for parent in after.values()), "everybody above exists"
