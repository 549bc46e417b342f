"""Signals: what their values mean, who may be recorded, and what the consent gate yields."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attune.batches.model import Name
from attune.consent.model import Choice, Reason
from attune.customers.errors import CustomerNotFound, CustomerUnknown
from attune.erasure.service import erase_customer
from attune.interactions.errors import InteractionUnknown
from attune.kernel.db import Database
from attune.kernel.errors import AttuneError, Refusal
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.vault import Vault
from attune.sentiment.errors import (
    ConfidenceRequired,
    ExpiryTooEarly,
    InteractionOfAnotherCustomer,
    InteractionRequired,
    ModelCannotState,
    ScaleReversed,
    SignalReferenceTaken,
    ValueOffScale,
)
from attune.sentiment.model import (
    Measure,
    Modality,
    Moment,
    NewSignal,
    Scale,
    SignalResult,
    SignalsShown,
    SignalStatus,
    Source,
)
from attune.sentiment.rules import STEP, check_signal, normalise, reason_without_consent
from attune.sentiment.service import CONSENT_MISSING, read_signals, record_signal, record_signals
from tests.conftest import Organisation
from tests.workplace import MORNING, Workplace, ref

FIVE_POINTS = Scale(minimum=Decimal(1), maximum=Decimal(5))

on_nine_digits = st.decimals(min_value=-99999, max_value=99999, places=4, allow_nan=False, allow_infinity=False)


@st.composite
def ratings(draw: st.DrawFn) -> tuple[Decimal, Scale]:
    """A value somewhere on a scale."""
    low, value, high = sorted(draw(st.tuples(on_nine_digits, on_nine_digits, on_nine_digits)))
    assume(low < high)
    return value, Scale(minimum=low, maximum=high)


def signal(customer: Name | None = None, **more: Any) -> NewSignal:
    details: dict[str, Any] = {
        "id": new_id(),
        "customer": customer or ref("c-1"),
        "measure": Measure.SATISFACTION,
        "moment": Moment.AFTER,
        "original_value": Decimal(4),
        "scale": FIVE_POINTS,
        "source": Source.SELF_REPORT,
        "modality": Modality.STATED,
        "observed_at": MORNING,
    }
    return NewSignal(**details | more)


@pytest.fixture
def workplace(database: Database, vault: Vault, organisation: Organisation) -> Workplace:
    return Workplace(database, vault, organisation)


async def record(workplace: Workplace, *signals: NewSignal, atomic: bool = False) -> list[SignalResult]:
    async with workplace.database.write(workplace.organisation.context()) as tx:
        return await record_signals(tx, workplace.vault, signals, author_id=None, atomic=atomic)


async def read(
    workplace: Workplace, customer: Name, purpose: Purpose = Purpose.SERVICE_CONTACT, **more: Any
) -> SignalsShown:
    async with workplace.database.write(workplace.organisation.context(purpose)) as tx:
        return await read_signals(tx, workplace.vault, customer, purpose, **{"limit": 50} | more)


async def count_signals(workplace: Workplace) -> int:
    """All of the organisation's signals, as an erasure sees them."""
    async with workplace.database.read(workplace.organisation.context(Purpose.RIGHTS)) as tx:
        return int(await tx.fetch_value("SELECT count(*) FROM signal WHERE tenant_id = $1", tx.tenant_id))


def outcomes(results: list[SignalResult]) -> list[str]:
    return [result.problem.code if result.problem else result.status.value for result in results]


