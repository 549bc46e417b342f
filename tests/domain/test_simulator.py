"""The demo's month: the same for everybody, within its own limits, and with what the tour needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from attune.fatigue.rules import CURRENT, decay, impulse_of
from attune.kernel.purposes import CONSENTABLE
from attune_cli.demo import world
from attune_cli.demo.records import Month
from attune_cli.demo.simulator import DAYS, hard_shift, simulate_month

NOW = datetime(2026, 5, 19, 15, 20, tzinfo=UTC)
MOMENTS = (
    NOW,
    datetime(2026, 1, 1, 0, 3, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
)


@pytest.fixture(scope="module")
def month() -> Month:
    return simulate_month(7, NOW)


def test_the_same_seed_and_moment_give_the_same_month(month: Month) -> None:
    assert simulate_month(7, NOW) == month


def test_another_seed_gives_another_month(month: Month) -> None:
    assert simulate_month(8, NOW) != month


def test_it_has_the_size_that_was_promised(month: Month) -> None:
    assert len(month.teams) == 10
    assert 60 <= sum(person.role == "agent" for person in month.people) <= 80
    assert 300 <= len(month.customers) <= 600
    assert 4000 <= len(month.conversations) <= 6000


def test_one_team_has_four_people_and_the_others_at_least_five_who_talk_to_customers(month: Month) -> None:
    members = Counter(person.team for person in month.people)
    talking: dict[str, set[str]] = defaultdict(set)
    for conversation in month.conversations:
        talking[conversation.team].add(conversation.person)
    assert members[world.SMALL_TEAM] == 4
    assert all(len(people) >= 5 for team, people in talking.items() if team != world.SMALL_TEAM)


def test_everybody_named_exists(month: Month) -> None:
    people = {person.ref for person in month.people}
    teams = {team.ref for team in month.teams}
    customers = {customer.ref for customer in month.customers}
    conversations = {conversation.ref for conversation in month.conversations}
    assert {person.lead for person in month.people if person.lead} | {c.person for c in month.check_ins} <= people
    assert {person.team for person in month.people if person.team} <= teams
    assert {conversation.person for conversation in month.conversations} <= people
    assert {conversation.customer for conversation in month.conversations} <= customers
    assert {evaluation.conversation for evaluation in month.evaluations} <= conversations
    assert {escalation.conversation for escalation in month.escalations} <= conversations


def test_no_reference_is_used_twice(month: Month) -> None:
    for things in (month.people, month.customers, month.conversations, month.evaluations, month.escalations):
        refs = [thing.ref for thing in things]
        assert len(set(refs)) == len(refs)
    weeks = [(check_in.person, check_in.week_of) for check_in in month.check_ins]
    assert len(set(weeks)) == len(weeks)


def test_no_two_people_share_a_name(month: Month) -> None:
    names = [person.name for person in month.people]
    assert len(set(names)) == len(names)


def test_consents_come_in_all_three_states(month: Month) -> None:
    choices = {choice for customer in month.customers for _, choice in customer.choices}
    asked = {purpose for customer in month.customers for purpose, _ in customer.choices}
    assert choices == {"granted", "refused"}
    assert asked <= {purpose.value for purpose in CONSENTABLE}
    assert any(len(customer.choices) < len(asked) for customer in month.customers)
    assert next(c for c in month.customers if c.ref == month.never_asked_customer).choices == ()


def test_distress_varies_by_hour_and_by_queue(month: Month) -> None:
    def mean(values: list[int]) -> float:
        return sum(values) / len(values)

    stated = [c for c in month.conversations if c.before is not None and not c.ref.startswith("hard")]
    evening = mean([c.before for c in stated if c.before and c.started_at.hour in (17, 18, 19)])
    morning = mean([c.before for c in stated if c.before and c.started_at.hour in (7, 8)])
    complaints = mean([c.before for c in stated if c.before and c.queue == "complaints"])
    welcome = mean([c.before for c in stated if c.before and c.queue == "welcome"])
    assert evening > morning
    assert complaints > welcome + 1


def test_nobody_talks_to_two_customers_at_once_for_long_or_in_their_sleep(month: Month) -> None:
    for conversation in month.conversations:
        if not conversation.ref.startswith("hard"):
            assert 7 <= conversation.started_at.hour < 7 + 14
        assert 0 < conversation.handle_seconds < 3600 * 2


@pytest.mark.parametrize("now", MOMENTS)
def test_nothing_lies_in_the_future_or_before_the_month(now: datetime) -> None:
    simulated = simulate_month(3, now)
    for conversation in simulated.conversations:
        assert now - timedelta(days=DAYS + 1) < conversation.started_at <= conversation.ended_at < now
    assert all(evaluation.evaluated_at < now for evaluation in simulated.evaluations)
    assert all(check_in.week_of <= now.date() for check_in in simulated.check_ins)
    assert all(check_in.week_of.isoweekday() == 1 for check_in in simulated.check_ins)


@pytest.mark.parametrize("now", MOMENTS)
def test_the_hard_shift_alone_is_over_the_threshold_and_an_ordinary_one_is_not(now: datetime) -> None:
    simulated = simulate_month(3, now)
    loads: dict[str, float] = {}
    peaks: dict[str, float] = defaultdict(float)
    last: dict[str, datetime] = {}
    for conversation in sorted(simulated.conversations, key=lambda c: c.ended_at):
        person, at = conversation.person, conversation.ended_at
        carried = decay(loads.get(person, 0.0), at - last.get(person, at))
        loads[person] = carried + impulse_of(conversation.handle_seconds, conversation.before)
        last[person] = at
        peaks[person] = max(peaks[person], loads[person])
    assert decay(loads[simulated.overloaded_person], now - last[simulated.overloaded_person]) > CURRENT.threshold
    over = [person for person, peak in peaks.items() if peak >= CURRENT.threshold]
    assert simulated.overloaded_person in over
    assert len(over) < len(peaks) / 4


def test_the_hard_shift_is_with_customers_who_agreed_to_insights_and_never_overlaps(month: Month) -> None:
    shift = sorted(hard_shift(month.overloaded_person, month.customers, NOW), key=lambda c: c.started_at)
    granted = {customer.ref for customer in month.customers if customer.grants("insights")}
    assert {conversation.customer for conversation in shift} <= granted
    assert all(first.ended_at < second.started_at for first, second in pairwise(shift))


def test_a_hard_shift_of_the_same_hour_has_the_same_references_and_of_another_others(month: Month) -> None:
    def refs(at: datetime) -> set[str]:
        return {conversation.ref for conversation in hard_shift(month.overloaded_person, month.customers, at)}

    assert refs(NOW) == refs(NOW + timedelta(minutes=30))
    assert not refs(NOW) & refs(NOW + timedelta(hours=1))


def test_the_escalation_that_is_shown_has_a_customer_who_agreed(month: Month) -> None:
    shown = next(escalation for escalation in month.escalations if escalation.ref == month.shown_escalation)
    customer = next(customer for customer in month.customers if customer.ref == shown.customer)
    assert customer.grants("service_contact")
    assert shown.ends == "accepted"
    assert any(
        not c.grants("service_contact") for c in month.customers if c.ref in {e.customer for e in month.escalations}
    )
