"""Consent: three answers, decided from what was chosen and when."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from attune.batches.model import ExternalRef, ItemResult
from attune.consent import rules, service
from attune.consent.errors import (
    ChoiceNotRecordable,
    EffectiveInFuture,
    ExpiresBeforeEffective,
    MomentInFuture,
    OnlyGrantExpires,
    PurposeNotConsentable,
)
from attune.consent.model import Choice, ChoiceItem, Consent, ConsentMethod, ConsentRecord, Decision, Reason
from attune.customers.errors import CustomerNotFound
from attune.customers.model import CustomerItem
from attune.customers.service import upsert_customers
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import CONSENTABLE, Purpose
from attune.kernel.vault import Field, Vault
from tests.conftest import Organisation

NOW = datetime(2024, 5, 6, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COACHING = Purpose.COACHING


def record(choice: Choice, at: datetime = NOW, expires_at: datetime | None = None, **more: Any) -> ConsentRecord:
    known: dict[str, Any] = {
        "id": new_id(),
        "customer_id": UUID(int=1),
        "purpose": COACHING,
        "method": ConsentMethod.CUSTOMER_STATED,
        "recorded_at": NOW,
    }
    return ConsentRecord(**known | {"choice": choice, "effective_at": at, "expires_at": expires_at} | more)


def reason(history: Sequence[ConsentRecord], at: datetime, purpose: Purpose = COACHING) -> str:
    return rules.decide(history, purpose=purpose, at=at).reason.value


class TestDecide:
    def test_nobody_asked_is_not_a_yes(self) -> None:
        decision = rules.decide([], purpose=COACHING, at=NOW)

        assert (decision.state, decision.reason, decision.is_granted) == (Consent.UNKNOWN, Reason.NEVER_ASKED, False)

    def test_the_latest_choice_wins_whenever_it_was_recorded(self) -> None:
        history = [
            record(Choice.WITHDRAWN, NOW + 2 * HOUR),
            record(Choice.GRANTED, NOW),
            record(Choice.REFUSED, NOW - HOUR),
        ]

        assert reason(history, NOW - 2 * HOUR) == "never_asked"
        assert reason(history, NOW - HOUR) == "refused"
        assert reason(history, NOW + HOUR) == "granted"
        assert reason(history, NOW + 3 * HOUR) == "withdrawn"

    def test_consent_for_one_purpose_is_none_for_another(self) -> None:
        assert reason([record(Choice.GRANTED)], NOW, Purpose.RESEARCH) == "never_asked"

    def test_a_grant_ends_at_the_very_moment_it_expires(self) -> None:
        history = [record(Choice.GRANTED, NOW, NOW + HOUR)]

        assert reason(history, NOW + HOUR - timedelta(microseconds=1)) == "granted"
        expired = rules.decide(history, purpose=COACHING, at=NOW + HOUR)
        assert (expired.state, expired.reason, expired.since) == (Consent.REFUSED, Reason.EXPIRED, NOW + HOUR)

    def test_of_two_choices_for_one_moment_the_no_wins(self) -> None:
        yes, no = record(Choice.GRANTED, recorded_at=NOW + HOUR), record(Choice.REFUSED)

        assert reason([yes, no], NOW) == reason([no, yes], NOW) == "refused"

    def test_a_grant_that_arrives_late_outlives_the_expiry_of_an_older_one(self) -> None:
        history = [
            record(Choice.GRANTED, NOW, NOW + 2 * HOUR),
            record(Choice.EXPIRED, NOW + 2 * HOUR),
            record(Choice.GRANTED, NOW + HOUR),
        ]

        assert reason(history, NOW + 3 * HOUR) == "granted"


class TestRefuseChoice:
    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"effective_at": NOW + timedelta(microseconds=1)}, EffectiveInFuture),
            ({"expires_at": NOW}, ExpiresBeforeEffective),
            ({"effective_at": NOW - HOUR, "expires_at": NOW - HOUR}, ExpiresBeforeEffective),
            ({"choice": Choice.REFUSED, "expires_at": NOW + HOUR}, OnlyGrantExpires),
            ({"choice": Choice.EXPIRED}, ChoiceNotRecordable),
            ({"purpose": Purpose.RIGHTS}, PurposeNotConsentable),
        ],
    )
    def test_what_cannot_be_chosen(self, changes: dict[str, Any], error: type[Exception]) -> None:
        item: dict[str, Any] = {
            "customer": UUID(int=1),
            "purpose": COACHING,
            "choice": Choice.GRANTED,
            "method": ConsentMethod.WEB_FORM,
        }

        assert type(rules.refuse_choice(ChoiceItem(**item | changes), now=NOW)) is error

    def test_a_choice_made_just_now_can_be_recorded(self) -> None:
        item = choose(UUID(int=1), Choice.GRANTED, effective_at=NOW, expires_at=NOW + HOUR)

        assert rules.refuse_choice(item, now=NOW) is None


def choose(customer: UUID | ExternalRef, choice: Choice, purpose: Purpose = COACHING, **more: Any) -> ChoiceItem:
    return ChoiceItem(customer=customer, purpose=purpose, choice=choice, method=ConsentMethod.CUSTOMER_STATED, **more)


async def new_customer(database: Database, organisation: Organisation) -> UUID:
    async with database.write(organisation.context()) as tx:
        (result,) = await upsert_customers(tx, [CustomerItem(ref=ExternalRef("crm", str(new_id())))])
    return result.require()


async def make(
    database: Database, organisation: Organisation, vault: Vault, item: ChoiceItem, now: datetime | None = None
) -> ConsentRecord:
    async with database.write(organisation.context()) as tx:
        if now is None:
            return await service.record_choice(tx, vault, item)
        return await service.record_choice(tx, vault, item, clock=lambda: now)


async def make_all(
    database: Database, organisation: Organisation, vault: Vault, *items: ChoiceItem, **how: Any
) -> list[ItemResult]:
    async with database.write(organisation.context()) as tx:
        return await service.record_choices(tx, vault, items, **how)


async def holds(
    database: Database, organisation: Organisation, customer_id: UUID, purpose: Purpose = COACHING
) -> Decision:
    async with database.read(organisation.context()) as tx:
        return await service.decide(tx, customer_id, purpose)


async def history_of(database: Database, organisation: Organisation, customer_id: UUID) -> list[str]:
    async with database.read(organisation.context()) as tx:
        rows = await tx.fetch(
            "SELECT choice FROM consent_record WHERE tenant_id = $1 AND customer_id = $2 ORDER BY id",
            tx.tenant_id,
            customer_id,
        )
    return [row["choice"] for row in rows]


async def consent_events(database: Database, organisation: Organisation, customer_id: UUID) -> list[Any]:
    async with database.read(organisation.context()) as tx:
        return await tx.fetch(
            "SELECT kind, concerns, version, data FROM event"
            " WHERE tenant_id = $1 AND target_id = $2 AND kind LIKE 'consent.%' ORDER BY pos",
            tx.tenant_id,
            customer_id,
        )


def outcomes(results: list[ItemResult]) -> list[str]:
    return [result.problem.code if result.problem else result.status.value for result in results]


class TestRecordChoice:
    async def test_a_grant_and_its_withdrawal_hold_at_once(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        assert (await holds(database, organisation, customer_id)).reason is Reason.NEVER_ASKED

        granted = await make(database, organisation, vault, choose(customer_id, Choice.GRANTED))
        assert await holds(database, organisation, customer_id) == Decision(
            state=Consent.GRANTED, reason=Reason.GRANTED, since=granted.effective_at, expires_at=None
        )
        await make(database, organisation, vault, choose(customer_id, Choice.WITHDRAWN))
        assert (await holds(database, organisation, customer_id)).reason is Reason.WITHDRAWN
        await make(database, organisation, vault, choose(customer_id, Choice.REFUSED))
        assert (await holds(database, organisation, customer_id)).reason is Reason.REFUSED

        events = await consent_events(database, organisation, customer_id)
        assert [event["kind"] for event in events] == ["consent.granted", "consent.withdrawn", "consent.refused"]
        assert {event["concerns"] for event in events} == {customer_id}
        assert events[0]["data"] | {"effective_at": "", "record_id": ""} == {
            "purpose": "coaching",
            "method": "customer_stated",
            "effective_at": "",
            "expires_at": None,
            "record_id": "",
        }

    async def test_what_was_never_granted_can_be_withdrawn_as_often_as_one_likes(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)

        for _ in range(2):
            await make(database, organisation, vault, choose(customer_id, Choice.WITHDRAWN))

        assert (await holds(database, organisation, customer_id)).reason is Reason.WITHDRAWN
        assert await history_of(database, organisation, customer_id) == ["withdrawn", "withdrawn"]

    async def test_a_backdated_choice_does_not_overwrite_a_newer_one(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        await make(database, organisation, vault, choose(customer_id, Choice.WITHDRAWN, effective_at=NOW), NOW)

        await make(database, organisation, vault, choose(customer_id, Choice.GRANTED, effective_at=NOW - HOUR), NOW)

        assert (await holds(database, organisation, customer_id)).reason is Reason.WITHDRAWN
        assert await history_of(database, organisation, customer_id) == ["withdrawn", "granted"]

    async def test_a_withdrawal_made_now_beats_a_grant_from_a_server_whose_clock_was_ahead(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        await make(database, organisation, vault, choose(customer_id, Choice.GRANTED), NOW + timedelta(seconds=5))

        await make(database, organisation, vault, choose(customer_id, Choice.WITHDRAWN), NOW)

        assert (await holds(database, organisation, customer_id)).reason is Reason.WITHDRAWN

    async def test_a_choice_of_the_future_is_refused(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)

        with pytest.raises(EffectiveInFuture):
            await make(database, organisation, vault, choose(customer_id, Choice.GRANTED, effective_at=NOW + HOUR), NOW)

        assert await history_of(database, organisation, customer_id) == []

    async def test_the_evidence_is_sealed_under_the_customers_key(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        words = "Yes, you may look at how I felt to coach your people."

        made = await make(database, organisation, vault, choose(customer_id, Choice.GRANTED, evidence=words))

        async with database.write(organisation.context()) as tx:
            sealed = await tx.fetch_value("SELECT evidence_sealed FROM consent_record WHERE id = $1", made.id)
            key = await vault.key_for(tx, customer_id)
        assert words.encode() not in sealed
        assert key.open(Field("consent_record", "evidence_sealed", str(made.id)), sealed) == words

    async def test_an_unknown_customer_and_one_of_another_organisation_are_not_found(
        self, database: Database, organisation: Organisation, other_organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)

        with pytest.raises(CustomerNotFound):
            await make(database, organisation, vault, choose(new_id(), Choice.GRANTED))
        with pytest.raises(CustomerNotFound):
            await make(database, other_organisation, vault, choose(customer_id, Choice.GRANTED))
        async with database.read(other_organisation.context()) as tx:
            with pytest.raises(CustomerNotFound):
                await service.list_decisions(tx, customer_id)

    async def test_grants_and_withdrawals_at_once_leave_state_and_history_in_agreement(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        choices = [Choice.GRANTED, Choice.WITHDRAWN, Choice.REFUSED] * 4

        await asyncio.gather(*(make(database, organisation, vault, choose(customer_id, choice)) for choice in choices))

        await state_agrees_with_history(database, organisation, customer_id)


async def state_agrees_with_history(database: Database, organisation: Organisation, customer_id: UUID) -> None:
    async with database.read(organisation.context()) as tx:
        at = await tx.fetch_value("SELECT now()")
        from_state = await service.list_decisions(tx, customer_id)
        from_history = await service.list_decisions(tx, customer_id, at=at, clock=lambda: at)
    assert from_state == from_history


class TestRecordChoices:
    async def test_each_item_for_itself(self, database: Database, organisation: Organisation, vault: Vault) -> None:
        customer_id = await new_customer(database, organisation)

        results = await make_all(
            database,
            organisation,
            vault,
            choose(customer_id, Choice.GRANTED),
            choose(ExternalRef("crm", "nobody"), Choice.GRANTED),
            choose(new_id(), Choice.GRANTED),
            choose(customer_id, Choice.GRANTED, effective_at=datetime.now(UTC) + HOUR),
            choose(customer_id, Choice.REFUSED, Purpose.RESEARCH),
        )

        assert outcomes(results) == [
            "created",
            "customer_unknown",
            "customer_unknown",
            "effective_in_future",
            "created",
        ]
        assert [result.problem.pointer if result.problem else None for result in results] == [
            None,
            "/customer_ref",
            "/customer_id",
            "/effective_at",
            None,
        ]
        assert (await holds(database, organisation, customer_id)).is_granted
        assert (await holds(database, organisation, customer_id, Purpose.RESEARCH)).reason is Reason.REFUSED

    async def test_a_rerun_of_dated_choices_adds_nothing(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        items = [
            choose(customer_id, Choice.GRANTED, purpose, effective_at=NOW, evidence="attested")
            for purpose in CONSENTABLE
        ]

        first = await make_all(database, organisation, vault, *items, *items[:1], clock=lambda: NOW)
        second = await make_all(database, organisation, vault, *items, clock=lambda: NOW)

        assert outcomes(first) == ["created"] * 8 + ["unchanged"]
        assert outcomes(second) == ["unchanged"] * 8
        assert [result.id for result in second] == [result.id for result in first[:8]]
        assert first[8].id == first[0].id
        assert len(await consent_events(database, organisation, customer_id)) == 8

    async def test_choices_made_now_in_one_batch_take_effect_in_their_order(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)

        await make_all(
            database,
            organisation,
            vault,
            choose(customer_id, Choice.WITHDRAWN),
            choose(customer_id, Choice.GRANTED),
        )

        assert (await holds(database, organisation, customer_id)).is_granted
        await state_agrees_with_history(database, organisation, customer_id)

    async def test_an_atomic_batch_with_a_failure_records_nothing(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)

        results = await make_all(
            database,
            organisation,
            vault,
            choose(customer_id, Choice.GRANTED),
            choose(new_id(), Choice.GRANTED),
            atomic=True,
        )

        assert outcomes(results) == ["not_applied", "customer_unknown"]
        assert (await holds(database, organisation, customer_id)).state is Consent.UNKNOWN
        assert await consent_events(database, organisation, customer_id) == []


class TestListDecisions:
    async def test_now_and_at_any_past_moment(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        await make(database, organisation, vault, choose(customer_id, Choice.GRANTED, effective_at=NOW), NOW)
        await make(
            database, organisation, vault, choose(customer_id, Choice.WITHDRAWN, effective_at=NOW + HOUR), NOW + HOUR
        )

        async def reason_at(at: datetime) -> str:
            async with database.read(organisation.context()) as tx:
                return (await service.list_decisions(tx, customer_id, at=at))[COACHING].reason.value

        assert await reason_at(NOW - HOUR) == "never_asked"
        assert await reason_at(NOW) == "granted"
        assert await reason_at(NOW + HOUR) == "withdrawn"
        async with database.read(organisation.context()) as tx:
            assert set(await service.list_decisions(tx, customer_id)) == CONSENTABLE
            with pytest.raises(MomentInFuture):
                await service.list_decisions(tx, customer_id, at=NOW + HOUR, clock=lambda: NOW)


class TestDecideMany:
    async def test_each_customer_for_themselves(
        self, database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        yes, no, unknown = [await new_customer(database, organisation) for _ in range(3)]
        await make(database, organisation, vault, choose(yes, Choice.GRANTED))
        await make(database, organisation, vault, choose(no, Choice.REFUSED))

        async with database.read(organisation.context()) as tx:
            decisions = await service.decide_many(tx, [yes, no, unknown], COACHING)
            live = await service.has_any_live(tx, [yes, no, unknown])

        assert [decisions[one].reason.value for one in (yes, no, unknown)] == ["granted", "refused", "never_asked"]
        assert live == {yes}


class TestExpireDue:
    async def test_a_grant_past_its_end_is_refused_before_and_after_it_is_marked(
        self, database: Database, worker_database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        past = datetime.now(UTC) - HOUR
        await make(
            database,
            organisation,
            vault,
            choose(customer_id, Choice.GRANTED, effective_at=past - HOUR, expires_at=past),
        )
        lasting = choose(customer_id, Choice.GRANTED, Purpose.RESEARCH, expires_at=past + 9 * HOUR)
        await make(database, organisation, vault, lasting)
        before = await holds(database, organisation, customer_id)
        assert before.reason is Reason.EXPIRED

        marked = []
        for _ in range(2):
            async with worker_database.write(organisation.context()) as tx:
                marked.append(await service.expire_due(tx, now=datetime.now(UTC)))

        assert marked == [1, 0]
        assert await holds(database, organisation, customer_id) == before
        assert (await holds(database, organisation, customer_id, Purpose.RESEARCH)).is_granted
        assert await history_of(database, organisation, customer_id) == ["granted", "granted", "expired"]
        assert (await consent_events(database, organisation, customer_id))[-1]["kind"] == "consent.expired"
        await state_agrees_with_history(database, organisation, customer_id)

    async def test_it_does_a_bounded_number_at_a_time(
        self, database: Database, worker_database: Database, organisation: Organisation, vault: Vault
    ) -> None:
        customer_id = await new_customer(database, organisation)
        for purpose in (Purpose.COACHING, Purpose.RESEARCH, Purpose.INSIGHTS):
            await make(
                database,
                organisation,
                vault,
                choose(customer_id, Choice.GRANTED, purpose, effective_at=NOW, expires_at=NOW + HOUR),
                NOW + 2 * HOUR,
            )

        marked = []
        for _ in range(3):
            async with worker_database.write(organisation.context()) as tx:
                marked.append(await service.expire_due(tx, now=NOW + 2 * HOUR, limit=2))

        assert marked == [2, 1, 0]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([Choice.GRANTED]), st.integers(0, 5), st.none() | st.integers(1, 4)),
        st.tuples(st.sampled_from([Choice.REFUSED, Choice.WITHDRAWN]), st.integers(0, 5), st.none()),
        st.just(None),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=[(Choice.GRANTED, 0, 3), None, (Choice.GRANTED, 2, None)])
@example(steps=[(Choice.GRANTED, 2, 3), None, (Choice.GRANTED, 2, None)])
@example(steps=[(Choice.REFUSED, 2, None), (Choice.GRANTED, 2, None), (Choice.GRANTED, 1, None)])
async def test_whatever_order_choices_arrive_in_state_and_history_agree(
    database: Database,
    worker_database: Database,
    organisation: Organisation,
    vault: Vault,
    steps: list[tuple[Choice, int, int | None] | None],
) -> None:
    """A None is a round of the worker, which marks what has expired: it must never change what holds."""
    customer_id = await new_customer(database, organisation)
    for step in steps:
        if step is None:
            async with worker_database.write(organisation.context()) as tx:
                await service.expire_due(tx, now=datetime.now(UTC))
            continue
        choice, hour, lasts = step
        effective_at = NOW - 100 * HOUR + hour * HOUR
        expires_at = effective_at + lasts * HOUR if lasts else None
        await make_all(
            database,
            organisation,
            vault,
            choose(customer_id, choice, effective_at=effective_at, expires_at=expires_at),
            clock=lambda: NOW,
        )
        await state_agrees_with_history(database, organisation, customer_id)