class TestNormalise:
    @pytest.mark.parametrize(
        ("measure", "original", "expected"),
        [
            (Measure.EMOTION_INTENSITY, 1, "0"),
            (Measure.EMOTION_INTENSITY, 3, "-0.5"),
            (Measure.EMOTION_INTENSITY, 5, "-1"),
            (Measure.SATISFACTION, 1, "-1"),
            (Measure.SATISFACTION, 3, "0"),
            (Measure.SATISFACTION, 5, "1"),
            (Measure.SENTIMENT, 2, "-0.5"),
        ],
    )
    def test_five_points(self, measure: Measure, original: int, expected: str) -> None:
        assert normalise(measure, Decimal(original), FIVE_POINTS) == Decimal(expected)

    def test_no_distress_is_zero_and_not_minus_zero(self) -> None:
        assert str(normalise(Measure.EMOTION_INTENSITY, Decimal(1), FIVE_POINTS)) == "0.000000"

    @given(st.sampled_from(Measure), ratings())
    def test_it_is_the_nearest_millionth_of_the_exact_value(
        self, measure: Measure, rating: tuple[Decimal, Scale]
    ) -> None:
        original, scale = rating
        share = (Fraction(original) - Fraction(scale.minimum)) / (Fraction(scale.maximum) - Fraction(scale.minimum))
        exact = -share if measure is Measure.EMOTION_INTENSITY else 2 * share - 1

        value = normalise(measure, original, scale)

        assert Fraction(value) == Fraction(round(exact * 10**6), 10**6)  # round() is half to even, exactly
        assert value.as_tuple().exponent == STEP.as_tuple().exponent

    @given(st.sampled_from(Measure), ratings())
    def test_it_stays_within_bounds(self, measure: Measure, rating: tuple[Decimal, Scale]) -> None:
        value = normalise(measure, *rating)

        assert -1 <= value <= (0 if measure is Measure.EMOTION_INTENSITY else 1)

    @given(st.sampled_from(Measure), ratings(), on_nine_digits)
    def test_better_is_never_lower(self, measure: Measure, rating: tuple[Decimal, Scale], other: Decimal) -> None:
        original, scale = rating
        assume(scale.minimum <= other <= scale.maximum)
        worse, better = sorted((original, other), reverse=measure is Measure.EMOTION_INTENSITY)

        assert normalise(measure, worse, scale) <= normalise(measure, better, scale)

    @given(st.sampled_from([Measure.SATISFACTION, Measure.SENTIMENT]), ratings())
    def test_a_scale_read_backwards_says_the_opposite(self, measure: Measure, rating: tuple[Decimal, Scale]) -> None:
        original, scale = rating
        mirrored = Scale(minimum=-scale.maximum, maximum=-scale.minimum)

        assert normalise(measure, -original, mirrored) == -normalise(measure, original, scale)

    @given(st.sampled_from(Measure), on_nine_digits, on_nine_digits, on_nine_digits)
    def test_whatever_is_off_its_scale_is_refused(
        self, measure: Measure, original: Decimal, low: Decimal, high: Decimal
    ) -> None:
        assume(low >= high or not low <= original <= high)

        with pytest.raises((ScaleReversed, ValueOffScale)):
            normalise(measure, original, Scale(minimum=low, maximum=high))


class TestCheckSignal:
    @pytest.mark.parametrize(
        ("changes", "refusal", "pointer"),
        [
            ({"source": Source.TEXT_MODEL, "modality": Modality.TEXT}, ConfidenceRequired, "/confidence"),
            ({"source": Source.TEXT_MODEL, "confidence": Decimal("0.9")}, ModelCannotState, "/modality"),
            ({"turn_position": 3}, InteractionRequired, "/turn_position"),
            ({"expires_at": MORNING}, ExpiryTooEarly, "/expires_at"),
            ({"original_value": Decimal(6)}, ValueOffScale, "/original_value"),
            ({"scale": Scale(minimum=Decimal(5), maximum=Decimal(1))}, ScaleReversed, "/scale"),
        ],
    )
    def test_refusals_say_where(self, changes: dict[str, Any], refusal: type[AttuneError], pointer: str) -> None:
        with pytest.raises(refusal) as raised:
            check_signal(signal(**changes))

        assert raised.value.pointer == pointer

    def test_a_model_that_says_how_sure_it_is_may_read_text(self) -> None:
        read_by_model = signal(source=Source.TEXT_MODEL, modality=Modality.TEXT, confidence=Decimal("0.7"))

        assert check_signal(read_by_model) == Decimal("0.5")

    def test_there_is_no_word_for_voice_or_face(self) -> None:
        assert {modality.value for modality in Modality} == {"stated", "text"}


