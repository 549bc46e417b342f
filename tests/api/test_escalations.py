"""Escalations over HTTP: handed on with what the next person must know, and no feeling kept without consent."""

from __future__ import annotations

from typing import Any, ClassVar

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from attune.consent.model import Choice
from attune.kernel.db import Database
from attune.kernel.purposes import Purpose
from attune.kernel.vault import Vault
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation
from tests.workplace import Workplace

FEELING = {
    "stated_emotion": "I feel cheated.",
    "observed_intensity": 3,
    "triggers": "The word policy.",
    "what_helped": "Reading her own words back.",
    "what_to_avoid": "Asking for the number again.",
}
HANDOFF = {
    "what_happened": "Charged twice in May.",
    "promises_made": "A call by Friday.",
    "next_step": "Refund the second.",
}
FOR_SERVICE = {"attune-purpose": "service_contact"}
STALE = {"if-match": '"v9"'}


def ref(external_id: str) -> dict[str, str]:
    return {"source": "crm", "external_id": external_id}


def escalation(**more: Any) -> dict[str, Any]:
    return (
        {
            "customer_ref": ref("c-1"),
            "team_ref": ref("billing"),
            "severity": "high",
            "emotional_context": FEELING,
        }
        | HANDOFF
        | more
    )


@pytest.fixture
async def workplace(database: Database, vault: Vault, organisation: Organisation) -> Workplace:
    """A team, and a customer who allows that whoever contacts them knows how they feel."""
    made = Workplace(database, vault, organisation)
    await made.add_team("billing")
    await made.add_customer("c-1", Purpose.SERVICE_CONTACT)
    return made


async def start(client: httpx.AsyncClient, **more: Any) -> httpx.Response:
    response = await client.post("/v1/escalations", json=escalation(**more))
    assert response.status_code == 201, response.text
    return response


async def take(
    client: httpx.AsyncClient, before: httpx.Response, verb: str, body: Any = None, **headers: str
) -> httpx.Response:
    return await client.post(
        f"/v1/escalations/{before.json()['id']}:{verb}",
        json=body,
        headers={"if-match": before.headers["etag"]} | headers,
    )


