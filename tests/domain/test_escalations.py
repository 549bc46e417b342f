"""Escalations: what the next person must know, a life without shortcuts, and feelings kept only where allowed."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.batches.model import FROM_THE_START, Position
from attune.consent.model import Choice, Reason
from attune.customers.errors import CustomerUnknown
from attune.erasure.service import erase_customer
from attune.escalations import repository, service
from attune.escalations.errors import (
    EmotionalContextRequired,
    EscalationAlreadyAccepted,
    EscalationAlreadyBounced,
    EscalationAlreadyResolved,
    EscalationNotAccepted,
    EscalationNotFound,
    EscalationReferenceTaken,
    InteractionOfAnotherCustomer,
)
from attune.escalations.model import (
    BounceReason,
    EmotionalContext,
    Escalation,
    EscalationStatus,
    Handoff,
    Resolution,
    Severity,
)
from attune.escalations.rules import STEPS, Step, take_step
from attune.escalations.service import ContextShown, Opened
from attune.interactions.errors import InteractionUnknown
from attune.kernel.db import Database
from attune.kernel.errors import AttuneError, Kind, VersionStale
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.vault import Vault
from attune.people.errors import TeamUnknown
from tests.conftest import Organisation
from tests.workplace import Workplace, ref

HANDOFF = Handoff(
    what_happened="Charged twice in May.", promises_made="A call by Friday.", next_step="Refund the second."
)
FEELING = EmotionalContext(
    stated_emotion="I feel cheated.",
    observed_intensity=3,
    triggers="The word policy.",
    what_helped="Reading her own words back.",
    what_to_avoid="Asking for the number again.",
)
SERVICE = Purpose.SERVICE_CONTACT


@pytest.fixture
async def workplace(database: Database, vault: Vault, organisation: Organisation) -> Workplace:
    """With the team that things are handed to."""
    made = Workplace(database, vault, organisation)
    await made.add_team("billing")
    return made


async def start(workplace: Workplace, **more: Any) -> Opened:
    details: dict[str, Any] = {
        "escalation_id": new_id(),
        "opened_by_id": None,
        "customer": ref("c-1"),
        "interaction": None,
        "team": ref("billing"),
        "severity": Severity.HIGH,
        "handoff": HANDOFF,
        "emotional_context": FEELING,
    }
    async with workplace.database.write(workplace.organisation.context()) as tx:
        return await service.open_escalation(tx, workplace.vault, **details | more)


async def accept(workplace: Workplace, before: Escalation, person_id: UUID | None = None, **more: Any) -> Escalation:
    async with workplace.database.write(workplace.organisation.context(person_id=person_id)) as tx:
        return await service.accept_escalation(tx, before.id, version=before.version, assignee_id=person_id, **more)


async def bounce(workplace: Workplace, before: Escalation) -> Escalation:
    async with workplace.database.write(workplace.organisation.context()) as tx:
        return await service.bounce_escalation(tx, before.id, version=before.version, reason=BounceReason.WRONG_TEAM)


async def resolve(workplace: Workplace, before: Escalation, **more: Any) -> Escalation:
    async with workplace.database.write(workplace.organisation.context()) as tx:
        return await service.resolve_escalation(
            tx, before.id, version=before.version, resolution=Resolution.RECOVERED, **more
        )


async def read_context(workplace: Workplace, escalation: Escalation, purpose: Purpose = SERVICE) -> ContextShown:
    async with workplace.database.write(workplace.organisation.context(purpose)) as tx:
        return await service.read_context(tx, workplace.vault, escalation, purpose)


async def count_contexts(workplace: Workplace) -> int:
    async with workplace.database.read(workplace.organisation.context(Purpose.RIGHTS)) as tx:
        return int(await tx.fetch_value("SELECT count(*) FROM emotional_context WHERE tenant_id = $1", tx.tenant_id))


class TestSteps:
    def test_every_status_knows_what_every_step_means(self) -> None:
        assert set(STEPS) == {(status, step) for status in EscalationStatus for step in Step}

    @given(st.lists(st.sampled_from(Step), max_size=8))
    def test_whatever_is_tried_at_most_two_steps_are_taken(self, steps: list[Step]) -> None:
        """Accept and resolve, or bounce: nothing is resolved that nobody accepted, and what is over stays over."""
        status, taken = EscalationStatus.OFFERED, []
        for step in steps:
            try:
                status = take_step(status, step)
            except AttuneError:
                continue
            taken.append(step)

        lives: dict[tuple[Step, ...], EscalationStatus] = {
            (): EscalationStatus.OFFERED,
            (Step.ACCEPT,): EscalationStatus.ACCEPTED,
            (Step.BOUNCE,): EscalationStatus.BOUNCED,
            (Step.ACCEPT, Step.RESOLVE): EscalationStatus.RESOLVED,
        }
        assert status is lives[tuple(taken)]

    @given(st.sampled_from(sorted(STEPS)))
    def test_a_step_leads_elsewhere_or_is_a_conflict(self, tried: tuple[EscalationStatus, Step]) -> None:
        result = STEPS[tried]

        if isinstance(result, EscalationStatus):
            assert take_step(*tried) is result is not tried[0]
        else:
            assert result.kind is Kind.CONFLICT
            with pytest.raises(result):
                take_step(*tried)


class TestOpenEscalation:
    async def test_it_is_offered_to_a_team(self, workplace: Workplace) -> None:
        ann = await workplace.add_person("ann")
        customer_id = await workplace.add_customer("c-1", SERVICE)
        interaction_id = await workplace.add_interaction("i-1", "c-1", "ann")

        opened = await start(workplace, interaction=ref("i-1"), opened_by_id=ann, external_ref=ref("x-1"))

        escalation = opened.escalation
        assert opened.is_new
        assert (escalation.status, escalation.version) == (EscalationStatus.OFFERED, 1)
        assert (escalation.customer_id, escalation.interaction_id) == (customer_id, interaction_id)
        assert (escalation.opened_by_id, escalation.assignee_id) == (ann, None)
        assert (escalation.external_source, escalation.external_id) == ("crm", "x-1")
        (event,) = await workplace.events("escalation.opened")
        assert (event["target_id"], event["concerns"], event["version"]) == (escalation.id, customer_id, 1)
        assert event["data"] == {
            "team_id": str(escalation.team_id),
            "interaction_id": str(interaction_id),
            "severity": "high",
        }

    async def test_without_the_feeling_nothing_is_handed_on(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)

        with pytest.raises(EmotionalContextRequired) as raised:
            await start(workplace, emotional_context=None)

        assert raised.value.pointer == "/emotional_context"

    async def test_a_feeling_is_kept_where_service_contact_is_allowed(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)

        opened = await start(workplace)

        assert opened.context is not None
        assert opened.context.is_granted
        assert await count_contexts(workplace) == 1
        assert await workplace.events("escalation.context_not_kept") == []

    @pytest.mark.parametrize(
        ("choice", "reason"), [(None, "never_asked"), (Choice.REFUSED, "refused"), (Choice.WITHDRAWN, "withdrawn")]
    )
    async def test_without_that_consent_it_is_dropped_and_said_so(
        self, workplace: Workplace, choice: Choice | None, reason: str
    ) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.INSIGHTS)
        if choice is not None:
            await workplace.choose(customer_id, SERVICE, choice)

        opened = await start(workplace)

        assert opened.is_new
        assert opened.context is not None
        assert opened.context.reason == reason
        assert await count_contexts(workplace) == 0
        (event,) = await workplace.events("escalation.context_not_kept")
        assert (event["target_id"], event["concerns"]) == (opened.escalation.id, customer_id)
        assert (event["outcome"], event["data"]) == ("withheld", {"reason": reason})

    async def test_a_consent_that_ran_out_keeps_nothing(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1")
        await workplace.grant_that_ran_out(customer_id, SERVICE)

        opened = await start(workplace)

        assert opened.context is not None
        assert opened.context.reason is Reason.EXPIRED
        assert await count_contexts(workplace) == 0

    async def test_what_it_names_has_to_be_there(self, workplace: Workplace) -> None:
        await workplace.add_person("ann")
        await workplace.add_customer("c-1", SERVICE)
        await workplace.add_customer("c-2")
        await workplace.add_interaction("i-2", "c-2", "ann")
        wrong: list[tuple[dict[str, Any], type[AttuneError], str]] = [
            ({"customer": ref("nobody")}, CustomerUnknown, "/customer_ref"),
            ({"customer": new_id()}, CustomerUnknown, "/customer_id"),
            ({"interaction": ref("i-9")}, InteractionUnknown, "/interaction_ref"),
            ({"interaction": ref("i-2")}, InteractionOfAnotherCustomer, "/interaction_ref"),
            ({"team": ref("nobody")}, TeamUnknown, "/team_ref"),
            ({"team": new_id()}, TeamUnknown, "/team_id"),
        ]
        for changes, refusal, pointer in wrong:
            with pytest.raises(refusal) as raised:
                await start(workplace, **changes)
            assert raised.value.pointer == pointer
        assert await workplace.events("escalation.opened") == []

    async def test_sent_again_it_is_the_same(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)

        first = await start(workplace, external_ref=ref("x-1"))
        second = await start(workplace, external_ref=ref("x-1"))

        assert (second.escalation, second.is_new) == (first.escalation, False)
        assert len(await workplace.events("escalation.opened")) == 1
        with pytest.raises(EscalationReferenceTaken):
            await start(workplace, external_ref=ref("x-1"), severity=Severity.LOW)

    async def test_five_at_once_open_one(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)

        opened = await asyncio.gather(*(start(workplace, external_ref=ref("x-1")) for _ in range(5)))

        assert sorted(each.is_new for each in opened) == [False] * 4 + [True]
        assert len({each.escalation.id for each in opened}) == 1
        assert await count_contexts(workplace) == 1


class TestLife:
    async def test_accepted_and_resolved(self, workplace: Workplace) -> None:
        ann = await workplace.add_person("ann")
        customer_id = await workplace.add_customer("c-1", SERVICE)
        offered = (await start(workplace)).escalation

        accepted = await accept(workplace, offered, ann, customer_had_to_repeat=True)
        resolved = await resolve(workplace, accepted)

        assert (accepted.status, accepted.version, accepted.assignee_id) == (EscalationStatus.ACCEPTED, 2, ann)
        assert accepted.accepted_at is not None
        assert (resolved.status, resolved.version) == (EscalationStatus.RESOLVED, 3)
        assert (resolved.resolution, resolved.assignee_id) == (Resolution.RECOVERED, ann)
        assert resolved.customer_had_to_repeat is True
        assert resolved.resolved_at is not None
        taken, ended = await workplace.events("escalation.accepted", "escalation.resolved")
        assert (taken["version"], taken["concerns"]) == (2, customer_id)
        assert taken["data"] == {
            "team_id": str(offered.team_id),
            "assignee_id": str(ann),
            "customer_had_to_repeat": True,
        }
        assert (ended["version"], ended["concerns"]) == (3, customer_id)
        assert ended["data"] == {
            "team_id": str(offered.team_id),
            "resolution": "recovered",
            "customer_had_to_repeat": True,
        }

    async def test_bounced_with_a_reason(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)

        bounced = await bounce(workplace, (await start(workplace)).escalation)

        assert (bounced.status, bounced.version) == (EscalationStatus.BOUNCED, 2)
        assert bounced.bounce_reason is BounceReason.WRONG_TEAM
        (event,) = await workplace.events("escalation.bounced")
        assert event["data"] == {"team_id": str(bounced.team_id), "reason": "wrong_team"}

    async def test_a_key_without_a_person_accepts_for_nobody(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)

        assert (await accept(workplace, (await start(workplace)).escalation)).assignee_id is None

    async def test_no_shortcuts(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)
        offered = (await start(workplace)).escalation
        with pytest.raises(EscalationNotAccepted):
            await resolve(workplace, offered)
        bounced = await bounce(workplace, offered)
        for step in (accept, bounce, resolve):
            with pytest.raises(EscalationAlreadyBounced):
                await step(workplace, bounced)

        accepted = await accept(workplace, (await start(workplace)).escalation)
        for step in (accept, bounce):
            with pytest.raises(EscalationAlreadyAccepted):
                await step(workplace, accepted)
        resolved = await resolve(workplace, accepted)
        for step in (accept, bounce, resolve):
            with pytest.raises(EscalationAlreadyResolved):
                await step(workplace, resolved)

    async def test_a_step_from_an_older_version_is_refused(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)
        offered = (await start(workplace)).escalation
        await accept(workplace, offered)

        for step in (accept, bounce, resolve):
            with pytest.raises(VersionStale):
                await step(workplace, offered)

    async def test_of_two_who_accept_at_once_one_has_it(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)
        offered = (await start(workplace)).escalation

        results = await asyncio.gather(*(accept(workplace, offered) for _ in range(2)), return_exceptions=True)

        assert sorted(type(result).__name__ for result in results) == ["Escalation", "VersionStale"]

    async def test_another_organisation_finds_nothing(
        self, workplace: Workplace, other_organisation: Organisation
    ) -> None:
        await workplace.add_customer("c-1", SERVICE)
        offered = (await start(workplace)).escalation
        elsewhere = Workplace(workplace.database, workplace.vault, other_organisation)

        for step in (accept, bounce, resolve):
            with pytest.raises(EscalationNotFound):
                await step(elsewhere, offered)


class TestReadHandoff:
    async def test_it_is_opened_and_on_record(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1")
        escalation = (await start(workplace)).escalation

        async with workplace.database.write(workplace.organisation.context()) as tx:
            sealed = await repository.get_handoff(tx, escalation.id)
            assert await service.read_handoff(tx, workplace.vault, escalation) == HANDOFF

        assert b"Charged" not in sealed.what_happened
        (event,) = await workplace.events("escalation.read")
        assert (event["target_id"], event["concerns"], event["version"]) == (escalation.id, customer_id, None)

    async def test_after_an_erasure_nothing_is_left(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", SERVICE)
        escalation = (await start(workplace)).escalation
        async with workplace.database.write(workplace.organisation.context()) as tx:
            receipt = await erase_customer(tx, workplace.vault, customer_id)

        async with workplace.database.write(workplace.organisation.context(SERVICE)) as tx:
            handoff = await service.read_handoff(tx, workplace.vault, escalation)
        shown = await read_context(workplace, escalation)

        assert receipt.counts.emotional_contexts == 1
        assert handoff == Handoff(what_happened=None)
        assert shown.context is None
        assert await workplace.events("escalation.read", "escalation.context_read") == []


class TestReadContext:
    async def test_under_a_purpose_that_is_allowed_it_is_shown(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", SERVICE)
        escalation = (await start(workplace)).escalation

        shown = await read_context(workplace, escalation)

        assert (shown.decision.reason, shown.context) == (Reason.GRANTED, FEELING)
        (event,) = await workplace.events("escalation.context_read")
        assert (event["target_id"], event["concerns"]) == (escalation.id, customer_id)
        assert (event["purpose"], event["outcome"], event["data"]) == ("service_contact", "done", {})

    async def test_under_another_it_is_withheld(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", SERVICE)
        escalation = (await start(workplace)).escalation

        shown = await read_context(workplace, escalation, Purpose.COACHING)

        assert (shown.decision.reason, shown.context) == (Reason.NEVER_ASKED, None)
        (event,) = await workplace.events("escalation.context_withheld")
        assert (event["concerns"], event["purpose"]) == (customer_id, "coaching")
        assert (event["outcome"], event["data"]) == ("withheld", {"reason": "never_asked"})

    async def test_a_withdrawal_closes_it_at_once(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", SERVICE)
        escalation = (await start(workplace)).escalation

        await workplace.choose(customer_id, SERVICE, Choice.WITHDRAWN)

        shown = await read_context(workplace, escalation)
        assert (shown.decision.reason, shown.context) == (Reason.WITHDRAWN, None)

    async def test_what_was_not_kept_is_not_there_after_a_later_yes(self, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1")
        escalation = (await start(workplace)).escalation
        await workplace.choose(customer_id, SERVICE, Choice.GRANTED)

        shown = await read_context(workplace, escalation)

        assert (shown.decision.is_granted, shown.context) == (True, None)

    async def test_postgres_decides_by_the_transactions_own_purpose(self, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", SERVICE)
        escalation = (await start(workplace)).escalation

        async with workplace.database.write(workplace.organisation.context(Purpose.COACHING)) as tx:
            shown = await service.read_context(tx, workplace.vault, escalation, SERVICE)

        assert (shown.decision.is_granted, shown.context) == (True, None)


class TestListEscalations:
    async def test_filters_and_pages(self, workplace: Workplace, other_organisation: Organisation) -> None:
        await workplace.add_team("complaints")
        await workplace.add_customer("c-1")
        made = [
            (await start(workplace, severity=severity)).escalation
            for severity in (Severity.LOW, Severity.HIGH, Severity.HIGH)
        ]
        elsewhere = (await start(workplace, team=ref("complaints"))).escalation
        await accept(workplace, made[0])

        async def listed(
            after: Position = FROM_THE_START, place: Organisation = workplace.organisation, limit: int = 2, **by: Any
        ) -> list[UUID]:
            filters = {"status": None, "team_id": None, "severity": None} | by
            async with workplace.database.read(place.context()) as tx:
                rows = await repository.list_escalations(tx, after=after, limit=limit, **filters)
            return [row.id for row in rows]

        async with workplace.database.read(workplace.organisation.context()) as tx:
            second = await service.get_escalation(tx, made[2].id)
        assert await listed() == [made[1].id, made[2].id]
        assert await listed(Position(second.updated_at, second.id)) == [elsewhere.id, made[0].id]
        assert await listed(status=EscalationStatus.ACCEPTED) == [made[0].id]
        assert await listed(severity=Severity.LOW) == [made[0].id]
        assert await listed(team_id=elsewhere.team_id) == [elsewhere.id]
        assert await listed(place=other_organisation) == []
