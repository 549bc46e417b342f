"""Loads: the formula, its thresholds, and that a person's chain is the same however it came about."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.fatigue.model import Contribution, Conversation, Episode, Level, LoadModel, OwnLoad, Standing
from attune.fatigue.rules import (
    CURRENT,
    clears_at,
    decay,
    episodes_of,
    follow,
    impulse_of,
    level_at,
    load_at,
    step,
)
from attune.fatigue.service import announce_due_clears, read_own_load
from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from tests.conftest import Installation, Organisation
from tests.contact_centre import NOON, ContactCentre
from tests.worker.conftest import drain_all

START = datetime(2026, 3, 10, 8, tzinfo=UTC)
PERSON, CUSTOMER = new_id(), new_id()


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def with_half_life(number: float) -> LoadModel:
    return replace(CURRENT, half_life=minutes(number))


def at(moment: datetime, impulse: float) -> tuple[Conversation, float]:
    """A conversation of the one person, with a given impulse."""
    conversation = Conversation(
        interaction_id=new_id(), person_id=PERSON, customer_id=CUSTOMER, at=moment, handle_seconds=600, intensity=None
    )
    return conversation, impulse


def chain_of(*impulses: tuple[float, float], model: LoadModel = CURRENT) -> list[Contribution]:
    """The chain of impulses, each at so many minutes after the start."""
    return follow(None, [at(START + minutes(after), impulse) for after, impulse in impulses], model)


impulses = st.lists(st.tuples(st.integers(0, 600), st.floats(0.01, 6)), min_size=1, max_size=40)


class TestLoad:
    @pytest.mark.parametrize(
        ("impulse", "every", "half_life", "peak"), [(1, 10, 60, 9.1658), (1, 6, 45, 11.3279), (2, 15, 30, 6.8284)]
    )
    def test_periodic_impulses_come_to_the_peak_of_the_closed_form(
        self, impulse: float, every: int, half_life: int, peak: float
    ) -> None:
        model = with_half_life(half_life)
        chain = chain_of(*((number * every, float(impulse)) for number in range(400)), model=model)
        assert chain[-1].after.load == pytest.approx(peak, abs=5e-5)
        assert chain[-1].after.load == pytest.approx(impulse / (1 - 2 ** -(every / half_life)), rel=1e-12)

    def test_a_load_halves_in_its_half_life(self) -> None:
        assert decay(8, minutes(90)) == 4
        assert decay(8, minutes(270)) == 1

    @given(load=st.floats(0, 50), first=st.integers(0, 10**9), second=st.integers(0, 10**9))
    def test_splitting_an_idle_gap_changes_nothing(self, load: float, first: int, second: int) -> None:
        one, other = timedelta(milliseconds=first), timedelta(milliseconds=second)
        assert decay(decay(load, one), other) == pytest.approx(decay(load, one + other), rel=1e-9, abs=1e-300)

    @given(st.lists(st.floats(0.01, 6), min_size=2, max_size=6), st.randoms())
    def test_the_order_of_conversations_that_end_together_is_irrelevant(
        self, together: list[float], chance: random.Random
    ) -> None:
        shuffled = chance.sample(together, len(together))
        one = chain_of((0, 3.0), *((30, impulse) for impulse in together))[-1].after
        other = chain_of((0, 3.0), *((30, impulse) for impulse in shuffled))[-1].after
        assert one.load == pytest.approx(other.load, rel=1e-12)
        assert one.over_since == other.over_since or one.load == pytest.approx(CURRENT.threshold)

    @given(given=impulses, extra=st.tuples(st.integers(0, 600), st.floats(0.01, 6)))
    def test_more_never_means_less(self, given: list[tuple[int, float]], extra: tuple[int, float]) -> None:
        without = chain_of(*sorted(given))[-1].after
        more = chain_of(*sorted([*given, extra]))[-1].after
        end = START + minutes(700)
        assert load_at(more, end) >= load_at(without, end) * (1 - 1e-12)

    @given(given=impulses, wait=st.integers(0, 10**6))
    def test_a_load_is_never_below_nothing(self, given: list[tuple[int, float]], wait: int) -> None:
        chain = chain_of(*sorted(given))
        assert all(each.after.load > 0 for each in chain)
        assert load_at(chain[-1].after, chain[-1].after.at + minutes(wait)) >= 0

    @given(seconds=st.integers(0, 86400), more=st.integers(0, 86400), felt=st.floats(1, 5), stronger=st.floats(1, 5))
    def test_an_impulse_grows_with_length_and_with_intensity(
        self, seconds: int, more: int, felt: float, stronger: float
    ) -> None:
        low, high = sorted((felt, stronger))
        assert impulse_of(seconds, low) <= impulse_of(seconds, high) <= impulse_of(seconds + more, high)
        assert impulse_of(seconds, None) == impulse_of(seconds, 1.0)

    def test_ten_minutes_weigh_one_and_two_at_the_highest_intensity(self) -> None:
        assert impulse_of(600, None) == 1
        assert impulse_of(600, 3) == 1.5
        assert impulse_of(600, 5) == 2


class TestThreshold:
    def test_crossing_is_the_end_of_the_conversation_that_did_it(self) -> None:
        chain = chain_of((0, 11.9), (1, 0.5), (2, 5))
        assert [each.after.over_since for each in chain] == [None, START + minutes(1), START + minutes(1)]

    def test_clearing_is_exact_to_the_microsecond(self) -> None:
        standing = Standing(START, 19.2, START)
        assert clears_at(standing) == START + minutes(90)
        assert level_at(standing, START + minutes(90) - timedelta(microseconds=1)) is Level.OVER
        assert level_at(standing, START + minutes(90)) is Level.BELOW

    def test_an_episode_lasts_at_least_its_dwell(self) -> None:
        standing = Standing(START, 12.0, START)
        with_short_life = with_half_life(1)
        assert clears_at(standing, with_short_life) == START + minutes(15)

    def test_a_dip_between_the_two_thresholds_is_the_same_episode(self) -> None:
        # 12 decays to 9.7 in 27.6 minutes: above the 9.6 at which it would be over.
        chain = chain_of((0, 12.0), (27, 3.0))
        assert chain[-1].after.over_since == START

    def test_a_dip_below_the_lower_one_ends_it_and_the_next_crossing_is_another(self) -> None:
        chain = chain_of((0, 12.0), (60, 12.0))
        first, second = episodes_of(None, 0, chain)
        assert first.crossed_at == START
        assert first.cleared_at == clears_at(chain[0].after)
        assert first.cleared_at == START + CURRENT.half_life * 0.32192809488736235
        assert second == Episode(START + minutes(60), None, chain[-1].after.load)

    @given(given=impulses)
    def test_episodes_follow_each_other_and_every_peak_is_over_the_threshold(
        self, given: list[tuple[int, float]]
    ) -> None:
        episodes = episodes_of(None, 0, chain_of(*sorted(given)))
        assert all(episode.peak >= CURRENT.threshold for episode in episodes)
        assert all(episode.cleared_at is not None for episode in episodes[:-1])
        for before, after in itertools.pairwise(episodes):
            assert before.cleared_at is not None
            assert before.crossed_at + CURRENT.dwell <= before.cleared_at <= after.crossed_at

    @given(given=impulses, cut=st.integers(0, 40))
    def test_following_from_an_anchor_is_following_from_the_start(
        self, given: list[tuple[int, float]], cut: int
    ) -> None:
        conversations = [at(START + minutes(after), impulse) for after, impulse in sorted(given)]
        whole = follow(None, conversations)
        cut = min(cut, len(whole))
        anchor = whole[cut - 1].after if cut else None
        assert follow(anchor, conversations[cut:]) == whole[cut:]
        peak = max(
            (each.after.load for each in whole[:cut] if anchor and each.after.over_since == anchor.over_since),
            default=0,
        )
        tail = episodes_of(anchor, peak, whole[cut:])
        assert episodes_of(None, 0, whole)[-len(tail) or len(whole) :] == tail

    def test_a_first_conversation_stands_alone(self) -> None:
        assert step(None, START, 2.5) == Standing(START, 2.5, None)


@pytest.fixture
def centre(database: Database, organisation: Organisation) -> ContactCentre:
    return ContactCentre(database, organisation)


async def load_of(centre: ContactCentre, person_id: UUID, now: datetime) -> OwnLoad:
    """A load through its public door."""
    async with centre.database.write(centre.organisation.context(Purpose.INSIGHTS, person_id)) as tx:
        return await read_own_load(tx, person_id, now)


async def told(centre: ContactCentre, person_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    """The events about a person's threshold, in the order they were recorded."""
    async with centre.database.read(centre.organisation.context()) as tx:
        rows = await tx.fetch(
            "SELECT kind, data FROM event WHERE tenant_id = $1 AND target_id = $2 AND kind LIKE 'fatigue.%' ORDER BY pos",
            tx.tenant_id,
            person_id,
        )
    return [(row["kind"], row["data"]) for row in rows]


