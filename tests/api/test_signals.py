"""Signals over HTTP: recorded with consent, read for a purpose, and every refusal on the audit log."""

from __future__ import annotations

import asyncio
import json
from typing import Any, ClassVar

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter

from attune.consent.model import Choice
from attune.kernel.db import Database
from attune.kernel.purposes import Purpose
from attune.kernel.vault import Vault
from attune_api.routes.schemas.signals import SignalsPage
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation
from tests.workplace import Workplace

FOR_SERVICE = {"attune-purpose": "service_contact"}


def ref(external_id: str) -> dict[str, str]:
    return {"source": "crm", "external_id": external_id}


def signal(customer: str = "c-1", **more: Any) -> dict[str, Any]:
    return {
        "customer_ref": ref(customer),
        "measure": "emotion_intensity",
        "moment": "before",
        "original_value": 4,
        "scale": {"min": 1, "max": 5},
        "source": "self_report",
        "modality": "stated",
        "observed_at": "2026-11-02T10:00:00+01:00",
    } | more


@pytest.fixture
def workplace(database: Database, vault: Vault, organisation: Organisation) -> Workplace:
    return Workplace(database, vault, organisation)


async def record(client: httpx.AsyncClient, *items: Any, **how: Any) -> list[dict[str, Any]]:
    response = await client.post("/v1/signals:batchCreate", json={"items": list(items)} | how)
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    assert [result["index"] for result in results] == list(range(len(items)))
    return results


async def read(client: httpx.AsyncClient, path: str = "by-ref/crm/c-1", **params: Any) -> dict[str, Any]:
    response = await client.get(f"/v1/customers/{path}/signals", headers=FOR_SERVICE, params=params)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers
    TypeAdapter(SignalsPage).validate_json(response.content)
    shown: dict[str, Any] = response.json()
    return shown


def outcomes(results: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(result["status"], (result["problem"] or {}).get("code")) for result in results]


