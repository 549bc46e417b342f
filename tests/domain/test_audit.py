"""The audit log: what an entry commits to, its dense sequence, and what a search finds and hides."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.audit.model import AuditEntry, AuditFilter, AuditPage
from attune.audit.projection import AUDIT
from attune.audit.repository import _SEARCH_BY
from attune.audit.rules import (
    LARGEST_NUMBER,
    OWN_LOAD_ACTIONS,
    NotCanonical,
    canonical,
    canonical_entry,
    leaf_hash,
    moment,
)
from attune.audit.service import read_as_of, search_audit
from attune.kernel.context import ActorKind
from attune.kernel.db import Database
from attune.kernel.events import Outcome
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from tests.conftest import Organisation
from tests.contact_centre import ContactCentre, Fact, record
from tests.worker.conftest import drain_all

LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The test vectors of RFC 6962's reference implementation: the roots of the first one to eight leaves."""

ENTRY = AuditEntry(
    tenant_id=UUID(int=1),
    seq=0,
    event_id=UUID(int=2),
    action="escalation.opened",
    schema_version=1,
    outcome=Outcome.DONE,
    target_kind="escalation",
    target_id=UUID(int=3),
    version=1,
    concerns=None,
    actor_kind=ActorKind.PERSON,
    actor_id=UUID(int=4),
    purpose=Purpose.SERVICE_CONTACT,
    request_id="r-1",
    data={"severity": "high", "attempts": 2, "is_late": False},
    occurred_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    recorded_at=datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC),
)


def root(hashes: Sequence[bytes]) -> bytes:
    """The root of a tree over leaf hashes (RFC 6962, section 2.1), written anew for the test."""
    if len(hashes) == 1:
        return hashes[0]
    split = 2 ** math.floor(math.log2(len(hashes) - 1))
    return hashlib.sha256(b"\x01" + root(hashes[:split]) + root(hashes[split:])).digest()


class TestCanonicalForm:
    @pytest.mark.parametrize("size", range(1, 9))
    def test_leaf_hashes_build_the_trees_of_the_rfc(self, size: int) -> None:
        hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size]]
        assert root(hashes).hex() == ROOTS[size - 1]

    def test_members_are_sorted_by_utf_16_and_nothing_is_spaced(self) -> None:
        # U+FB33 comes after U+1F600 in UTF-16, whose surrogates begin with D83D. The example of RFC 8785, section 3.2.3.
        names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
        written = canonical(dict.fromkeys(names, 0)).decode()
        assert list(json.loads(written)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
        assert " " not in written

    def test_strings_are_escaped_as_little_as_possible(self) -> None:
        assert canonical('€$\x0f\nA\'B"\\"/').decode() == '"€$\\u000f\\nA\'B\\"\\\\\\"/"'

    @pytest.mark.parametrize("value", [1.5, 1.0, LARGEST_NUMBER + 1, {1: 2}, b"x", {"a": [object()]}, "\ud800"])
    def test_what_two_implementations_could_write_differently_is_refused(self, value: Any) -> None:
        with pytest.raises(NotCanonical):
            canonical(value)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=20,
        )
    )
    def test_it_is_json_and_reads_back_as_it_was(self, value: Any) -> None:
        assert json.loads(canonical(value)) == value
        assert canonical(json.loads(canonical(value))) == canonical(value)

    def test_an_entry_has_one_form(self) -> None:
        assert canonical_entry(ENTRY).decode() == (
            '{"action":"escalation.opened","actor_id":"00000000-0000-0000-0000-000000000004","actor_kind":"person",'
            '"concerns":null,"data":{"attempts":2,"is_late":false,"severity":"high"},'
            '"event_id":"00000000-0000-0000-0000-000000000002","occurred_at":"2026-03-01T12:00:00.000000Z",'
            '"outcome":"done","purpose":"service_contact","recorded_at":"2026-03-01T12:00:00.000005Z",'
            '"request_id":"r-1","schema_version":1,"seq":0,"target_id":"00000000-0000-0000-0000-000000000003",'
            '"target_kind":"escalation","tenant_id":"00000000-0000-0000-0000-000000000001","version":1}'
        )

    @pytest.mark.parametrize(
        "changed",
        [
            {"seq": 1},
            {"tenant_id": UUID(int=9)},
            {"actor_id": None},
            {"data": {"severity": "low", "attempts": 2, "is_late": False}},
            {"recorded_at": ENTRY.recorded_at + timedelta(microseconds=1)},
        ],
    )
    def test_every_part_of_an_entry_is_committed_to(self, changed: dict[str, Any]) -> None:
        assert leaf_hash(canonical_entry(replace(ENTRY, **changed))) != leaf_hash(canonical_entry(ENTRY))

    def test_times_are_written_in_utc(self) -> None:
        assert moment(datetime.fromisoformat("2026-03-01T13:00:00+01:00")) == "2026-03-01T12:00:00.000000Z"


