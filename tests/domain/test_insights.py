"""Team dashboards: what they add up, what they take back, and what they never show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.insights.model import Backing, Cell, Figures, Mean, Suppression, TeamDashboard
from attune.insights.projection import TEAM_DASHBOARD
from attune.insights.rules import MINIMUM_GROUP, show
from attune.insights.service import read_team_dashboard
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.people.errors import TeamNotFound
from tests.conftest import Organisation
from tests.contact_centre import NOON, ContactCentre
from tests.worker.conftest import drain_all

MARCH = date(2026, 3, 1)


def cell(**sums: Any) -> Cell:
    """A cell with sums of ten conversations."""
    values: dict[str, Any] = {
        "interactions": 10,
        "handle_seconds": 6000,
        "intensity_sum": Decimal(30),
        "intensity_count": 9,
        "recovery_sum": Decimal(4),
        "recovery_count": 8,
        "escalations_opened": 3,
        "escalations_resolved": 2,
        "check_ins_open": 1,
        "check_ins_kept": 4,
    }
    return Cell(**{**values, **sums})


def backing(people: int, customers: int = 9) -> Backing:
    """A group in which everybody stands behind everything."""
    return Backing(
        people=people,
        intensity_people=people,
        intensity_customers=customers,
        recovery_people=people,
        recovery_customers=customers,
    )


class TestShow:
    def test_four_people_are_not_shown_and_five_are(self) -> None:
        assert show(cell(), backing(4)) is Suppression.GROUP_TOO_SMALL
        shown = show(cell(), backing(5))
        assert isinstance(shown, Figures)
        assert shown.handle_seconds_mean == 600
        assert shown.intensity_mean == Mean(value=Decimal("3.333333"), n=9)
        assert shown.recovery_mean == Mean(value=Decimal("0.5"), n=8)

    def test_an_empty_month_is_a_group_too_small(self) -> None:
        assert show(None, Backing()) is Suppression.GROUP_TOO_SMALL

    def test_an_emotional_figure_needs_five_customers_of_its_own(self) -> None:
        shown = show(cell(), backing(6, customers=4))
        assert isinstance(shown, Figures)
        assert shown.interactions == 10
        assert (shown.intensity_mean, shown.recovery_mean) == (None, None)

    @given(
        people=st.integers(0, 9),
        intensity=st.tuples(st.integers(0, 9), st.integers(0, 9)),
        recovery=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    )
    def test_no_figure_is_ever_shown_of_fewer_than_five(
        self, people: int, intensity: tuple[int, int], recovery: tuple[int, int]
    ) -> None:
        shown = show(
            cell(),
            Backing(
                people=people,
                intensity_people=intensity[0],
                intensity_customers=intensity[1],
                recovery_people=recovery[0],
                recovery_customers=recovery[1],
            ),
        )
        if people < MINIMUM_GROUP:
            assert shown is Suppression.GROUP_TOO_SMALL
            return
        assert isinstance(shown, Figures)
        assert (shown.intensity_mean is None) == (min(intensity) < MINIMUM_GROUP)
        assert (shown.recovery_mean is None) == (min(recovery) < MINIMUM_GROUP)


@pytest.fixture
def centre(database: Database, organisation: Organisation) -> ContactCentre:
    return ContactCentre(database, organisation)


async def read(centre: ContactCentre, team_id: UUID, month: date = MARCH) -> TeamDashboard:
    """A dashboard through its public door."""
    async with centre.database.read(centre.organisation.context()) as tx:
        return await read_team_dashboard(tx, team_id, month)


async def full_team(centre: ContactCentre, team_id: UUID) -> list[tuple[UUID, UUID, UUID]]:
    """Five people, each with one conversation with a customer of their own: (person, customer, conversation)."""
    made = []
    for _ in range(5):
        person, customer = await centre.person(team_id), await centre.customer(Purpose.INSIGHTS)
        made.append((person, customer, await centre.conversation(person, customer, team_id)))
    return made


class TestTeamDashboard:
    async def test_conversations_signals_check_ins_and_escalations_add_up(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        made = await full_team(centre, team)
        for person, customer, conversation in made:
            await centre.signal(customer, conversation, "5", moment="before")
            await centre.signal(customer, conversation, "2", moment="after")
            check_in = await centre.check_in(person, made[made[0][0] == person][0], team, date(2026, 3, 9))
            if person != made[0][0]:
                await centre.submit(check_in)
        escalation = await centre.escalation(made[0][1], team)
        await centre.escalation(made[1][1], team)
        await centre.resolve(escalation)
        await drain_all(worker_database)
        found = await read(centre, team)
        assert found.people == 5
        assert found.figures == Figures(
            interactions=5,
            handle_seconds_mean=Decimal(600),
            intensity_mean=Mean(value=Decimal("3.5"), n=5),
            recovery_mean=Mean(value=Decimal(3), n=5),
            escalations_opened=2,
            escalations_resolved=1,
            check_ins_open=1,
            check_ins_kept=4,
        )

    async def test_a_team_of_four_shows_nothing_not_even_how_many_they_are(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        for _ in range(4):
            person, customer = await centre.person(team), await centre.customer(Purpose.INSIGHTS)
            for _ in range(3):
                await centre.conversation(person, customer, team)
        await drain_all(worker_database)
        found = await read(centre, team)
        assert (found.figures, found.people, found.reason) == (None, None, Suppression.GROUP_TOO_SMALL)

    async def test_check_ins_do_not_make_a_group_look_larger(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        lead = await centre.person(team)
        for _ in range(6):
            await centre.check_in(await centre.person(team), lead, team, date(2026, 3, 9))
        await centre.conversation(lead, await centre.customer(), team)
        await drain_all(worker_database)
        assert (await read(centre, team)).reason is Suppression.GROUP_TOO_SMALL

    async def test_without_consent_for_insights_only_the_volume_counts(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        await full_team(centre, team)
        for _ in range(5):
            customer = await centre.customer(Purpose.SERVICE_CONTACT)
            conversation = await centre.conversation(await centre.person(team), customer, team)
            await centre.signal(customer, conversation, "5")
        await drain_all(worker_database)
        figures = (await read(centre, team)).figures
        assert figures is not None
        assert (figures.interactions, figures.intensity_mean) == (10, None)

    async def test_a_withdrawal_takes_the_customers_part_back_and_a_new_grant_returns_it(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        made = [*await full_team(centre, team), *await full_team(centre, team)]
        for number, (_, customer, conversation) in enumerate(made):
            await centre.signal(customer, conversation, "5" if number == 0 else "2")
        await drain_all(worker_database)
        before = (await read(centre, team)).figures
        await centre.choose(made[0][1], "withdrawn")
        await drain_all(worker_database)
        after = (await read(centre, team)).figures
        await centre.choose(made[0][1], "granted")
        await drain_all(worker_database)
        assert before is not None
        assert after is not None
        assert before.intensity_mean == Mean(value=Decimal("2.3"), n=10)
        assert after.intensity_mean == Mean(value=Decimal(2), n=9)
        assert after.interactions == before.interactions
        assert (await read(centre, team)).figures == before

    async def test_another_purpose_opens_and_closes_nothing(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        made = await full_team(centre, team)
        for _, customer, conversation in made:
            await centre.signal(customer, conversation, "4")
            await centre.choose(customer, "refused", Purpose.COACHING)
        await drain_all(worker_database)
        figures = (await read(centre, team)).figures
        assert figures is not None
        assert figures.intensity_mean == Mean(value=Decimal(4), n=5)

    async def test_a_correction_moves_a_conversation_to_its_team_and_month(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team, other = await centre.team(), await centre.team()
        made = await full_team(centre, team)
        await full_team(centre, team)
        await full_team(centre, other)
        await drain_all(worker_database)
        await centre.correct(made[0][2], team_id=other, handle_seconds=1200)
        await centre.correct(made[1][2], ended_at=datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
        await drain_all(worker_database)
        here, there = (await read(centre, team)).figures, (await read(centre, other)).figures
        assert here is not None
        assert there is not None
        assert (here.interactions, there.interactions) == (8, 6)
        assert there.handle_seconds_mean == 700

    async def test_a_month_ends_at_midnight_utc(self, centre: ContactCentre, worker_database: Database) -> None:
        team = await centre.team()
        for _ in range(5):
            person, customer = await centre.person(team), await centre.customer()
            await centre.conversation(person, customer, team, ended_at=datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC))
            await centre.conversation(person, customer, team, ended_at=datetime(2026, 4, 1, tzinfo=UTC))
        await drain_all(worker_database)
        march, april = await read(centre, team), await read(centre, team, date(2026, 4, 1))
        assert march.figures is not None
        assert april.figures is not None
        assert (march.figures.interactions, april.figures.interactions) == (5, 5)

    async def test_intensity_is_the_mean_on_one_to_five_whatever_scale_it_came_on(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        for _, customer, conversation in await full_team(centre, team):
            await centre.signal(customer, conversation, "10", scale=(0, 10))
            await centre.signal(customer, conversation, "0", scale=(0, 10))
            await centre.signal(customer, conversation, "1", scale=(0, 3))
            await centre.signal(customer, conversation, "5", measure="satisfaction")
        await drain_all(worker_database)
        figures = (await read(centre, team)).figures
        assert figures is not None
        assert figures.intensity_mean == Mean(value=Decimal("2.777778"), n=5)

    async def test_recovery_is_the_first_before_minus_the_last_after(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        for _, customer, conversation in await full_team(centre, team):
            for value, moment, hour in (("4", "before", 1), ("5", "before", 2), ("3", "after", 4), ("1", "after", 3)):
                await centre.signal(customer, conversation, value, moment=moment, observed_at=NOON.replace(hour=hour))
        await drain_all(worker_database)
        figures = (await read(centre, team)).figures
        assert figures is not None
        assert figures.recovery_mean == Mean(value=Decimal(1), n=5)

    async def test_an_erased_customers_feelings_are_gone_and_the_count_stays(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        made = [*await full_team(centre, team), *await full_team(centre, team)]
        for _, customer, conversation in made:
            await centre.signal(customer, conversation, "3")
        await drain_all(worker_database)
        await centre.erase(made[0][1])
        await drain_all(worker_database)
        figures = (await read(centre, team)).figures
        assert figures is not None
        assert figures.intensity_mean == Mean(value=Decimal(3), n=9)
        assert figures.interactions == 10

    async def test_a_team_that_is_not_there_is_not_found(self, centre: ContactCentre) -> None:
        with pytest.raises(TeamNotFound):
            await read(centre, new_id())

    async def test_another_organisations_team_is_not_found(
        self, centre: ContactCentre, database: Database, other_organisation: Organisation
    ) -> None:
        theirs = await ContactCentre(database, other_organisation).team()
        with pytest.raises(TeamNotFound):
            await read(centre, theirs)


def test_the_projection_keeps_three_tables() -> None:
    assert len(TEAM_DASHBOARD.tables) == 3
