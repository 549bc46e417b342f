"""Customers over HTTP, and their erasure."""

from __future__ import annotations

from typing import Any, ClassVar

import httpx2 as httpx
import pytest

from attune.kernel.db import Database
from tests.api.conftest import assert_problem
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation


def ref(external_id: str) -> dict[str, str]:
    return {"source": "crm", "external_id": external_id}


def customer(external_id: str, **more: Any) -> dict[str, Any]:
    return {"external_ref": ref(external_id)} | more


async def upsert(client: httpx.AsyncClient, *items: Any, **how: Any) -> list[dict[str, Any]]:
    response = await client.post("/v1/customers:batchUpsert", json={"items": list(items)} | how)
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    return [result["problem"]["code"] if result["problem"] else result["status"] for result in results]


async def put(client: httpx.AsyncClient, external_id: str = "c1", **details: Any) -> httpx.Response:
    return await client.put(f"/v1/customers/by-ref/crm/{external_id}", json=details)


class TestBatchUpsertCustomers(Guarded):
    method = "POST"
    path = "/v1/customers:batchUpsert"
    scope = "customers:write"
    body: ClassVar[Any] = {"items": [customer("c1")]}

    async def test_new_changed_unchanged_and_failed(self, app_client: httpx.AsyncClient) -> None:
        await upsert(app_client, customer("c1"), customer("c2", locale="nl-NL"))
        results = await upsert(
            app_client,
            customer("c1", locale="de-DE"),
            customer("c2", locale="nl-NL"),
            customer("c3"),
            customer("c3"),
            customer("c4", name="Mr Smith"),
            customer("c5", locale="not a locale"),
            {},
        )
        assert outcomes(results) == [
            "updated",
            "unchanged",
            "created",
            "duplicate_in_batch",
            "validation_failed",
            "validation_failed",
            "validation_failed",
        ]
        assert results[4]["problem"]["errors"][0]["code"] == "unknown_field", "a name is not needed, so it is refused"

    async def test_dry_and_atomic_batches(self, app_client: httpx.AsyncClient) -> None:
        assert outcomes(await upsert(app_client, customer("c1"), dry_run=True)) == ["created"]
        failed = await upsert(app_client, customer("c1"), customer("c1"), atomic=True)
        assert outcomes(failed) == ["not_applied", "duplicate_in_batch"]
        assert (await app_client.get("/v1/customers")).json()["data"] == []

    async def test_a_repeated_request_is_answered_again(self, app_client: httpx.AsyncClient) -> None:
        answers = [
            await app_client.post(self.path, json=self.body, headers={"idempotency-key": "k-1"}) for _ in range(2)
        ]
        assert answers[0].json() == answers[1].json()
        assert outcomes(answers[1].json()["results"]) == ["created"]

    async def test_organisations_do_not_notice_each_other(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        mine, theirs = await upsert(app_client, customer("c1")), await upsert(other_client, customer("c1"))
        assert outcomes(theirs) == ["created"]
        assert mine[0]["id"] != theirs[0]["id"]


class TestUpsertCustomer(Guarded):
    method = "PUT"
    path = "/v1/customers/by-ref/crm/c1"
    scope = "customers:write"
    body: ClassVar[Any] = {}

    async def test_made_then_replaced(self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient) -> None:
        made = await put(app_client, locale="nl-NL")
        assert (made.status_code, made.headers["etag"]) == (201, '"v1"')
        assert made.headers["location"] == f"/v1/customers/{made.json()['id']}"
        replaced = await put(app_client)
        assert (replaced.status_code, replaced.headers["etag"], replaced.json()["locale"]) == (200, '"v2"', None)
        assert (await put(other_client)).status_code == 201

    async def test_personal_fields_are_refused_at_the_door(self, app_client: httpx.AsyncClient) -> None:
        for field in ("name", "email", "phone", "date_of_birth"):
            problem = assert_problem(await put(app_client, **{field: "x-secret-x"}), 422, "validation_failed")
            assert "x-secret-x" not in str(problem)
        assert_problem(await app_client.put("/v1/customers/by-ref/crm/a@b", json={}), 422, "validation_failed")


class TestGetCustomerByRef(Guarded):
    method = "GET"
    path = "/v1/customers/by-ref/crm/c1"
    scope = "customers:read"

    async def test_found_here_and_nowhere_else(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = await put(app_client)
        assert (await app_client.get(self.path)).json() == made.json()
        assert_problem(await other_client.get(self.path), 404, "customer_not_found")


class TestLookupCustomer(Guarded):
    method = "POST"
    path = "/v1/customers:lookup"
    scope = "customers:read"
    body: ClassVar[Any] = {"external_ref": ref("c1")}

    async def test_found_here_and_nowhere_else(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = await put(app_client)
        found = await app_client.post(self.path, json=self.body)
        assert (found.status_code, found.json()) == (200, made.json())
        assert_problem(await other_client.post(self.path, json=self.body), 404, "customer_not_found")


class TestGetCustomer(Guarded):
    method = "GET"
    path = f"/v1/customers/{SOME_ID}"
    scope = "customers:read"

    async def test_found_here_and_nowhere_else(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = await put(app_client)
        found = await app_client.get(made.headers["location"])
        assert (found.json(), found.headers["etag"]) == (made.json(), '"v1"')
        assert_problem(await other_client.get(made.headers["location"]), 404, "customer_not_found")
        assert_problem(await app_client.get(self.path), 404, "customer_not_found")


class TestListCustomers(Guarded):
    method = "GET"
    path = "/v1/customers"
    scope = "customers:read"

    async def test_pages_cover_every_customer_of_the_organisation_once(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        await upsert(app_client, *(customer(f"c{number}") for number in range(3)))
        await upsert(other_client, customer("stranger"))
        first = (await app_client.get(self.path, params={"limit": 2})).json()
        rest = (await app_client.get(self.path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert {each["external_ref"]["external_id"] for each in first["data"] + rest["data"]} == {"c0", "c1", "c2"}
        last = rest["data"][-1]["updated_at"]
        await put(app_client, "c0", locale="nl-NL")
        since = (await app_client.get(self.path, params={"modified_after": last})).json()["data"]
        assert [each["external_ref"]["external_id"] for each in since] == ["c0"]


class TestEraseCustomer(Guarded):
    method = "POST"
    path = f"/v1/customers/{SOME_ID}:erase"
    scope = "organisation:admin"

    async def test_the_receipt_says_what_was_removed_and_erasing_again_removes_nothing(
        self, app_client: httpx.AsyncClient
    ) -> None:
        location = (await put(app_client, locale="nl-NL")).headers["location"]
        grant = {"purpose": "coaching", "method": "web_form", "evidence": "ticked the box"}
        assert (await app_client.post(f"{location}/consents:grant", json=grant)).status_code == 201

        receipt = await app_client.post(f"{location}:erase")

        assert receipt.status_code == 200
        assert receipt.json()["counts"] == {
            "signals": 0,
            "signal_references": 0,
            "emotional_contexts": 0,
            "turn_texts": 0,
            "consent_evidence": 1,
            "escalations": 0,
            "keys": 1,
            "consents_ended": 1,
        }
        left = (await app_client.get(location)).json()
        assert (left["external_ref"], left["locale"], left["erased_at"]) == (None, None, receipt.json()["erased_at"])
        again = (await app_client.post(f"{location}:erase")).json()
        assert again["erased_at"] == receipt.json()["erased_at"]
        assert set(again["counts"].values()) == {0}

    async def test_nobody_is_found_by_the_reference_and_it_can_be_given_anew(
        self, app_client: httpx.AsyncClient
    ) -> None:
        location = (await put(app_client)).headers["location"]
        await app_client.post(f"{location}:erase")
        assert_problem(await app_client.get("/v1/customers/by-ref/crm/c1"), 404, "customer_not_found")
        again = await put(app_client)
        assert again.status_code == 201
        assert again.headers["location"] != location

    async def test_a_repeated_request_gives_the_same_receipt(self, app_client: httpx.AsyncClient) -> None:
        location = (await put(app_client)).headers["location"]
        grant = {"purpose": "coaching", "method": "web_form"}
        await app_client.post(f"{location}/consents:grant", json=grant)
        receipts = [await app_client.post(f"{location}:erase", headers={"idempotency-key": "k-1"}) for _ in range(2)]
        assert receipts[0].json() == receipts[1].json()
        assert receipts[1].json()["counts"]["consents_ended"] == 1
        assert receipts[1].headers["idempotency-replayed"] == "true"

    async def test_strangers_and_nobody(self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient) -> None:
        location = (await put(app_client)).headers["location"]
        assert_problem(await other_client.post(f"{location}:erase"), 404, "customer_not_found")
        assert_problem(await app_client.post(self.path), 404, "customer_not_found")
        assert (await app_client.get(location)).json()["erased_at"] is None

    async def test_it_is_on_the_event_log(
        self, app_client: httpx.AsyncClient, database: Database, organisation: Organisation
    ) -> None:
        made = await put(app_client)
        await app_client.post(f"{made.headers['location']}:erase", headers={"x-request-id": "the-request"})
        async with database.read(organisation.context()) as tx:
            row = await tx.fetch_row(
                "SELECT request_id, actor_kind, concerns FROM event WHERE tenant_id = $1 AND kind = 'customer.erased'",
                tx.tenant_id,
            )
        assert row is not None
        assert (row["request_id"], row["actor_kind"], str(row["concerns"])) == (
            "the-request",
            "api_key",
            made.json()["id"],
        )

    @pytest.mark.parametrize("verb", ["grant", "refuse", "withdraw"])
    async def test_an_erased_customer_is_asked_for_nothing(self, app_client: httpx.AsyncClient, verb: str) -> None:
        location = (await put(app_client)).headers["location"]
        await app_client.post(f"{location}:erase")
        choice = {"purpose": "coaching", "method": "web_form"}
        assert_problem(await app_client.post(f"{location}/consents:{verb}", json=choice), 404, "customer_not_found")