class TestRecordSignal(Guarded):
    method = "POST"
    path = "/v1/signals"
    scope = "signals:write"
    body = signal()

    async def test_another_organisations_customer_is_unknown(
        self, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        by_id = signal(customer_ref=None, customer_id=str(customer_id))

        for body in (signal(), by_id):
            assert_problem(await other_client.post("/v1/signals", json=body), 422, "customer_unknown")

    async def test_with_consent_it_is_stored(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        response = await app_client.post("/v1/signals", json=signal(note="Near tears.", tags=["sad", "tired"]))

        assert response.status_code == 201
        stored = response.json()
        assert stored == {"id": stored["id"], "status": "stored"}
        (shown,) = (await read(app_client))["data"]
        assert shown == {
            "id": stored["id"],
            "customer_id": str(customer_id),
            "interaction_id": None,
            "turn_position": None,
            "measure": "emotion_intensity",
            "moment": "before",
            "value": -0.75,
            "original_value": 4,
            "scale": {"min": 1, "max": 5},
            "tags": ["sad", "tired"],
            "note": "Near tears.",
            "source": "self_report",
            "modality": "stated",
            "confidence": None,
            "author_id": None,
            "observed_at": "2026-11-02T09:00:00Z",
            "expires_at": None,
            "recorded_at": shown["recorded_at"],
        }

    async def test_who_signs_in_is_its_author(
        self, app: FastAPI, app_client: httpx.AsyncClient, workplace: Workplace, make_key: MakeKey
    ) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        ann = await workplace.add_person("ann")
        async with client_of(app, (await make_key(workplace.organisation, person_id=ann)).secret) as as_ann:
            assert (await as_ann.post("/v1/signals", json=signal(source="human_note"))).status_code == 201

        (shown,) = (await read(app_client))["data"]
        assert shown["author_id"] == str(ann)

    async def test_a_model_says_how_sure_it_is(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        by_model = signal(source="text_model", modality="text")

        assert_problem(await app_client.post("/v1/signals", json=by_model), 422, "confidence_required")
        response = await app_client.post("/v1/signals", json=by_model | {"confidence": 0.87654})

        assert response.status_code == 201
        assert (await read(app_client))["data"][0]["confidence"] == 0.877

    async def test_without_consent_it_is_refused_and_recorded(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        customer_id = await workplace.add_customer("c-1")

        problem = assert_problem(await app_client.post("/v1/signals", json=signal()), 403, "consent_missing")

        assert problem["errors"] == []
        (event,) = await workplace.events("signal.refused", "signal.recorded")
        assert (event["kind"], event["target_id"], event["actor_kind"]) == ("signal.refused", customer_id, "api_key")
        assert event["data"] == {"reason": "never_asked"}

    @pytest.mark.parametrize("modality", ["voice", "face", "video"])
    async def test_nothing_is_taken_from_a_voice_or_a_face(
        self, app_client: httpx.AsyncClient, workplace: Workplace, modality: str
    ) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        response = await app_client.post("/v1/signals", json=signal(modality=modality))

        problem = assert_problem(response, 422, "validation_failed")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/modality", "unknown_value")]
        assert modality not in json.dumps(problem["errors"])

    @pytest.mark.parametrize(
        ("changes", "pointer", "code"),
        [
            ({"customer_ref": None}, "", "one_of_required"),
            ({"customer_id": SOME_ID}, "", "one_of_required"),
            ({"interaction_ref": ref("i-1"), "interaction_id": SOME_ID}, "", "one_of_required"),
            ({"original_value": "4"}, "/original_value", "not_a_number"),
            ({"original_value": True}, "/original_value", "not_a_number"),
            ({"original_value": 3.14159}, "/original_value", "too_precise"),
            ({"original_value": 1e9}, "/original_value", "out_of_range"),
            ({"scale": {"min": 1}}, "/scale/max", "missing"),
            ({"tags": ["Sad"]}, "/tags/0", "wrong_format"),
            ({"tags": ["sad"] * 21}, "/tags", "too_many"),
            ({"note": " "}, "/note", "wrong_format"),
            ({"note": "x" * 2001}, "/note", "too_long"),
            ({"confidence": 1.5}, "/confidence", "out_of_range"),
            ({"turn_position": -1}, "/turn_position", "out_of_range"),
            ({"observed_at": "2026-11-02T10:00:00"}, "/observed_at", "time_zone_missing"),
            ({"mood": "bad"}, "", "unknown_field"),
        ],
    )
    async def test_a_wrong_body_says_where(
        self, app_client: httpx.AsyncClient, changes: dict[str, Any], pointer: str, code: str
    ) -> None:
        response = await app_client.post("/v1/signals", json=signal(**changes))

        problem = assert_problem(response, 422, "validation_failed")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]

    @pytest.mark.parametrize(
        ("changes", "pointer", "code"),
        [
            ({"original_value": 6}, "/original_value", "value_off_scale"),
            ({"scale": {"min": 5, "max": 1}}, "/scale", "scale_reversed"),
            ({"source": "text_model", "confidence": 0.5}, "/modality", "model_cannot_state"),
            ({"turn_position": 1}, "/turn_position", "interaction_required"),
            ({"expires_at": "2026-11-02T09:00:00Z"}, "/expires_at", "expiry_too_early"),
            ({"interaction_ref": ref("i-9")}, "/interaction_ref", "interaction_unknown"),
            ({"customer_ref": ref("nobody")}, "/customer_ref", "customer_unknown"),
        ],
    )
    async def test_what_cannot_be_is_refused_with_its_own_code(
        self,
        app_client: httpx.AsyncClient,
        workplace: Workplace,
        changes: dict[str, Any],
        pointer: str,
        code: str,
    ) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        problem = assert_problem(await app_client.post("/v1/signals", json=signal(**changes)), 422, code)

        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]

    async def test_a_reference_that_was_there_adds_nothing(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await workplace.add_customer("c-2", Purpose.SERVICE_CONTACT)
        first = await app_client.post("/v1/signals", json=signal(external_ref=ref("s-1")))

        again = await app_client.post("/v1/signals", json=signal(external_ref=ref("s-1")))
        moved = await app_client.post("/v1/signals", json=signal("c-2", external_ref=ref("s-1")))

        assert (again.status_code, again.json()) == (200, {"id": first.json()["id"], "status": "unchanged"})
        assert_problem(moved, 409, "signal_reference_taken")
        assert len((await read(app_client))["data"]) == 1

    async def test_a_repeated_request_has_one_effect(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        headers = {"idempotency-key": "k-1"}

        first = await app_client.post("/v1/signals", json=signal(), headers=headers)
        again = await app_client.post("/v1/signals", json=signal(), headers=headers)
        other = await app_client.post("/v1/signals", json=signal(original_value=2), headers=headers)

        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        assert_problem(other, 422, "idempotency_key_reused")
        assert len((await read(app_client))["data"]) == 1

    async def test_a_repeated_refusal_is_the_same_refusal_recorded_once(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await workplace.add_customer("c-1")
        headers = {"idempotency-key": "k-1"}

        for _ in range(2):
            response = await app_client.post("/v1/signals", json=signal(), headers=headers)
            assert_problem(response, 403, "consent_missing")

        assert response.headers["idempotency-replayed"] == "true"
        assert len(await workplace.events("signal.refused")) == 1

    async def test_a_repeated_unchanged_one_stays_unchanged(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        body = signal(external_ref=ref("s-1"))
        first = await app_client.post("/v1/signals", json=body)

        for _ in range(2):
            again = await app_client.post("/v1/signals", json=body, headers={"idempotency-key": "k-1"})
            assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])

    async def test_twenty_duplicates_at_once_store_one(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        responses = await asyncio.gather(
            *(app_client.post("/v1/signals", json=signal(), headers={"idempotency-key": "k-1"}) for _ in range(20))
        )

        assert {response.status_code for response in responses} <= {201, 409}
        assert len({response.json()["id"] for response in responses if response.status_code == 201}) == 1
        assert len((await read(app_client))["data"]) == 1


class TestBatchCreateSignals(Guarded):
    method = "POST"
    path = "/v1/signals:batchCreate"
    scope = "signals:write"
    body: ClassVar[Any] = {"items": [signal()]}

    async def test_another_organisations_customers_are_unknown(
        self, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        assert outcomes(await record(other_client, signal())) == [("failed", "customer_unknown")]

    async def test_each_item_for_itself(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await workplace.add_customer("c-2")

        results = await record(
            app_client,
            signal(external_ref=ref("s-1")),
            signal("c-2"),
            signal(modality="voice"),
            "not an object",
            signal(original_value=9),
            signal(external_ref=ref("s-1")),
            signal("nobody"),
        )

        assert outcomes(results) == [
            ("created", None),
            ("refused", "consent_missing"),
            ("failed", "validation_failed"),
            ("failed", "validation_failed"),
            ("failed", "value_off_scale"),
            ("unchanged", None),
            ("failed", "customer_unknown"),
        ]
        assert results[5]["id"] == results[0]["id"]
        assert [result["problem"]["status"] for result in results if result["problem"]] == [403, 422, 422, 422, 422]
        assert results[2]["problem"]["errors"][0]["pointer"] == "/modality"
        assert len(await workplace.events("signal.refused")) == 1
        assert len((await read(app_client))["data"]) == 1

    async def test_a_rerun_adds_nothing(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        items = [signal(external_ref=ref(f"s-{number}")) for number in range(3)]
        first = await record(app_client, *items)

        second = await record(app_client, *items)

        assert outcomes(second) == [("unchanged", None)] * 3
        assert [result["id"] for result in second] == [result["id"] for result in first]

    async def test_all_or_none(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await workplace.add_customer("c-2")

        for bad, code in ((signal("c-2"), "consent_missing"), ("bad", "validation_failed")):
            results = await record(app_client, signal(), bad, atomic=True)
            assert [code for _, code in outcomes(results)] == ["not_applied", code]
        assert (await read(app_client))["data"] == []
        assert len(await workplace.events("signal.refused")) == 1
        assert outcomes(await record(app_client, signal(), signal(), atomic=True)) == [("created", None)] * 2

    async def test_a_repeated_batch_is_answered_again(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await workplace.add_customer("c-2")
        body, headers = {"items": [signal(), signal("c-2"), "bad"]}, {"idempotency-key": "k-1"}

        first = await app_client.post("/v1/signals:batchCreate", json=body, headers=headers)
        again = await app_client.post("/v1/signals:batchCreate", json=body, headers=headers)

        assert again.json() == first.json()
        assert again.headers["idempotency-replayed"] == "true"
        assert len((await read(app_client))["data"]) == 1
        assert len(await workplace.events("signal.refused")) == 1

    @pytest.mark.parametrize(
        "body", [{}, {"items": []}, {"items": [signal()] * 1001}, {"items": signal()}, {"items": [signal()], "x": 1}]
    )
    async def test_a_batch_has_a_form(self, app_client: httpx.AsyncClient, body: Any) -> None:
        assert_problem(await app_client.post("/v1/signals:batchCreate", json=body), 422, "validation_failed")

    async def test_a_thousand_at_once(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        results = await record(app_client, *(signal(external_ref=ref(f"s-{number}")) for number in range(1000)))

        assert outcomes(results) == [("created", None)] * 1000


class TestListSignals(Guarded):
    method = "GET"
    path = f"/v1/customers/{SOME_ID}/signals"
    scope = "signals:read"

    async def test_another_organisation_does_not_find_the_customer(
        self, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        for path in (customer_id, "by-ref/crm/c-1"):
            response = await other_client.get(f"/v1/customers/{path}/signals", headers=FOR_SERVICE)
            assert_problem(response, 404, "customer_not_found")

    async def test_without_a_purpose_nothing_is_read(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        assert_problem(await app_client.get(f"/v1/customers/{customer_id}/signals"), 422, "purpose_required")

    @pytest.mark.parametrize("purpose", ["rights", "curiosity", ""])
    async def test_not_every_word_is_a_purpose(
        self, app_client: httpx.AsyncClient, workplace: Workplace, purpose: str
    ) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)

        response = await app_client.get(f"/v1/customers/{customer_id}/signals", headers={"attune-purpose": purpose})

        assert_problem(response, 422, "validation_failed")

    async def test_with_consent_they_are_shown(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await record(app_client, signal())

        shown = await read(app_client, str(customer_id))

        assert len(shown.pop("data")) == 1
        assert shown == {
            "status": "available",
            "reason": "granted",
            "customer_id": str(customer_id),
            "purpose": "service_contact",
            "next_cursor": None,
            "has_more": False,
        }

    @pytest.mark.parametrize(
        ("choice", "reason"),
        [
            (None, "consent_unknown"),
            (Choice.REFUSED, "consent_refused"),
            (Choice.WITHDRAWN, "consent_withdrawn"),
            (Choice.EXPIRED, "consent_expired"),
        ],
    )
    async def test_without_it_they_are_withheld_and_it_says_why(
        self, app_client: httpx.AsyncClient, workplace: Workplace, choice: Choice | None, reason: str
    ) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.INSIGHTS)
        await record(app_client, signal())
        if choice is Choice.EXPIRED:
            await workplace.grant_that_ran_out(customer_id, Purpose.SERVICE_CONTACT)
        elif choice is not None:
            await workplace.choose(customer_id, Purpose.SERVICE_CONTACT, choice)

        shown = await read(app_client, str(customer_id))

        assert (shown["status"], shown["reason"], shown["data"]) == ("withheld", reason, [])

    async def test_the_next_read_after_a_withdrawal_is_withheld(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await record(app_client, signal())
        assert (await read(app_client))["status"] == "available"

        await workplace.choose(customer_id, Purpose.SERVICE_CONTACT, Choice.WITHDRAWN)

        assert (await read(app_client))["status"] == "withheld"

    async def test_both_are_on_the_log_before_the_answer_leaves(
        self, app: FastAPI, workplace: Workplace, make_key: MakeKey
    ) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        ann = await workplace.add_person("ann")
        async with client_of(app, (await make_key(workplace.organisation, person_id=ann)).secret) as as_ann:
            await read(as_ann)
            await workplace.choose(customer_id, Purpose.SERVICE_CONTACT, Choice.WITHDRAWN)
            await read(as_ann)

        seen, withheld = await workplace.events("signals.read", "signals.withheld")
        for event, outcome, data in ((seen, "done", {"count": 0}), (withheld, "withheld", {"reason": "withdrawn"})):
            assert (event["outcome"], event["data"], event["purpose"]) == (outcome, data, "service_contact")
            assert (event["target_id"], event["concerns"], event["actor_id"]) == (customer_id, customer_id, ann)

    async def test_pages(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        minutes = [f"2026-11-02T10:{minute:02}:00Z" for minute in range(5)]
        await record(app_client, *(signal(observed_at=minute) for minute in minutes))

        seen, cursor = [], None
        for _ in range(3):
            page = await read(app_client, str(customer_id), limit=2, **({"cursor": cursor} if cursor else {}))
            seen += [each["observed_at"] for each in page["data"]]
            cursor = page["next_cursor"]

        assert seen == minutes[::-1]
        assert (page["has_more"], cursor) == (False, None)

    async def test_a_cursor_is_good_for_one_customer_and_one_purpose(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT, Purpose.COACHING)
        other_id = await workplace.add_customer("c-2", Purpose.SERVICE_CONTACT)
        await record(app_client, signal(), signal())
        cursor = (await read(app_client, str(customer_id), limit=1))["next_cursor"]

        for path, purpose in ((other_id, "service_contact"), (customer_id, "coaching")):
            response = await app_client.get(
                f"/v1/customers/{path}/signals", params={"cursor": cursor}, headers={"attune-purpose": purpose}
            )
            assert_problem(response, 422, "cursor_invalid")

    async def test_a_stranger_is_not_found(self, app_client: httpx.AsyncClient) -> None:
        for path in (SOME_ID, "by-ref/crm/nobody"):
            response = await app_client.get(f"/v1/customers/{path}/signals", headers=FOR_SERVICE)
            assert_problem(response, 404, "customer_not_found")

    async def test_unknown_parameters_are_refused(self, app_client: httpx.AsyncClient) -> None:
        response = await app_client.get(f"/v1/customers/{SOME_ID}/signals?mood=bad", headers=FOR_SERVICE)
        assert_problem(response, 422, "validation_failed")


class TestListSignalsByRef(Guarded):
    method = "GET"
    path = "/v1/customers/by-ref/crm/c-1/signals"
    scope = "signals:read"

    async def test_it_reads_the_same_as_by_id(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        customer_id = await workplace.add_customer("c-1", Purpose.SERVICE_CONTACT)
        await record(app_client, signal())

        assert await read(app_client) == await read(app_client, str(customer_id))
