"""Consents over HTTP: granted, refused, withdrawn, and what holds at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx2 as httpx
import pytest

from attune.kernel.db import Database
from attune.kernel.ids import new_id
from tests.api.conftest import assert_problem
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation

YES: dict[str, Any] = {"purpose": "coaching", "method": "customer_stated"}


def ref(external_id: str) -> dict[str, str]:
    return {"source": "crm", "external_id": external_id}


def moment(**ago: int) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat()


async def new_customer(client: httpx.AsyncClient, external_id: str = "c1") -> str:
    made = await client.put(f"/v1/customers/by-ref/crm/{external_id}", json={})
    return str(made.headers["location"])


async def choose(client: httpx.AsyncClient, customer: str, verb: str, **choice: Any) -> httpx.Response:
    return await client.post(f"{customer}/consents:{verb}", json=YES | choice)


async def coaching(client: httpx.AsyncClient, customer: str, **params: Any) -> dict[str, Any]:
    response = await client.get(f"{customer}/consents", params=params)
    assert response.status_code == 200, response.text
    (state,) = [each for each in response.json()["purposes"] if each["purpose"] == "coaching"]
    found: dict[str, Any] = state
    return found


class Choosing(Guarded):
    """What holds for each of the three verbs."""

    method = "POST"
    scope = "consents:write"
    body: ClassVar[Any] = YES
    verb: ClassVar[str]
    choice: ClassVar[str]

    async def test_it_is_recorded_once_for_each_key(
        self, app_client: httpx.AsyncClient, database: Database, organisation: Organisation
    ) -> None:
        customer = await new_customer(app_client)
        answers = [
            await app_client.post(
                f"{customer}/consents:{self.verb}", json=YES | {"evidence": "said so"}, headers={"idempotency-key": "k"}
            )
            for _ in range(2)
        ]
        assert [made.status_code for made in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert answers[0].headers["location"] == f"{customer}/consents"
        assert answers[1].headers["idempotency-replayed"] == "true"
        made = answers[0].json()
        assert (made["choice"], made["purpose"], made["method"]) == (self.choice, "coaching", "customer_stated")
        assert "evidence" not in made
        async with database.read(organisation.context()) as tx:
            assert await tx.fetch_value("SELECT count(*) FROM consent_record WHERE tenant_id = $1", tx.tenant_id) == 1

    async def test_strangers_and_nobody(self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        assert_problem(await choose(other_client, customer, self.verb), 404, "customer_not_found")
        assert_problem(await choose(app_client, f"/v1/customers/{SOME_ID}", self.verb), 404, "customer_not_found")

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"purpose": "rights"}, "/purpose"),
            ({"purpose": "curiosity"}, "/purpose"),
            ({"method": "system"}, "/method"),
            ({"effective_at": "yesterday"}, "/effective_at"),
            ({"evidence": ""}, "/evidence"),
            ({"mood": "furious"}, ""),
        ],
    )
    async def test_what_cannot_be_sent(
        self, app_client: httpx.AsyncClient, change: dict[str, Any], pointer: str
    ) -> None:
        customer = await new_customer(app_client)
        problem = assert_problem(await choose(app_client, customer, self.verb, **change), 422, "validation_failed")
        assert [error["pointer"] for error in problem["errors"]] == [pointer]

    async def test_a_choice_of_the_future(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        problem = assert_problem(
            await choose(app_client, customer, self.verb, effective_at=moment(hours=-1)), 422, "effective_in_future"
        )
        assert problem["errors"][0]["pointer"] == "/effective_at"


class TestGrantConsent(Choosing):
    path = f"/v1/customers/{SOME_ID}/consents:grant"
    verb = "grant"
    choice = "granted"

    async def test_it_holds_at_once_and_until_its_end(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        ends = moment(days=-30)
        made = (await choose(app_client, customer, "grant", expires_at=ends)).json()
        state = await coaching(app_client, customer)
        assert state == {
            "purpose": "coaching",
            "state": "granted",
            "reason": "granted",
            "since": made["effective_at"],
            "expires_at": made["expires_at"],
        }

    async def test_an_end_before_the_beginning(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        response = await choose(app_client, customer, "grant", expires_at=moment(hours=1))
        assert_problem(response, 422, "expires_before_effective")

    async def test_the_way_it_was_given_is_required(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        response = await app_client.post(f"{customer}/consents:grant", json={"purpose": "coaching"})
        assert_problem(response, 422, "validation_failed")


class TestRefuseConsent(Choosing):
    path = f"/v1/customers/{SOME_ID}/consents:refuse"
    verb = "refuse"
    choice = "refused"

    async def test_a_no_is_not_the_same_as_never_asked(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        await choose(app_client, customer, "refuse")
        state = await coaching(app_client, customer)
        assert (state["state"], state["reason"]) == ("refused", "refused")

    async def test_a_no_does_not_expire(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        response = await choose(app_client, customer, "refuse", expires_at=moment(days=-1))
        assert_problem(response, 422, "validation_failed")


class TestWithdrawConsent(Choosing):
    path = f"/v1/customers/{SOME_ID}/consents:withdraw"
    verb = "withdraw"
    choice = "withdrawn"

    async def test_it_takes_back_what_was_granted_and_needs_only_the_purpose(
        self, app_client: httpx.AsyncClient
    ) -> None:
        customer = await new_customer(app_client)
        await choose(app_client, customer, "grant")
        response = await app_client.post(f"{customer}/consents:withdraw", json={"purpose": "coaching"})
        assert response.status_code == 201
        state = await coaching(app_client, customer)
        assert (state["state"], state["reason"]) == ("refused", "withdrawn")

    async def test_what_was_never_granted_can_be_withdrawn(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        for _ in range(2):
            assert (await choose(app_client, customer, "withdraw")).status_code == 201


class TestGetConsents(Guarded):
    method = "GET"
    path = f"/v1/customers/{SOME_ID}/consents"
    scope = "consents:read"

    async def test_nobody_asked(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        answered = (await app_client.get(f"{customer}/consents")).json()
        assert len(answered["purposes"]) == 8
        assert {each["state"] for each in answered["purposes"]} == {"unknown"}
        assert {each["reason"] for each in answered["purposes"]} == {"never_asked"}
        assert {each["since"] for each in answered["purposes"]} == {None}

    async def test_at_a_moment_of_the_past(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        await choose(app_client, customer, "grant", effective_at=moment(days=3), expires_at=moment(days=1))
        for days, reason in ((4, "never_asked"), (2, "granted"), (0, "expired")):
            assert (await coaching(app_client, customer, at=moment(days=days)))["reason"] == reason
        assert (await coaching(app_client, customer))["reason"] == "expired"

    async def test_moments_that_cannot_be_told(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        future = await app_client.get(f"{customer}/consents", params={"at": moment(hours=-1)})
        assert_problem(future, 422, "moment_in_future")
        for wrong in ("soon", "2026-11-02", "1700000000"):
            response = await app_client.get(f"{customer}/consents", params={"at": wrong})
            assert_problem(response, 422, "validation_failed")

    async def test_strangers_and_nobody(self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        assert_problem(await other_client.get(f"{customer}/consents"), 404, "customer_not_found")
        assert_problem(await app_client.get(self.path), 404, "customer_not_found")


class TestBatchCreateConsents(Guarded):
    method = "POST"
    path = "/v1/consents:batchCreate"
    scope = "consents:write"
    body: ClassVar[Any] = {"items": [YES | {"choice": "granted", "customer_ref": ref("c1")}]}

    async def record(self, client: httpx.AsyncClient, *items: Any, **how: Any) -> list[str]:
        response = await client.post(self.path, json={"items": list(items)} | how)
        assert response.status_code == 200, response.text
        return [each["problem"]["code"] if each["problem"] else each["status"] for each in response.json()["results"]]

    async def test_each_item_for_itself(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        yes = YES | {"choice": "granted"}
        codes = await self.record(
            app_client,
            yes | {"customer_ref": ref("c1")},
            yes | {"customer_id": customer.rpartition("/")[2], "purpose": "research", "choice": "refused"},
            yes | {"customer_ref": ref("nobody")},
            yes | {"customer_id": str(new_id())},
            yes,
            yes | {"customer_ref": ref("c1"), "customer_id": SOME_ID},
            yes | {"customer_ref": ref("c1"), "choice": "expired"},
            yes | {"customer_ref": ref("c1"), "choice": "withdrawn", "expires_at": moment(days=-1)},
            yes | {"customer_ref": ref("c1"), "effective_at": moment(hours=-1)},
        )
        assert codes == [
            "created",
            "created",
            "customer_unknown",
            "customer_unknown",
            "validation_failed",
            "validation_failed",
            "validation_failed",
            "only_grant_expires",
            "effective_in_future",
        ]
        assert (await coaching(app_client, customer))["state"] == "granted"

    async def test_a_rerun_of_dated_choices_adds_nothing(self, app_client: httpx.AsyncClient) -> None:
        await new_customer(app_client)
        items = [
            YES | {"choice": "granted", "customer_ref": ref("c1"), "purpose": purpose, "effective_at": moment(days=1)}
            for purpose in ("coaching", "insights")
        ]
        assert await self.record(app_client, *items) == ["created"] * 2
        assert await self.record(app_client, *items) == ["unchanged"] * 2

    async def test_an_atomic_batch_is_all_or_nothing(self, app_client: httpx.AsyncClient) -> None:
        customer = await new_customer(app_client)
        good = YES | {"choice": "granted", "customer_ref": ref("c1")}
        assert await self.record(app_client, good, good | {"customer_ref": ref("c9")}, atomic=True) == [
            "not_applied",
            "customer_unknown",
        ]
        assert (await coaching(app_client, customer))["state"] == "unknown"

    async def test_a_repeated_request_is_answered_again(self, app_client: httpx.AsyncClient) -> None:
        await new_customer(app_client)
        answers = [
            await app_client.post(self.path, json=self.body, headers={"idempotency-key": "k-1"}) for _ in range(2)
        ]
        assert answers[0].json() == answers[1].json()
        assert answers[1].json()["results"][0]["status"] == "created"

    async def test_customers_of_another_organisation_are_unknown(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        customer = await new_customer(app_client)
        yes = YES | {"choice": "granted"}
        assert (
            await self.record(
                other_client,
                yes | {"customer_ref": ref("c1")},
                yes | {"customer_id": customer.rpartition("/")[2]},
            )
            == ["customer_unknown"] * 2
        )
