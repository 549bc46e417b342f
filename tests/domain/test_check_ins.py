"""Check-ins: one a week, between a person and whoever leads them now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.batches.model import FROM_THE_START, Position
from attune.check_ins import repository, service
from attune.check_ins.errors import (
    CheckInAlreadySubmitted,
    CheckInExists,
    CheckInIncomplete,
    CheckInNotFound,
    CheckInWithOneself,
    LeadMissing,
    WeekNotFromMonday,
)
from attune.check_ins.model import CheckIn, CheckInStatus, Part
from attune.check_ins.rules import Sight, clean, is_start_of_week, sight_of
from attune.kernel.db import Database
from attune.kernel.errors import VersionStale
from attune.kernel.ids import new_id
from attune.kernel.vault import Vault
from attune.people.errors import PersonNotFound
from attune.people.service import get_person
from tests.conftest import Organisation
from tests.workplace import Workplace

MONDAY = date(2026, 11, 2)
WRITTEN = {Part.PROGRESS: "Closed the May backlog.", Part.BLOCKERS: "none", Part.NEXT_TARGETS: "Two refund drills."}


@pytest.fixture
def workplace(database: Database, vault: Vault, organisation: Organisation) -> Workplace:
    return Workplace(database, vault, organisation)


@pytest.fixture
async def pair(workplace: Workplace) -> tuple[UUID, UUID]:
    """Ann, and Bea who leads her."""
    team = "support"
    await workplace.add_team(team)
    bea = await workplace.add_person("bea")
    return await workplace.add_person("ann", lead="bea", team=team), bea


async def start(
    workplace: Workplace,
    person_id: UUID,
    *,
    viewer_id: UUID | None = None,
    lead_id: UUID | None = None,
    week_of: date = MONDAY,
) -> CheckIn:
    async with workplace.database.write(workplace.organisation.context(person_id=viewer_id)) as tx:
        return await service.open_check_in(
            tx,
            check_in_id=new_id(),
            viewer_id=viewer_id,
            person=await get_person(tx, person_id),
            lead_id=lead_id,
            week_of=week_of,
        )


async def edit(
    workplace: Workplace, check_in: CheckIn, changes: Mapping[Part, str | None], viewer_id: UUID | None = None
) -> CheckIn:
    async with workplace.database.write(workplace.organisation.context(person_id=viewer_id)) as tx:
        return await service.edit_check_in(
            tx,
            workplace.vault,
            check_in_id=check_in.id,
            viewer_id=viewer_id,
            version=check_in.version,
            changes=changes,
        )


async def submit(
    workplace: Workplace, check_in: CheckIn, changes: Mapping[Part, str | None], viewer_id: UUID | None = None
) -> CheckIn:
    async with workplace.database.write(workplace.organisation.context(person_id=viewer_id)) as tx:
        return await service.submit_check_in(
            tx,
            workplace.vault,
            check_in_id=check_in.id,
            viewer_id=viewer_id,
            version=check_in.version,
            changes=changes,
        )


async def read(
    workplace: Workplace, check_in_id: UUID, viewer_id: UUID | None
) -> tuple[CheckIn, dict[Part, str | None] | None]:
    async with workplace.database.write(workplace.organisation.context(person_id=viewer_id)) as tx:
        check_in = await service.get_check_in(tx, check_in_id, viewer_id)
        return check_in, await service.read_parts(tx, workplace.vault, check_in, viewer_id)


class TestRules:
    def test_only_the_two_of_them_see_what_is_written(self) -> None:
        ann, bea, cleo = new_id(), new_id(), new_id()

        assert sight_of(ann, person_id=ann, lead_id=bea) is Sight.ALL
        assert sight_of(bea, person_id=ann, lead_id=bea) is Sight.ALL
        assert sight_of(cleo, person_id=ann, lead_id=bea) is Sight.NOTHING
        assert sight_of(cleo, person_id=ann, lead_id=None) is Sight.NOTHING

    def test_nobody_behind_the_key_sees_that_there_is_one(self) -> None:
        assert sight_of(None, person_id=new_id(), lead_id=None) is Sight.METADATA

    @given(st.dates(max_value=date(9999, 12, 1)))
    def test_one_day_of_seven_starts_a_week(self, day: date) -> None:
        assert sum(is_start_of_week(day + timedelta(days=n)) for n in range(7)) == 1

    @pytest.mark.parametrize(("text", "kept"), [(None, None), ("", None), (" \n\t ", None), (" none ", "none")])
    def test_blanks_say_nothing(self, text: str | None, kept: str | None) -> None:
        assert clean(text) == kept


class TestOpenCheckIn:
    async def test_it_is_with_the_lead(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        ann, bea = pair

        check_in = await start(workplace, ann)

        assert (check_in.person_id, check_in.lead_id, check_in.week_of) == (ann, bea, MONDAY)
        assert (check_in.status, check_in.version, check_in.submitted_at) == (CheckInStatus.OPEN, 1, None)
        (event,) = await workplace.events("check_in.opened")
        assert (event["target_id"], event["version"], event["concerns"]) == (check_in.id, 1, ann)
        assert event["data"] == {"person_id": str(ann), "team_id": str(check_in.team_id), "week_of": "2026-11-02"}

    async def test_another_can_hold_it(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        cleo = await workplace.add_person("cleo")

        assert (await start(workplace, pair[0], lead_id=cleo)).lead_id == cleo

    async def test_a_week_begins_on_monday(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        with pytest.raises(WeekNotFromMonday):
            await start(workplace, pair[0], week_of=MONDAY + timedelta(days=1))

    async def test_one_a_week(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        await start(workplace, pair[0])

        with pytest.raises(CheckInExists):
            await start(workplace, pair[0])
        await start(workplace, pair[0], week_of=MONDAY + timedelta(weeks=1))
        assert len(await workplace.events("check_in.opened")) == 2

    async def test_five_at_once_open_one(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        results = await asyncio.gather(*(start(workplace, pair[0]) for _ in range(5)), return_exceptions=True)

        assert sum(isinstance(result, CheckIn) for result in results) == 1
        assert sum(isinstance(result, CheckInExists) for result in results) == 4

    async def test_it_takes_two(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        ann, bea = pair

        with pytest.raises(LeadMissing):
            await start(workplace, bea)
        with pytest.raises(CheckInWithOneself):
            await start(workplace, ann, lead_id=ann)

    async def test_a_third_person_cannot_open_one(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        cleo = await workplace.add_person("cleo")

        with pytest.raises(PersonNotFound):
            await start(workplace, pair[0], viewer_id=cleo)


class TestEditCheckIn:
    async def test_what_is_given_changes_and_the_rest_stays(
        self, workplace: Workplace, pair: tuple[UUID, UUID]
    ) -> None:
        ann, bea = pair
        check_in = await start(workplace, ann)

        once = await edit(workplace, check_in, {Part.PROGRESS: "Half of it.", Part.BLOCKERS: "The old tool."}, ann)
        twice = await edit(workplace, once, {Part.PROGRESS: " All of it. ", Part.BLOCKERS: None}, bea)

        assert (once.version, twice.version, twice.status) == (2, 3, CheckInStatus.OPEN)
        _, parts = await read(workplace, check_in.id, ann)
        assert parts == {Part.PROGRESS: "All of it.", Part.BLOCKERS: None, Part.NEXT_TARGETS: None}
        edited = await workplace.events("check_in.edited")
        assert [(event["version"], event["actor_id"]) for event in edited] == [(2, ann), (3, bea)]

    async def test_it_is_stored_sealed(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        check_in = await start(workplace, pair[0])
        await edit(workplace, check_in, WRITTEN)

        async with workplace.database.read(workplace.organisation.context()) as tx:
            stored = await repository.get(tx, check_in.id)

        assert stored is not None
        for part, text in WRITTEN.items():
            assert text.encode() not in (stored.sealed(part) or text.encode())

    async def test_no_change_leaves_no_trace(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        check_in = await start(workplace, pair[0])

        assert (await edit(workplace, check_in, {})).version == 1
        assert await workplace.events("check_in.edited") == []

    async def test_a_change_to_an_older_version_is_refused(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        check_in = await start(workplace, pair[0])
        await edit(workplace, check_in, {Part.PROGRESS: "First."})

        with pytest.raises(VersionStale):
            await edit(workplace, check_in, {Part.PROGRESS: "Second."})

    async def test_of_two_at_once_one_wins(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        check_in = await start(workplace, pair[0])

        results = await asyncio.gather(
            *(edit(workplace, check_in, {Part.PROGRESS: f"{n}"}) for n in range(2)), return_exceptions=True
        )

        assert sorted(type(result).__name__ for result in results) == ["CheckIn", "VersionStale"]

    async def test_what_was_submitted_stays(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        submitted = await submit(workplace, await start(workplace, pair[0]), WRITTEN)

        with pytest.raises(CheckInAlreadySubmitted):
            await edit(workplace, submitted, {Part.PROGRESS: "Something nicer."})

    async def test_a_third_person_finds_nothing_to_edit(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        check_in = await start(workplace, pair[0])
        cleo = await workplace.add_person("cleo")

        with pytest.raises(CheckInNotFound):
            await edit(workplace, check_in, {Part.PROGRESS: "Hm."}, cleo)


class TestSubmitCheckIn:
    async def test_with_all_three_parts_it_is_kept(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        ann, _ = pair
        check_in = await start(workplace, ann)
        check_in = await edit(workplace, check_in, {Part.PROGRESS: "Done.", Part.BLOCKERS: "none"}, ann)

        submitted = await submit(workplace, check_in, {Part.NEXT_TARGETS: "More."}, ann)

        assert (submitted.status, submitted.version) == (CheckInStatus.SUBMITTED, 3)
        assert submitted.submitted_at is not None
        (event,) = await workplace.events("check_in.submitted")
        assert (event["version"], event["actor_id"], event["concerns"]) == (3, ann, ann)
        assert event["data"]["week_of"] == "2026-11-02"
        assert (await read(workplace, check_in.id, ann))[1] == {
            Part.PROGRESS: "Done.",
            Part.BLOCKERS: "none",
            Part.NEXT_TARGETS: "More.",
        }

    @pytest.mark.parametrize("part", Part)
    @pytest.mark.parametrize("text", [None, "  "])
    async def test_without_one_of_them_it_is_not(
        self, workplace: Workplace, pair: tuple[UUID, UUID], part: Part, text: str | None
    ) -> None:
        check_in = await edit(workplace, await start(workplace, pair[0]), WRITTEN)

        with pytest.raises(CheckInIncomplete) as raised:
            await submit(workplace, check_in, {part: text})

        assert raised.value.pointer == f"/{part}"
        assert await workplace.events("check_in.submitted") == []

    async def test_only_once(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        submitted = await submit(workplace, await start(workplace, pair[0]), WRITTEN)

        with pytest.raises(CheckInAlreadySubmitted):
            await submit(workplace, submitted, {})

    async def test_a_stale_version_is_refused(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        check_in = await start(workplace, pair[0])
        await edit(workplace, check_in, WRITTEN)

        with pytest.raises(VersionStale):
            await submit(workplace, check_in, {})


class TestReadCheckIn:
    async def test_each_reading_is_on_record(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        ann, bea = pair
        check_in = await submit(workplace, await start(workplace, ann), WRITTEN)

        for viewer in (ann, bea):
            assert (await read(workplace, check_in.id, viewer))[1] == WRITTEN

        read_by = await workplace.events("check_in.read")
        assert [(event["actor_id"], event["concerns"], event["version"]) for event in read_by] == [
            (ann, ann, None),
            (bea, ann, None),
        ]

    async def test_a_key_without_a_person_learns_only_that_there_is_one(
        self, workplace: Workplace, pair: tuple[UUID, UUID]
    ) -> None:
        check_in = await submit(workplace, await start(workplace, pair[0]), WRITTEN)

        found, parts = await read(workplace, check_in.id, None)

        assert (found.id, parts) == (check_in.id, None)
        assert await workplace.events("check_in.read") == []

    async def test_a_former_lead_loses_sight_and_the_new_one_gains_it(
        self, workplace: Workplace, pair: tuple[UUID, UUID]
    ) -> None:
        ann, bea = pair
        check_in = await submit(workplace, await start(workplace, ann), WRITTEN)
        cleo = await workplace.add_person("cleo")
        with pytest.raises(CheckInNotFound):
            await read(workplace, check_in.id, cleo)

        await workplace.add_person("ann", lead="cleo", team="support")

        with pytest.raises(CheckInNotFound):
            await read(workplace, check_in.id, bea)
        assert (await read(workplace, check_in.id, cleo))[1] == WRITTEN

    async def test_after_the_key_is_gone_nothing_is_left_to_read(
        self, workplace: Workplace, pair: tuple[UUID, UUID]
    ) -> None:
        ann, _ = pair
        check_in = await submit(workplace, await start(workplace, ann), WRITTEN)
        async with workplace.database.write(workplace.organisation.context()) as tx:
            await tx.execute("DELETE FROM subject_key WHERE tenant_id = $1 AND subject_id = $2", tx.tenant_id, ann)

        assert (await read(workplace, check_in.id, ann))[1] == dict.fromkeys(Part)
        assert await workplace.events("check_in.read") == []

    async def test_another_organisation_finds_nothing(
        self, workplace: Workplace, pair: tuple[UUID, UUID], other_organisation: Organisation
    ) -> None:
        check_in = await start(workplace, pair[0])
        elsewhere = Workplace(workplace.database, workplace.vault, other_organisation)

        with pytest.raises(CheckInNotFound):
            await read(elsewhere, check_in.id, None)


class TestListCheckIns:
    async def test_somebody_sees_their_own_and_those_of_whom_they_lead(
        self, workplace: Workplace, pair: tuple[UUID, UUID]
    ) -> None:
        ann, bea = pair
        await workplace.add_person("cleo")
        await workplace.add_person("bea", lead="cleo")
        hers = await start(workplace, ann)
        beas = await start(workplace, bea)

        async def seen_by(viewer_id: UUID | None) -> list[UUID]:
            async with workplace.database.read(workplace.organisation.context()) as tx:
                rows = await repository.list_check_ins(
                    tx, after=FROM_THE_START, viewer_id=viewer_id, person_id=None, status=None, limit=10
                )
            assert all(row.sealed(part) is None for row in rows for part in Part)
            return [row.id for row in rows]

        assert await seen_by(ann) == [hers.id]
        assert await seen_by(bea) == [hers.id, beas.id]
        assert await seen_by(None) == [hers.id, beas.id]
        assert await seen_by(new_id()) == []

    async def test_filters_and_pages(self, workplace: Workplace, pair: tuple[UUID, UUID]) -> None:
        ann, _ = pair
        weeks = [await start(workplace, ann, week_of=MONDAY + timedelta(weeks=n)) for n in range(3)]
        await submit(workplace, weeks[0], WRITTEN)

        async def listed(
            after: Position, status: CheckInStatus | None = None, person_id: UUID | None = None
        ) -> list[CheckIn]:
            async with workplace.database.read(workplace.organisation.context()) as tx:
                return await repository.list_check_ins(
                    tx, after=after, viewer_id=None, person_id=person_id, status=status, limit=2
                )

        first = await listed(FROM_THE_START)
        rest = await listed(Position(first[-1].updated_at, first[-1].id))
        assert [row.id for row in [*first, *rest]] == [weeks[1].id, weeks[2].id, weeks[0].id]
        assert [row.id for row in await listed(FROM_THE_START, CheckInStatus.SUBMITTED)] == [weeks[0].id]
        assert await listed(FROM_THE_START, person_id=new_id()) == []