async def announce(worker_database: Database, centre: ContactCentre) -> int:
    async with worker_database.write(Context(centre.organisation.tenant_id, WORKER)) as tx:
        return await announce_due_clears(tx)


class TestOwnLoad:
    async def test_nobody_who_carried_nothing_has_a_load(self, centre: ContactCentre) -> None:
        person = await centre.person()
        found = await load_of(centre, person, NOON)
        assert (found.load, found.level, found.why) == (0, Level.BELOW, [])

    async def test_a_load_is_explained_by_the_largest_shares(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        person, customer = await centre.person(), await centre.customer(Purpose.INSIGHTS)
        made = [
            await centre.conversation(person, customer, ended_at=NOON + minutes(number), handle_seconds=600)
            for number in range(7)
        ]
        await centre.signal(customer, made[2], "5")
        await drain_all(worker_database)
        found = await load_of(centre, person, NOON + minutes(90))
        assert len(found.why) == 5
        assert (found.why[0].interaction_id, found.why[0].intensity) == (made[2], 5)
        assert [each.interaction_id for each in found.why[1:]] == made[:2:-1]
        assert found.why[0].share == pytest.approx(2 * 2 ** -(88 / 90) / found.load)
        assert (found.threshold, found.half_life) == (12, minutes(90))

    async def test_seeing_how_intense_a_conversation_was_is_a_recorded_read(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        person, customer = await centre.person(), await centre.customer(Purpose.INSIGHTS)
        felt = await centre.conversation(person, customer)
        await centre.conversation(person, customer)
        await centre.signal(customer, felt, "4")
        await drain_all(worker_database)
        await load_of(centre, person, NOON)
        async with centre.database.read(centre.organisation.context()) as tx:
            rows = await tx.fetch(
                "SELECT target_id, concerns, purpose, actor_id FROM event"
                " WHERE tenant_id = $1 AND kind = 'fatigue.intensity_read'",
                tx.tenant_id,
            )
        assert [tuple(row) for row in rows] == [(felt, customer, "insights", person)]

    async def test_after_a_withdrawal_nothing_of_it_is_shown_even_before_the_worker_has_run(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        person, customer = await centre.person(), await centre.customer(Purpose.INSIGHTS)
        felt = await centre.conversation(person, customer)
        await centre.signal(customer, felt, "5")
        await drain_all(worker_database)
        await centre.choose(customer, "withdrawn")
        assert (await load_of(centre, person, NOON)).why == []
        await drain_all(worker_database)
        (reason,) = (await load_of(centre, person, NOON)).why
        assert (reason.intensity, reason.share) == (None, 1)

    async def test_an_expired_signal_still_counts_and_is_shown_no_more(
        self, centre: ContactCentre, worker_database: Database, installation: Installation
    ) -> None:
        person, customer = await centre.person(), await centre.customer(Purpose.INSIGHTS)
        felt = await centre.conversation(person, customer)
        signal = await centre.signal(customer, felt, "5")
        await drain_all(worker_database)
        superuser = await asyncpg.connect(installation.superuser_url)
        await superuser.execute("UPDATE attune.signal SET expires_at = now() WHERE id = $1", signal)
        await superuser.close()
        found = await load_of(centre, person, NOON)
        assert (found.load, found.why) == (2, [])

    async def test_over_the_threshold_it_says_since_when_and_until_when_at_least(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        person, customer = await centre.person(), await centre.customer()
        await centre.conversation(person, customer, ended_at=NOON, handle_seconds=11520)
        await drain_all(worker_database)
        over, clear = await load_of(centre, person, NOON), await load_of(centre, person, NOON + minutes(90))
        assert (over.load, over.level, over.over_since) == (19.2, Level.OVER, NOON)
        assert over.clears_at_earliest == NOON + minutes(90)
        assert (clear.level, clear.over_since, clear.clears_at_earliest) == (Level.BELOW, None, None)


class TestAnnouncements:
    async def test_a_crossing_is_told_once_and_its_end_once(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        person, customer = await centre.person(), await centre.customer()
        await centre.conversation(person, customer, ended_at=NOON, handle_seconds=11520)
        await centre.conversation(person, customer, ended_at=NOON + minutes(5), handle_seconds=60)
        await drain_all(worker_database)
        await centre.conversation(person, customer, ended_at=NOON + minutes(300), handle_seconds=60)
        await drain_all(worker_database)
        assert await announce(worker_database, centre) == 0
        crossed, cleared = await told(centre, person)
        assert crossed == ("fatigue.threshold_crossed", {"crossed_at": NOON.isoformat()})
        assert cleared[0] == "fatigue.threshold_cleared"
        assert cleared[1]["crossed_at"] == NOON.isoformat()
        assert cleared[1]["was_corrected"] is False

    async def test_an_end_that_comes_without_a_conversation_is_told_when_it_is_due(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        person, customer = await centre.person(), await centre.customer()
        await centre.conversation(person, customer, ended_at=NOON, handle_seconds=11520)
        await drain_all(worker_database)
        assert await announce(worker_database, centre) == 1
        assert await announce(worker_database, centre) == 0
        await drain_all(worker_database)
        assert [kind for kind, _ in await told(centre, person)] == [
            "fatigue.threshold_crossed",
            "fatigue.threshold_cleared",
        ]

    async def test_a_crossing_that_was_an_error_is_taken_back(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        person, customer = await centre.person(), await centre.customer()
        now = datetime.now(UTC)
        wrong = await centre.conversation(person, customer, ended_at=now, handle_seconds=86400)
        await drain_all(worker_database)
        await centre.correct(wrong, handle_seconds=864)
        await drain_all(worker_database)
        assert [(kind, data.get("was_corrected")) for kind, data in await told(centre, person)] == [
            ("fatigue.threshold_crossed", None),
            ("fatigue.threshold_cleared", True),
        ]
        assert (await load_of(centre, person, now)).level is Level.BELOW

    async def test_a_conversation_that_changes_hands_changes_both_chains(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        one, other, customer = await centre.person(), await centre.person(), await centre.customer()
        moved = await centre.conversation(one, customer, ended_at=NOON)
        await centre.conversation(one, customer, ended_at=NOON + minutes(90))
        await drain_all(worker_database)
        await centre.correct(moved, person_id=other)
        await drain_all(worker_database)
        later = NOON + minutes(90)
        assert (await load_of(centre, one, later)).load == 1
        assert (await load_of(centre, other, later)).load == 0.5

    async def test_a_late_conversation_far_back_changes_the_present_not_at_all(
        self, centre: ContactCentre, worker_database: Database
    ) -> None:
        person, customer = await centre.person(), await centre.customer()
        for day in (9, 12, 30):
            await centre.conversation(person, customer, ended_at=NOON + timedelta(days=day))
        await drain_all(worker_database)
        before = await load_of(centre, person, NOON + timedelta(days=30))
        await centre.conversation(person, customer, ended_at=NOON, handle_seconds=86400)
        await drain_all(worker_database)
        assert await load_of(centre, person, NOON + timedelta(days=30)) == before