@pytest.fixture
def centre(database: Database, organisation: Organisation) -> ContactCentre:
    return ContactCentre(database, organisation)


async def search(
    centre: ContactCentre, person_id: UUID | None = None, *, before: int | None = None, limit: int = 50, **wanted: Any
) -> AuditPage:
    """A search through its public door."""
    async with centre.database.write(centre.organisation.context(None, person_id)) as tx:
        return await search_audit(tx, AuditFilter(**wanted), before=before, limit=limit, person_id=person_id)


async def write_history(centre: ContactCentre, events: int) -> list[UUID]:
    """So many events, each about a thing of its own; the things."""
    things = [new_id() for _ in range(events)]
    for thing in things:
        await centre.tell("check_in.read", "check_in", thing)
    return things


class TestAuditLog:
    async def test_the_sequence_is_dense_from_zero_in_the_order_of_events(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        things = await write_history(centre, 7)
        await drain_all(worker_database)
        page = await search(centre)
        assert [each.entry.seq for each in page.entries] == list(range(7, -1, -1))
        assert [each.entry.target_id for each in page.entries] == [*things[::-1], centre.organisation.tenant_id]
        assert page.head is not None
        assert page.head.size == 8
        assert page.head.as_of == page.entries[0].entry.recorded_at

    async def test_every_entrys_hash_is_that_of_what_is_stored(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        await centre.customer(Purpose.INSIGHTS, Purpose.COACHING)
        await centre.tell("sample.counted", "sample", new_id(), count=3, names=["é", "\n"], none=None)
        await drain_all(worker_database)
        for each in (await search(centre)).entries:
            assert each.leaf_hash == leaf_hash(canonical_entry(each.entry))

    async def test_organisations_have_sequences_of_their_own(
        self, centre: ContactCentre, other_organisation: Organisation, worker_database: Database
    ) -> None:
        other = ContactCentre(centre.database, other_organisation)
        await write_history(centre, 3)
        await write_history(other, 2)
        await drain_all(worker_database)
        assert [each.entry.seq for each in (await search(other)).entries] == [2, 1, 0]

    async def test_before_the_worker_has_run_it_says_that_nothing_is_integrated(self, centre: ContactCentre) -> None:
        page = await search(centre)
        assert (page.entries, page.head, page.has_more) == ([], None, False)

    async def test_pages_go_on_where_they_ended_though_new_entries_arrive(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        await write_history(centre, 5)
        await drain_all(worker_database)
        first = await search(centre, limit=3)
        await write_history(centre, 3)
        await drain_all(worker_database)
        second = await search(centre, limit=3, before=first.entries[-1].entry.seq)
        assert [each.entry.seq for each in [*first.entries, *second.entries]] == [5, 4, 3, 2, 1, 0]
        assert (first.has_more, second.has_more) == (True, False)


class TestSearch:
    async def test_each_filter_narrows(self, centre: ContactCentre, worker_database: Database) -> None:
        person, customer, thing = new_id(), new_id(), new_id()
        async with centre.database.write(centre.organisation.context(Purpose.COACHING, person)) as tx:
            record(
                tx,
                Fact(
                    kind="sample.seen",
                    target_kind="sample",
                    target_id=thing,
                    concerns=customer,
                    outcome=Outcome.WITHHELD,
                ),
            )
        await write_history(centre, 3)
        await drain_all(worker_database)
        for wanted in (
            {"actor_id": person},
            {"target_id": thing},
            {"concerns": customer},
            {"action": "sample.seen"},
            {"purpose": Purpose.COACHING},
            {"outcome": Outcome.WITHHELD},
            {"actor_id": person, "concerns": customer, "outcome": Outcome.WITHHELD},
        ):
            assert [each.entry.target_id for each in (await search(centre, **wanted)).entries] == [thing], wanted
        assert (await search(centre, actor_id=person, outcome=Outcome.DONE)).entries == []

    async def test_time_narrows_to_the_very_entry(self, centre: ContactCentre, worker_database: Database) -> None:
        await write_history(centre, 30)
        await drain_all(worker_database)
        everything = (await search(centre)).entries
        for middle in (everything[0], everything[15], everything[-1]):
            begin = middle.entry.recorded_at
            end = begin + timedelta(microseconds=1)
            assert (await search(centre, recorded_from=begin, recorded_to=end)).entries == [middle]
        assert (await search(centre, recorded_to=everything[-1].entry.recorded_at)).entries == []

    async def test_a_time_is_found_in_a_long_log_by_halving(
        self, centre: ContactCentre, worker_database: Database, migrator_database: Database
    ) -> None:
        await write_history(centre, 1)
        await drain_all(worker_database)
        begin = datetime(2020, 1, 1, tzinfo=UTC)
        async with worker_database.write(centre.organisation.context()) as tx:
            await tx.execute(
                "INSERT INTO audit_entry (tenant_id, generation, seq, event_id, action, schema_version, outcome,"
                " target_kind, target_id, actor_kind, data, occurred_at, recorded_at, leaf_hash)"
                " SELECT $1, h.generation, n, gen_random_uuid(), 'sample.old', 1, 'done', 'sample', $1, 'worker', '{}',"
                " $2, $2::timestamptz + n * interval '1 hour', decode(repeat('00', 32), 'hex')"
                " FROM audit_head h, generate_series(2, 5000) AS n WHERE h.tenant_id = $1",
                tx.tenant_id,
                begin,
            )
            await tx.execute("UPDATE audit_head SET size = 5001 WHERE tenant_id = $1", tx.tenant_id)
        wanted = begin + timedelta(hours=3000)
        found = await search(centre, recorded_from=wanted, recorded_to=wanted + timedelta(hours=2), action="sample.old")
        assert [each.entry.seq for each in found.entries] == [3001, 3000]

    async def test_the_search_itself_is_in_the_log(self, centre: ContactCentre, worker_database: Database) -> None:
        asked_about, steward = new_id(), new_id()
        await drain_all(worker_database)
        await search(centre, steward, concerns=asked_about, outcome=Outcome.REFUSED)
        await drain_all(worker_database)
        (found,) = (await search(centre, action="audit.searched")).entries
        assert (found.entry.actor_id, found.entry.concerns) == (steward, asked_about)
        assert found.entry.data["by_outcome"] == "refused"
        assert found.entry.data["entries_shown"] == 0

    async def test_whose_load_crossed_a_threshold_is_shown_to_that_person_alone(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        person = await centre.person()
        await centre.conversation(person, await centre.customer(), handle_seconds=86400)
        await drain_all(worker_database)
        await drain_all(worker_database)
        for wanted in ({}, {"target_id": person}, {"concerns": person}, {"action": OWN_LOAD_ACTIONS[0]}):
            for asking in (None, new_id()):
                found = (await search(centre, asking, **wanted)).entries
                assert [each for each in found if each.entry.action in OWN_LOAD_ACTIONS] == []
        own = await search(centre, person, action=OWN_LOAD_ACTIONS[0])
        assert [each.entry.target_id for each in own.entries] == [person]

    @pytest.mark.parametrize("name", sorted(_SEARCH_BY))
    async def test_a_filter_is_served_by_its_index(
        self, centre: ContactCentre, worker_database: Database, name: str
    ) -> None:
        await drain_all(worker_database)
        wanted: dict[str, Any] = {"action": "audit.searched", "outcome": "refused"}
        async with centre.database.read(centre.organisation.context()) as tx:
            # A table this small is scanned whatever its indexes; the question is which plan is possible.
            await tx.fetch(
                "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"
            )
            by = [
                wanted.get(each, new_id()) if each == name else None
                for each in ("actor_id", "target_id", "concerns", "action", "purpose", "outcome")
            ]
            plan = await tx.fetch(
                "EXPLAIN " + _SEARCH_BY[name], tx.tenant_id, 0, 10**6, 51, *by, None, None, OWN_LOAD_ACTIONS, None
            )
        text = "\n".join(row[0] for row in plan)
        assert f"audit_entry_tenant_id_generation_{name}_seq_idx" in text
        assert "Sort" not in text


class TestAsOf:
    async def test_nothing_is_integrated_before_the_worker_has_run(self, centre: ContactCentre) -> None:
        async with centre.database.read(centre.organisation.context()) as tx:
            assert await read_as_of(tx, "team_dashboard") is None

    async def test_what_is_drained_is_known_to_be_in(self, centre: ContactCentre, worker_database: Database) -> None:
        await write_history(centre, 3)
        await drain_all(worker_database)
        latest = (await search(centre)).entries[0].entry.recorded_at
        async with centre.database.read(centre.organisation.context()) as tx:
            assert await read_as_of(tx, "team_dashboard") == latest
            assert await read_as_of(tx, "fatigue") == latest

    async def test_a_projection_that_lags_says_an_earlier_time(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        await write_history(centre, 3)
        await drain_all(worker_database)
        before = (await search(centre)).entries[0].entry.recorded_at
        await drain_all(worker_database)
        await write_history(centre, 4)
        await drain_all(worker_database, [AUDIT])
        async with centre.database.read(centre.organisation.context()) as tx:
            lagging, current = await read_as_of(tx, "team_dashboard"), await read_as_of(tx, "audit")
        assert lagging is not None
        assert current is not None
        assert before <= lagging < current