class TestOpenEscalation(Guarded):
    method = "POST"
    path = "/v1/escalations"
    scope = "escalations:write"
    body: ClassVar[Any] = escalation()

    async def test_another_organisation_knows_neither_customer_nor_team(
        self, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        assert_problem(await other_client.post(self.path, json=escalation()), 422, "customer_unknown")

    async def test_it_is_offered_and_the_feeling_kept(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        response = await start(app_client, external_ref=ref("x-1"))

        made = response.json()
        assert response.headers["location"] == f"/v1/escalations/{made['id']}"
        assert response.headers["etag"] == '"v1"'
        assert made["status"] == "offered"
        assert made["external_ref"] == ref("x-1")
        assert made["emotional_context"] == {"status": "kept", "reason": "granted"}
        for text in (*HANDOFF.values(), FEELING["stated_emotion"]):
            assert str(text) not in response.text

    @pytest.mark.parametrize("missing", [{"emotional_context": None}, {}])
    async def test_without_the_feeling_nothing_is_handed_on(
        self, app_client: httpx.AsyncClient, workplace: Workplace, missing: dict[str, Any]
    ) -> None:
        body = {name: value for name, value in escalation().items() if name != "emotional_context"} | missing

        problem = assert_problem(await app_client.post(self.path, json=body), 422, "emotional_context_required")

        assert [error["pointer"] for error in problem["errors"]] == ["/emotional_context"]
        assert await workplace.events("escalation.opened") == []

    @pytest.mark.parametrize(
        ("choice", "reason"),
        [
            (None, "consent_unknown"),
            (Choice.REFUSED, "consent_refused"),
            (Choice.WITHDRAWN, "consent_withdrawn"),
            (Choice.EXPIRED, "consent_expired"),
        ],
    )
    async def test_without_consent_the_feeling_is_not_kept(
        self, app_client: httpx.AsyncClient, workplace: Workplace, choice: Choice | None, reason: str
    ) -> None:
        customer_id = await workplace.add_customer("c-2", Purpose.INSIGHTS)
        if choice is Choice.EXPIRED:
            await workplace.grant_that_ran_out(customer_id, Purpose.SERVICE_CONTACT)
        elif choice is not None:
            await workplace.choose(customer_id, Purpose.SERVICE_CONTACT, choice)

        made = (await start(app_client, customer_ref=ref("c-2"))).json()

        assert made["emotional_context"] == {"status": "withheld", "reason": reason}
        (event,) = await workplace.events("escalation.context_not_kept")
        assert (event["concerns"], event["outcome"]) == (customer_id, "withheld")
        await workplace.choose(customer_id, Purpose.SERVICE_CONTACT, Choice.GRANTED)
        shown = (await app_client.get(f"/v1/escalations/{made['id']}", headers=FOR_SERVICE)).json()
        assert (shown["emotional_context"]["status"], shown["emotional_context"]["reason"]) == ("withheld", "not_kept")

    @pytest.mark.parametrize(
        ("changes", "code", "pointer"),
        [
            ({"customer_ref": ref("nobody")}, "customer_unknown", "/customer_ref"),
            ({"team_ref": ref("nowhere")}, "team_unknown", "/team_ref"),
            ({"team_ref": None, "team_id": SOME_ID}, "team_unknown", "/team_id"),
            ({"interaction_ref": ref("i-9")}, "interaction_unknown", "/interaction_ref"),
            ({"interaction_ref": ref("i-2")}, "interaction_of_another_customer", "/interaction_ref"),
        ],
    )
    async def test_what_it_names_has_to_be_there(
        self, app_client: httpx.AsyncClient, workplace: Workplace, changes: dict[str, Any], code: str, pointer: str
    ) -> None:
        await workplace.add_person("ann")
        await workplace.add_customer("c-2")
        await workplace.add_interaction("i-2", "c-2", "ann")

        problem = assert_problem(await app_client.post(self.path, json=escalation(**changes)), 422, code)

        assert [error["pointer"] for error in problem["errors"]] == [pointer]

    @pytest.mark.parametrize(
        ("changes", "pointer", "code"),
        [
            ({"customer_ref": None}, "", "one_of_required"),
            ({"team_id": SOME_ID}, "", "one_of_required"),
            ({"interaction_id": SOME_ID, "interaction_ref": ref("i-1")}, "", "one_of_required"),
            ({"severity": "extreme"}, "/severity", "unknown_value"),
            ({"what_happened": " "}, "/what_happened", "wrong_format"),
            ({"next_step": "x" * 4001}, "/next_step", "too_long"),
            ({"emotional_context": {"stated_emotion": "x"}}, "/emotional_context/observed_intensity", "missing"),
            (
                {"emotional_context": FEELING | {"observed_intensity": 5}},
                "/emotional_context/observed_intensity",
                "out_of_range",
            ),
            ({"emotional_context": FEELING | {"voice": "loud"}}, "/emotional_context", "unknown_field"),
        ],
    )
    async def test_a_wrong_body_says_where(
        self, app_client: httpx.AsyncClient, changes: dict[str, Any], pointer: str, code: str
    ) -> None:
        response = await app_client.post(self.path, json=escalation(**changes))
        problem = assert_problem(response, 422, "validation_failed")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]

    async def test_sent_again_it_is_the_same(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        first = await start(app_client, external_ref=ref("x-1"))

        again = await app_client.post(self.path, json=escalation(external_ref=ref("x-1")))
        other = await app_client.post(self.path, json=escalation(external_ref=ref("x-1"), severity="low"))

        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
        assert again.json()["emotional_context"] == {"status": "unchanged", "reason": "opened_before"}
        assert_problem(other, 409, "escalation_reference_taken")
        assert len(await workplace.events("escalation.opened")) == 1

    async def test_a_repeated_request_has_one_effect_and_the_same_answer(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await workplace.add_customer("c-2")
        body, headers = escalation(customer_ref=ref("c-2")), {"idempotency-key": "k-1"}

        first = await app_client.post(self.path, json=body, headers=headers)
        again = await app_client.post(self.path, json=body, headers=headers)

        assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), '"v1"')
        assert again.headers["idempotency-replayed"] == "true"
        assert len(await workplace.events("escalation.opened", "escalation.context_not_kept")) == 2


class TestListEscalations(Guarded):
    method = "GET"
    path = "/v1/escalations"
    scope = "escalations:read"

    async def test_another_organisation_sees_none(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await start(app_client)
        assert (await other_client.get(self.path)).json()["data"] == []

    async def test_a_list_says_nothing_of_what_happened(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await start(app_client)

        response = await app_client.get(self.path, headers=FOR_SERVICE)

        (listed,) = response.json()["data"]
        assert not {*HANDOFF, "emotional_context"} & set(listed)
        assert "Charged" not in response.text
        assert await workplace.events("escalation.read", "escalation.context_read") == []

    async def test_filters_and_pages(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        made = [await start(app_client, severity=severity) for severity in ("low", "high", "high")]
        ids = [each.json()["id"] for each in made]

        first = (await app_client.get(self.path, params={"limit": 2})).json()
        rest = (await app_client.get(self.path, params={"limit": 2, "cursor": first["next_cursor"]})).json()

        assert [each["id"] for each in first["data"] + rest["data"]] == ids
        await take(app_client, made[0], "accept")
        for params, expected in (
            ({"status": "accepted"}, ids[:1]),
            ({"severity": "high"}, ids[1:]),
            ({"team_id": made[0].json()["team_id"]}, [*ids[1:], ids[0]]),
            ({"team_id": SOME_ID}, []),
            ({"modified_after": made[1].json()["updated_at"]}, [ids[2], ids[0]]),
        ):
            page = (await app_client.get(self.path, params=params)).json()
            assert [each["id"] for each in page["data"]] == expected, params

    async def test_a_cursor_of_another_organisation_is_refused(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        for _ in range(2):
            await start(app_client)
        cursor = (await app_client.get(self.path, params={"limit": 1})).json()["next_cursor"]

        assert_problem(await other_client.get(self.path, params={"cursor": cursor}), 422, "cursor_invalid")


class TestGetEscalation(Guarded):
    method = "GET"
    path = f"/v1/escalations/{SOME_ID}"
    scope = "escalations:read"

    async def test_another_organisation_finds_nothing(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        made = (await start(app_client)).json()
        response = await other_client.get(f"/v1/escalations/{made['id']}", headers=FOR_SERVICE)
        assert_problem(response, 404, "escalation_not_found")

    async def test_for_service_contact_the_feeling_is_shown(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        made = (await start(app_client)).json()

        response = await app_client.get(f"/v1/escalations/{made['id']}", headers=FOR_SERVICE)

        shown = response.json()
        assert {name: shown[name] for name in HANDOFF} == HANDOFF
        assert shown["emotional_context"] == {"status": "available", "reason": "granted"} | FEELING
        assert (response.headers["etag"], response.headers["cache-control"]) == ('"v1"', "no-store")
        texts, feeling = await workplace.events("escalation.read", "escalation.context_read")
        assert {texts["kind"], feeling["kind"]} == {"escalation.read", "escalation.context_read"}
        assert {texts["concerns"], feeling["concerns"]} == {await workplace.add_customer("c-1")}
        assert feeling["purpose"] == "service_contact"

    async def test_without_a_purpose_it_is_withheld(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        made = (await start(app_client)).json()

        shown = (await app_client.get(f"/v1/escalations/{made['id']}")).json()

        assert {name: shown[name] for name in HANDOFF} == HANDOFF
        assert shown["emotional_context"] == {"status": "withheld", "reason": "purpose_required"} | dict.fromkeys(
            FEELING
        )
        events = await workplace.events("escalation.read", "escalation.context_read", "escalation.context_withheld")
        assert [event["kind"] for event in events] == ["escalation.read"]

    async def test_for_another_purpose_it_is_withheld_and_recorded(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        made = (await start(app_client)).json()

        response = await app_client.get(f"/v1/escalations/{made['id']}", headers={"attune-purpose": "coaching"})

        context = response.json()["emotional_context"]
        assert (context["status"], context["reason"]) == ("withheld", "consent_unknown")
        (event,) = await workplace.events("escalation.context_withheld")
        assert (event["purpose"], event["data"]) == ("coaching", {"reason": "never_asked"})

    async def test_after_a_withdrawal_it_is_withheld_and_never_304(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        made = await start(app_client)
        customer_id = await workplace.add_customer("c-1")
        await workplace.choose(customer_id, Purpose.SERVICE_CONTACT, Choice.WITHDRAWN)

        response = await app_client.get(
            f"/v1/escalations/{made.json()['id']}", headers=FOR_SERVICE | {"if-none-match": made.headers["etag"]}
        )

        assert response.status_code == 200
        assert response.json()["emotional_context"]["reason"] == "consent_withdrawn"

    async def test_rights_are_no_purpose_of_a_caller(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        made = (await start(app_client)).json()
        response = await app_client.get(f"/v1/escalations/{made['id']}", headers={"attune-purpose": "rights"})
        assert_problem(response, 422, "validation_failed")

    async def test_what_is_not_there_is_not_found(self, app_client: httpx.AsyncClient) -> None:
        assert_problem(await app_client.get(self.path), 404, "escalation_not_found")


class TestAcceptEscalation(Guarded):
    method = "POST"
    path = f"/v1/escalations/{SOME_ID}:accept"
    scope = "escalations:write"
    body: ClassVar[Any] = {}

    async def test_another_organisation_finds_nothing(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        made = await start(app_client)
        assert_problem(await take(other_client, made, "accept"), 404, "escalation_not_found")

    async def test_who_signs_in_has_it(
        self, app: FastAPI, app_client: httpx.AsyncClient, workplace: Workplace, make_key: MakeKey
    ) -> None:
        made = await start(app_client)
        ann = await workplace.add_person("ann")
        async with client_of(app, (await make_key(workplace.organisation, person_id=ann)).secret) as as_ann:
            response = await take(as_ann, made, "accept", {"customer_had_to_repeat": False})

        accepted = response.json()
        assert (accepted["status"], accepted["assignee_id"]) == ("accepted", str(ann))
        assert accepted["customer_had_to_repeat"] is False
        assert accepted["accepted_at"] is not None
        assert response.headers["etag"] == '"v2"'

    async def test_a_key_without_a_person_accepts_for_nobody(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        response = await take(app_client, await start(app_client), "accept")
        assert (response.json()["status"], response.json()["assignee_id"]) == ("accepted", None)

    async def test_it_needs_the_version_it_was_made_for(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        path = f"/v1/escalations/{(await start(app_client)).json()['id']}:accept"

        assert_problem(await app_client.post(path, json={}), 428, "precondition_required")
        assert_problem(await app_client.post(path, json={}, headers=STALE), 412, "version_stale")

    async def test_only_once(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        accepted = await take(app_client, await start(app_client), "accept")

        assert_problem(await take(app_client, accepted, "accept"), 409, "escalation_already_accepted")

    async def test_a_wrong_body_says_where(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        response = await take(app_client, await start(app_client), "accept", {"assignee_id": SOME_ID})
        assert_problem(response, 422, "validation_failed")

    async def test_a_repeated_request_has_one_effect(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        made = await start(app_client)

        first, again = [await take(app_client, made, "accept", {}, **{"idempotency-key": "k-1"}) for _ in range(2)]

        assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), '"v2"')
        assert again.headers["idempotency-replayed"] == "true"
        assert len(await workplace.events("escalation.accepted")) == 1


class TestBounceEscalation(Guarded):
    method = "POST"
    path = f"/v1/escalations/{SOME_ID}:bounce"
    scope = "escalations:write"
    body: ClassVar[Any] = {"reason": "wrong_team"}

    async def test_another_organisation_finds_nothing(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        made = await start(app_client)
        assert_problem(await take(other_client, made, "bounce", self.body), 404, "escalation_not_found")

    async def test_it_is_handed_back_with_a_reason(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        response = await take(app_client, await start(app_client), "bounce", self.body)

        assert (response.json()["status"], response.json()["bounce_reason"]) == ("bounced", "wrong_team")
        assert response.headers["etag"] == '"v2"'

    async def test_it_needs_the_version_it_was_made_for(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        path = f"/v1/escalations/{(await start(app_client)).json()['id']}:bounce"

        assert_problem(await app_client.post(path, json=self.body), 428, "precondition_required")
        assert_problem(await app_client.post(path, json=self.body, headers=STALE), 412, "version_stale")

    async def test_what_is_over_stays_over(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        bounced = await take(app_client, await start(app_client), "bounce", self.body)
        accepted = await take(app_client, await start(app_client), "accept")

        for verb, body in (("accept", {}), ("bounce", self.body), ("resolve", {"resolution": "recovered"})):
            assert_problem(await take(app_client, bounced, verb, body), 409, "escalation_already_bounced")
        assert_problem(await take(app_client, accepted, "bounce", self.body), 409, "escalation_already_accepted")

    @pytest.mark.parametrize("body", [None, {}, {"reason": "no_mood"}])
    async def test_a_reason_is_needed(self, app_client: httpx.AsyncClient, workplace: Workplace, body: Any) -> None:
        assert_problem(await take(app_client, await start(app_client), "bounce", body), 422, "validation_failed")


class TestResolveEscalation(Guarded):
    method = "POST"
    path = f"/v1/escalations/{SOME_ID}:resolve"
    scope = "escalations:write"
    body: ClassVar[Any] = {"resolution": "recovered"}

    async def test_another_organisation_finds_nothing(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        made = await start(app_client)
        assert_problem(await take(other_client, made, "resolve", self.body), 404, "escalation_not_found")

    async def test_it_says_how_it_ended(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        accepted = await take(app_client, await start(app_client), "accept")

        response = await take(
            app_client, accepted, "resolve", {"resolution": "unrecovered", "customer_had_to_repeat": True}
        )

        resolved = response.json()
        assert (resolved["status"], resolved["resolution"]) == ("resolved", "unrecovered")
        assert resolved["customer_had_to_repeat"] is True
        assert resolved["resolved_at"] is not None
        assert response.headers["etag"] == '"v3"'

    async def test_what_nobody_accepted_is_not_resolved(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        response = await take(app_client, await start(app_client), "resolve", self.body)
        assert_problem(response, 409, "escalation_not_accepted")

    async def test_it_needs_the_version_it_was_made_for(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        path = f"/v1/escalations/{(await start(app_client)).json()['id']}:resolve"

        assert_problem(await app_client.post(path, json=self.body), 428, "precondition_required")
        assert_problem(await app_client.post(path, json=self.body, headers=STALE), 412, "version_stale")

    async def test_only_once(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        accepted = await take(app_client, await start(app_client), "accept")
        resolved = await take(app_client, accepted, "resolve", self.body)

        assert_problem(await take(app_client, resolved, "resolve", self.body), 409, "escalation_already_resolved")

    @pytest.mark.parametrize("body", [None, {}, {"resolution": "happy"}])
    async def test_a_resolution_is_needed(self, app_client: httpx.AsyncClient, workplace: Workplace, body: Any) -> None:
        assert_problem(await take(app_client, await start(app_client), "resolve", body), 422, "validation_failed")