class TestReasonWithoutConsent:
    @pytest.mark.parametrize(
        ("choices", "reason"),
        [
            ([], Reason.NEVER_ASKED),
            ([Choice.REFUSED], Reason.REFUSED),
            ([Choice.REFUSED, Choice.EXPIRED], Reason.EXPIRED),
            ([Choice.REFUSED, Choice.GRANTED], Reason.EXPIRED),
            ([Choice.EXPIRED, Choice.WITHDRAWN, Choice.REFUSED], Reason.WITHDRAWN),
        ],
    )
    def test_what_was_allowed_once_says_more(self, choices: list[Choice], reason: Reason) -> None:
        assert reason_without_consent(choices) is reason


class TestRecordSignal:
    async def test_with_consent_it_is_stored_and_told(self, workplace: Workplace) -> None:
        await workplace.add_person("ann")
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        interaction_id = await workplace.add_interaction("i-1", "c-1", "ann")
        new = signal(interaction=ref("i-1"), turn_position=2, tags=("angry", "tired"), external_ref=ref("s-1"))

        async with workplace.database.write(workplace.organisation.context()) as tx:
            result = await record_signal(tx, workplace.vault, new, author_id=None)

        assert result == SignalResult(status=SignalStatus.CREATED, id=new.id)
        (stored,) = (await read(workplace, customer_id)).signals
        assert (stored.id, stored.customer_id, stored.interaction_id) == (new.id, customer_id, interaction_id)
        assert (stored.value, stored.original_value) == (Decimal("0.5"), Decimal(4))
        assert (stored.scale_min, stored.scale_max) == (Decimal(1), Decimal(5))
        assert (stored.tags, stored.turn_position, stored.note_sealed) == (["angry", "tired"], 2, None)
        (event,) = await workplace.events("signal.recorded")
        assert (event["target_id"], event["concerns"], event["outcome"]) == (new.id, customer_id, "done")
        assert event["data"] == {
            "interaction_id": str(interaction_id),
            "measure": "satisfaction",
            "moment": "after",
            "source": "self_report",
        }

    async def test_nobody_asked_is_not_a_yes(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1")

        async with workplace.database.write(workplace.organisation.context()) as tx:
            refusal = await record_signal(tx, workplace.vault, signal(customer_id, note="she wept"), author_id=None)

        assert isinstance(refusal, Refusal)
        assert refusal is CONSENT_MISSING
        assert await count_signals(workplace) == 0
        (event,) = await workplace.events("signal.refused", "signal.recorded")
        assert (event["kind"], event["outcome"], event["target_kind"]) == ("signal.refused", "refused", "customer")
        assert (event["target_id"], event["concerns"]) == (customer_id, customer_id)
        assert event["data"] == {"reason": "never_asked"}

    @pytest.mark.parametrize(
        ("choice", "reason"), [(Choice.REFUSED, "refused"), (Choice.WITHDRAWN, "withdrawn"), (None, "expired")]
    )
    async def test_a_no_and_an_old_yes_are_refused_and_told_apart(
        self, workplace: Workplace, choice: Choice | None, reason: str
    ) -> None:
        customer_id = await workplace.add_customer("c-1")
        if choice is None:
            await workplace.grant_that_ran_out(customer_id, Purpose.INSIGHTS)
        else:
            await workplace.choose(customer_id, Purpose.INSIGHTS, choice)

        assert outcomes(await record(workplace, signal(customer_id))) == ["consent_missing"]
        assert [event["data"]["reason"] for event in await workplace.events("signal.refused")] == [reason]

    @pytest.mark.parametrize("purpose", [Purpose.INSIGHTS, Purpose.RESEARCH])
    async def test_any_live_consent_is_enough_to_store(self, workplace: Workplace, purpose: Purpose) -> None:
        await workplace.add_customer("c-1", purpose)

        assert outcomes(await record(workplace, signal())) == ["created"]

    async def test_what_it_names_has_to_be_there(self, workplace: Workplace) -> None:
        await workplace.add_person("ann")
        await workplace.add_customer("c-1", Purpose.INSIGHTS)
        await workplace.add_customer("c-2", Purpose.INSIGHTS)
        await workplace.add_interaction("i-2", "c-2", "ann")
        wrong = {
            CustomerUnknown: (signal(ref("nobody")), "/customer_ref"),
            InteractionUnknown: (signal(interaction=new_id()), "/interaction_id"),
            InteractionOfAnotherCustomer: (signal(interaction=ref("i-2")), "/interaction_ref"),
        }

        results = await record(workplace, *(new for new, _ in wrong.values()), signal(new_id(), note="x"))

        assert [type(result.problem) for result in results] == [*wrong, CustomerUnknown]
        problems = [result.problem for result in results]
        assert [problem.pointer for problem in problems if isinstance(problem, AttuneError)] == [
            *(pointer for _, pointer in wrong.values()),
            "/customer_id",
        ]
        assert await count_signals(workplace) == 0

    async def test_one_alone_raises_what_is_wrong_with_it(self, workplace: Workplace) -> None:
        with pytest.raises(CustomerUnknown):
            async with workplace.database.write(workplace.organisation.context()) as tx:
                await record_signal(tx, workplace.vault, signal(ref("nobody")), author_id=None)


class TestReferences:
    async def test_a_rerun_adds_nothing(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        first = await record(workplace, signal(external_ref=ref("s-1")), signal(external_ref=ref("s-2")))

        second = await record(workplace, signal(external_ref=ref("s-2")), signal(external_ref=ref("s-1")), signal())

        assert outcomes(second) == ["unchanged", "unchanged", "created"]
        assert [result.id for result in second[:2]] == [first[1].id, first[0].id]
        assert await count_signals(workplace) == 3
        assert len(await workplace.events("signal.recorded")) == 3

    async def test_twice_in_one_batch_is_stored_once(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        results = await record(workplace, *(signal(external_ref=ref("s-1")) for _ in range(3)))

        assert outcomes(results) == ["created", "unchanged", "unchanged"]
        assert len({result.id for result in results}) == 1
        assert await count_signals(workplace) == 1

    async def test_a_reference_stays_with_its_customer(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await workplace.add_customer("c-2", Purpose.SERVICE_CONTACT)
        await record(workplace, signal(external_ref=ref("s-1")))

        (result,) = await record(workplace, signal(ref("c-2"), external_ref=ref("s-1")))

        assert isinstance(result.problem, SignalReferenceTaken)
        assert await count_signals(workplace) == 1

    async def test_after_a_withdrawal_a_repeated_one_is_refused_like_any(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await record(workplace, signal(external_ref=ref("s-1")))
        await workplace.choose(customer_id, Purpose.SERVICE_CONTACT, Choice.WITHDRAWN)

        assert outcomes(await record(workplace, signal(external_ref=ref("s-1")))) == ["consent_missing"]

    async def test_ten_at_once_store_one(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        results = await asyncio.gather(*(record(workplace, signal(external_ref=ref("s-1"))) for _ in range(10)))

        assert sorted(outcomes([each for (each,) in results])) == ["created", *["unchanged"] * 9]
        assert len({each.id for (each,) in results}) == 1
        assert await count_signals(workplace) == 1


class TestBatch:
    async def test_each_item_for_itself(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await workplace.add_customer("c-2")
        batch = [signal(), signal(ref("c-2")), signal(original_value=Decimal(9)), signal(ref("c-3")), signal()]

        results = await record(workplace, *batch)

        assert outcomes(results) == ["created", "consent_missing", "value_off_scale", "customer_unknown", "created"]
        assert [result.id for result in results] == [batch[0].id, None, None, None, batch[4].id]
        assert await count_signals(workplace) == 2
        assert len(await workplace.events("signal.refused")) == 1

    async def test_all_or_none_stores_none_but_tells_who_was_refused(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await workplace.add_customer("c-2")

        results = await record(workplace, signal(external_ref=ref("s-1")), signal(ref("c-2")), atomic=True)

        assert outcomes(results) == ["not_applied", "consent_missing"]
        assert results[0].id is None
        assert await count_signals(workplace) == 0
        assert len(await workplace.events("signal.refused")) == 1
        assert await workplace.events("signal.recorded") == []
        assert outcomes(await record(workplace, signal(external_ref=ref("s-1")), atomic=True)) == ["created"]

    async def test_a_thousand_go_in_together(self, workplace: Workplace) -> None:
        for number in range(10):
            await workplace.add_customer(f"c-{number}", *([Purpose.INSIGHTS] if number % 2 else []))

        batch = [signal(ref(f"c-{n % 10}"), external_ref=ref(f"s-{n}")) for n in range(1000)]
        results = await record(workplace, *batch)

        assert outcomes(results) == ["consent_missing", "created"] * 500
        assert await count_signals(workplace) == 500
        assert len(await workplace.events("signal.recorded")) == 500
        assert len(await workplace.events("signal.refused")) == 500

    async def test_nothing_in_nothing_out(self, workplace: Workplace) -> None:
        assert await record(workplace) == []


class TestNotes:
    async def test_a_note_is_sealed_and_opened(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        noted, plain = signal(note="She wept."), signal(observed_at=MORNING + timedelta(hours=1))
        await record(workplace, noted, plain)

        shown = await read(workplace, customer_id)

        assert shown.notes == {noted.id: "She wept."}
        sealed = {each.id: each.note_sealed for each in shown.signals}
        assert sealed[plain.id] is None
        assert b"wept" not in (sealed[noted.id] or b"wept")

    async def test_after_the_key_is_gone_so_is_the_note(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await record(workplace, signal(note="She wept."))
        async with workplace.database.write(workplace.organisation.context()) as tx:
            await tx.execute(
                "DELETE FROM subject_key WHERE tenant_id = $1 AND subject_id = $2", tx.tenant_id, customer_id
            )

        assert (await read(workplace, customer_id)).notes == {}

    async def test_a_note_of_a_refused_signal_is_nowhere(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1")

        assert outcomes(await record(workplace, signal(note="She wept."))) == ["consent_missing"]
        assert await count_signals(workplace) == 0


class TestReadSignals:
    async def test_only_the_purpose_that_was_allowed_opens_the_gate(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await record(workplace, signal())

        shown = await read(workplace, customer_id)
        withheld = await read(workplace, ref("c-1"), Purpose.COACHING)

        assert (shown.decision.reason, len(shown.signals)) == (Reason.GRANTED, 1)
        assert (withheld.decision.reason, withheld.signals) == (Reason.NEVER_ASKED, [])
        assert withheld.customer_id == customer_id

    async def test_reading_and_withholding_are_on_record(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await record(workplace, signal(), signal())
        await read(workplace, customer_id)
        await read(workplace, customer_id, Purpose.COACHING)

        seen, withheld = await workplace.events("signals.read", "signals.withheld")

        assert (seen["kind"], seen["outcome"], seen["purpose"]) == ("signals.read", "done", "service_contact")
        assert seen["data"] == {"count": 2}
        assert (withheld["kind"], withheld["outcome"]) == ("signals.withheld", "withheld")
        assert (withheld["purpose"], withheld["data"]) == ("coaching", {"reason": "never_asked"})
        assert {seen["target_id"], seen["concerns"], withheld["target_id"], withheld["concerns"]} == {customer_id}
        assert seen["version"] is withheld["version"] is None

    async def test_a_withdrawal_closes_the_gate_with_its_commit(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await record(workplace, signal())

        await workplace.choose(customer_id, Purpose.SERVICE_CONTACT, Choice.WITHDRAWN)
        closed = await read(workplace, customer_id)
        await workplace.choose(customer_id, Purpose.SERVICE_CONTACT, Choice.GRANTED)
        opened = await read(workplace, customer_id)

        assert (closed.decision.reason, len(closed.signals)) == (Reason.WITHDRAWN, 0)
        assert len(opened.signals) == 1

    async def test_a_refusal_and_an_end_have_their_own_reasons(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.INSIGHTS)
        await record(workplace, signal())
        await workplace.choose(customer_id, Purpose.COACHING, Choice.REFUSED)
        await workplace.grant_that_ran_out(customer_id, Purpose.RESEARCH)

        assert (await read(workplace, customer_id, Purpose.COACHING)).decision.reason is Reason.REFUSED
        assert (await read(workplace, customer_id, Purpose.RESEARCH)).decision.reason is Reason.EXPIRED

    async def test_what_has_expired_is_no_longer_shown(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        lasting, stale = signal(), signal(expires_at=datetime.now(UTC) - timedelta(minutes=1))
        await record(workplace, lasting, stale)

        assert [each.id for each in (await read(workplace, customer_id)).signals] == [lasting.id]

    async def test_newest_first_and_on_from_where_it_stopped(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        batch = [signal(observed_at=MORNING + timedelta(minutes=n // 2)) for n in range(7)]
        await record(workplace, *batch)
        newest_first = sorted(batch, key=lambda each: (each.observed_at, each.id), reverse=True)

        seen: list[UUID] = []
        before = None
        while True:
            page = (await read(workplace, customer_id, before=before, limit=3)).signals
            seen += [each.id for each in page[:3]]
            if len(page) <= 3:
                break
            before = (page[2].observed_at, page[2].id)

        assert seen == [each.id for each in newest_first]
        counts = [event["data"]["count"] for event in await workplace.events("signals.read")]
        assert counts == [3, 3, 1]

    async def test_a_stranger_is_not_found(self, workplace: Workplace) -> None:
        with pytest.raises(CustomerNotFound):
            await read(workplace, new_id())

    async def test_another_organisation_sees_nobody(
        self, workplace: Workplace, other_organisation: Organisation
    ) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        elsewhere = replace(workplace, organisation=other_organisation)

        for name in (customer_id, ref("c-1")):
            with pytest.raises(CustomerNotFound):
                await read(elsewhere, name)
        assert outcomes(await record(elsewhere, signal(customer_id))) == ["customer_unknown"]


class TestPostgresItself:
    async def test_it_refuses_a_row_that_nobody_allowed(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1")

        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with workplace.database.write(workplace.organisation.context()) as tx:
                await tx.execute(
                    "INSERT INTO signal (tenant_id, id, customer_id, measure, moment, value, original_value, scale_min,"
                    " scale_max, tags, source, modality, observed_at) VALUES ($1, $2, $3, 'sentiment', 'after', 0, 3, 1,"
                    " 5, '{}', 'self_report', 'stated', now())",
                    tx.tenant_id,
                    new_id(),
                    customer_id,
                )

    async def test_a_purpose_that_python_did_not_ask_for_yields_nothing(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await record(workplace, signal())

        async with workplace.database.write(workplace.organisation.context(Purpose.COACHING)) as tx:
            shown = await read_signals(tx, workplace.vault, customer_id, Purpose.SERVICE_CONTACT, limit=5)

        assert shown.decision.is_granted
        assert shown.signals == []

    async def test_an_erasure_in_between_leaves_nothing_behind(self, workplace: Workplace) -> None:
        """The customer is held: what waited for the erasure finds nobody."""
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        async with workplace.database.write(workplace.organisation.context()) as tx:
            await erase_customer(tx, workplace.vault, customer_id)
            waiting = asyncio.create_task(record(workplace, signal(customer_id)))
            await _until_somebody_waits(workplace)

        assert outcomes(await waiting) == ["customer_unknown"]
        assert await count_signals(workplace) == 0


async def _until_somebody_waits(workplace: Workplace) -> None:
    """Until a session of this database waits for a lock."""
    waiting = 0
    while not waiting:
        async with workplace.database.read(None) as tx:
            waiting = await tx.fetch_value("SELECT count(*) FROM pg_locks WHERE NOT granted")
