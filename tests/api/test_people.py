"""People over HTTP: what an HRIS sends, and what is changed by hand."""

from __future__ import annotations

from typing import Any, ClassVar

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from attune.kernel.db import Database
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation


def ref(external_id: str) -> dict[str, str]:
    return {"source": "hris", "external_id": external_id}


def person(external_id: str, **more: Any) -> dict[str, Any]:
    return {"external_ref": ref(external_id), "display_name": external_id.title()} | more


async def upsert(client: httpx.AsyncClient, *items: Any, **how: Any) -> list[dict[str, Any]]:
    response = await client.post("/v1/people:batchUpsert", json={"items": list(items)} | how)
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    assert [result["index"] for result in results] == list(range(len(items)))
    return results


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    return [result["problem"]["code"] if result["problem"] else result["status"] for result in results]


async def put(client: httpx.AsyncClient, external_id: str = "ann", **details: Any) -> httpx.Response:
    return await client.put(f"/v1/people/by-ref/hris/{external_id}", json={"display_name": "Ann"} | details)


class TestBatchUpsertPeople(Guarded):
    method = "POST"
    path = "/v1/people:batchUpsert"
    scope = "people:write"
    body: ClassVar[Any] = {"items": [person("ann")]}

    async def test_leads_come_in_any_order_and_a_rerun_changes_nothing(self, app_client: httpx.AsyncClient) -> None:
        items = [person("ann", lead_ref=ref("bea")), person("bea")]
        first = await upsert(app_client, *items)
        second = await upsert(app_client, *items)

        assert outcomes(first) == ["created", "created"]
        assert outcomes(second) == ["unchanged", "unchanged"]
        ann = (await app_client.get(f"/v1/people/{first[0]['id']}")).json()
        assert ann["lead_id"] == first[1]["id"]

    async def test_each_item_fails_for_itself_and_says_where(self, app_client: httpx.AsyncClient) -> None:
        results = await upsert(
            app_client,
            person("ann", lead_ref=ref("nobody")),
            person("bea", team_ref=ref("nowhere")),
            person("bad id!"),
            person("cleo", salary=52_000),
            person("dan", started_on="2026-05-01", ended_on="2026-04-01"),
            "not an object",
            person("eve"),
            person("eve"),
            person("fay", lead_ref=ref("fay")),
            person("gus", lead_ref=ref("hal")),
            person("hal", lead_ref=ref("gus")),
            person("ida", started_on=1_700_000_000),
        )

        assert outcomes(results) == [
            "lead_unknown",
            "team_unknown",
            "validation_failed",
            "validation_failed",
            "validation_failed",
            "validation_failed",
            "created",
            "duplicate_in_batch",
            "lead_is_self",
            "lead_cycle",
            "lead_cycle",
            "validation_failed",
        ]
        errors = [[(e["pointer"], e["code"]) for e in (r["problem"] or {"errors": []})["errors"]] for r in results]
        assert errors[0] == [("/lead_ref", "lead_unknown")]
        assert errors[2] == [("/external_ref/external_id", "wrong_format")]
        assert errors[3] == [("", "unknown_field")], "fields the product does not need are refused at the door"
        assert errors[4] == [("", "range_reversed")]
        assert errors[5] == [("", "not_an_object")]
        assert errors[11] == [("/started_on", "not_a_date")]
        assert {result["problem"]["status"] for result in results if result["problem"]} == {422}

    async def test_nothing_that_was_sent_comes_back_in_a_problem(self, app_client: httpx.AsyncClient) -> None:
        response = await app_client.post(
            "/v1/people:batchUpsert", json={"items": [person("ann", diagnosis="burnout"), person("bea", locale="?!")]}
        )
        assert "burnout" not in response.text
        assert "diagnosis" not in response.text
        assert "?!" not in response.text

    async def test_a_dry_run_writes_nothing(self, app_client: httpx.AsyncClient) -> None:
        results = await upsert(app_client, person("ann"), "bad", dry_run=True)

        assert outcomes(results) == ["created", "validation_failed"]
        assert results[0]["id"] is None
        assert_problem(await app_client.get("/v1/people/by-ref/hris/ann"), 404, "person_not_found")

    async def test_an_atomic_batch_is_all_or_nothing(self, app_client: httpx.AsyncClient) -> None:
        for bad in (person("bea", team_ref=ref("nowhere")), "bad"):
            results = await upsert(app_client, person("ann"), bad, atomic=True)
            assert outcomes(results)[0] == "not_applied"
            assert_problem(await app_client.get("/v1/people/by-ref/hris/ann"), 404, "person_not_found")
        assert outcomes(await upsert(app_client, person("ann"), person("bea"), atomic=True)) == ["created"] * 2

    async def test_roles_need_an_administrator(
        self, app: FastAPI, app_client: httpx.AsyncClient, organisation: Organisation, make_key: MakeKey
    ) -> None:
        key = await make_key(organisation, "people:write")
        async with client_of(app, key.secret) as hris:
            results = await upsert(hris, person("ann", roles=["admin"]), person("bea"))
        assert outcomes(results) == ["roles_need_administrator", "created"]
        assert results[0]["problem"]["status"] == 403

        assert outcomes(await upsert(app_client, person("ann", roles=["admin"]))) == ["created"]

    async def test_a_leaver_is_cut_off_at_once(
        self, app: FastAPI, app_client: httpx.AsyncClient, organisation: Organisation, make_key: MakeKey
    ) -> None:
        (ann,) = await upsert(app_client, person("ann"))
        key = await make_key(organisation, person_id=ann["id"])
        async with client_of(app, key.secret) as as_ann:
            assert (await as_ann.get("/v1/me")).json()["person_id"] == ann["id"]
            assert outcomes(await upsert(app_client, person("ann", status="inactive"))) == ["updated"]
            assert_problem(await as_ann.get("/v1/people"), 401, "credential_ended")

    async def test_a_repeated_request_is_answered_again(
        self, app_client: httpx.AsyncClient, database: Database, organisation: Organisation
    ) -> None:
        body = {"items": [person("ann", locale="nl-NL"), person("bea", team_ref=ref("nowhere")), "bad"]}
        headers = {"idempotency-key": "k-1"}
        first = await app_client.post("/v1/people:batchUpsert", json=body, headers=headers)
        second = await app_client.post("/v1/people:batchUpsert", json=body, headers=headers)
        other = await app_client.post("/v1/people:batchUpsert", json={"items": ["worse"]}, headers=headers)

        assert second.json() == first.json()
        assert second.headers["idempotency-replayed"] == "true"
        assert outcomes(first.json()["results"]) == ["created", "team_unknown", "validation_failed"]
        assert_problem(other, 422, "idempotency_key_reused")
        async with database.read(organisation.context()) as tx:
            kept = str(await tx.fetch_value("SELECT outcome FROM idempotency_key WHERE tenant_id = $1", tx.tenant_id))
        assert "nl-NL" not in kept

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"items": []},
            {"items": [person(f"p{number}") for number in range(201)]},
            {"items": [person("ann")], "mode": "x"},
            {"items": person("ann")},
        ],
    )
    async def test_a_body_that_is_no_batch(self, app_client: httpx.AsyncClient, body: Any) -> None:
        assert_problem(await app_client.post("/v1/people:batchUpsert", json=body), 422, "validation_failed")

    async def test_leads_of_another_organisation_are_unknown(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        await upsert(app_client, person("bea"))
        assert outcomes(await upsert(other_client, person("ann", lead_ref=ref("bea")))) == ["lead_unknown"]


class TestUpsertPerson(Guarded):
    method = "PUT"
    path = "/v1/people/by-ref/hris/ann"
    scope = "people:write"
    body: ClassVar[Any] = {"display_name": "Ann"}

    async def test_made_then_replaced_then_left_alone(self, app_client: httpx.AsyncClient) -> None:
        made = await put(app_client, locale="nl-NL")
        assert made.status_code == 201
        assert made.headers["location"] == f"/v1/people/{made.json()['id']}"
        assert made.headers["etag"] == '"v1"'
        assert made.json()["external_ref"] == ref("ann")

        replaced = await put(app_client, display_name="Ann B.")
        assert (replaced.status_code, replaced.headers["etag"]) == (200, '"v2"')
        assert (replaced.json()["display_name"], replaced.json()["locale"]) == ("Ann B.", None)
        assert (await put(app_client, display_name="Ann B.")).headers["etag"] == '"v2"'

    async def test_references_do_not_cross_organisations(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        mine, theirs = await put(app_client), await put(other_client)
        assert (mine.status_code, theirs.status_code) == (201, 201)
        assert mine.json()["id"] != theirs.json()["id"]

    async def test_refusals_point_into_the_body(self, app_client: httpx.AsyncClient) -> None:
        await put(app_client, "bea", identity={"issuer": "https://idp.example", "subject": "s-1"})
        identity = await put(app_client, identity={"issuer": "https://idp.example", "subject": "s-1"})
        problem = assert_problem(identity, 409, "identity_taken")
        assert problem["errors"][0]["pointer"] == "/identity"
        assert_problem(await put(app_client, lead_ref=ref("nobody")), 422, "lead_unknown")
        assert_problem(await put(app_client, team_ref=ref("nowhere")), 422, "team_unknown")
        assert_problem(await put(app_client, lead_ref=ref("ann")), 422, "lead_is_self")
        assert_problem(await put(app_client, e_mail="ann@example.org"), 422, "validation_failed")

    async def test_roles_need_an_administrator(
        self, app: FastAPI, organisation: Organisation, make_key: MakeKey, app_client: httpx.AsyncClient
    ) -> None:
        async with client_of(app, (await make_key(organisation, "people:write")).secret) as hris:
            assert_problem(await put(hris, roles=["lead"]), 403, "roles_need_administrator")
            assert (await put(app_client, roles=["lead"])).status_code == 201
            mine = {"issuer": "https://idp.example", "subject": "mine"}
            assert_problem(await put(hris, identity=mine), 403, "identity_needs_administrator")

    async def test_a_reference_that_is_none(self, app_client: httpx.AsyncClient) -> None:
        for path in ("/v1/people/by-ref/HRIS/ann", "/v1/people/by-ref/hris/ann%40example.org"):
            assert_problem(await app_client.put(path, json=self.body), 422, "validation_failed")


class TestGetPersonByRef(Guarded):
    method = "GET"
    path = "/v1/people/by-ref/hris/ann"
    scope = "people:read"

    async def test_found_here_and_nowhere_else(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = await put(app_client)
        found = await app_client.get(self.path)
        assert (found.status_code, found.json(), found.headers["etag"]) == (200, made.json(), '"v1"')
        assert_problem(await other_client.get(self.path), 404, "person_not_found")


class TestGetPerson(Guarded):
    method = "GET"
    path = f"/v1/people/{SOME_ID}"
    scope = "people:read"

    async def test_found_here_and_nowhere_else(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = (await put(app_client)).json()
        found = await app_client.get(f"/v1/people/{made['id']}")
        assert found.json() == made
        assert found.headers["cache-control"] == "no-store"
        assert_problem(await other_client.get(f"/v1/people/{made['id']}"), 404, "person_not_found")
        assert_problem(await app_client.get(self.path), 404, "person_not_found")
        assert_problem(await app_client.get("/v1/people/ann"), 404, "not_found")

    async def test_whoever_has_this_version_gets_no_body(self, app_client: httpx.AsyncClient) -> None:
        made = await put(app_client)
        response = await app_client.get(made.headers["location"], headers={"if-none-match": made.headers["etag"]})
        assert (response.status_code, response.content) == (304, b"")


class TestChangePerson(Guarded):
    method = "PATCH"
    path = f"/v1/people/{SOME_ID}"
    scope = "people:write"
    body: ClassVar[Any] = {"display_name": "Ann B."}

    async def change(
        self, client: httpx.AsyncClient, location: str, etag: str | None, **changes: Any
    ) -> httpx.Response:
        headers = {} if etag is None else {"if-match": etag}
        return await client.patch(location, json=changes, headers=headers)

    async def test_only_what_is_given_changes(self, app_client: httpx.AsyncClient) -> None:
        made = await put(app_client, locale="nl-NL", time_zone="Europe/Amsterdam")
        changed = await self.change(app_client, made.headers["location"], '"v1"', locale=None, display_name="Ann B.")
        assert (changed.status_code, changed.headers["etag"]) == (200, '"v2"')
        assert changed.json() | {"updated_at": ""} == made.json() | {
            "display_name": "Ann B.",
            "locale": None,
            "updated_at": "",
        }

    async def test_a_merge_patch_is_json_too(self, app_client: httpx.AsyncClient) -> None:
        made = await put(app_client)
        response = await app_client.patch(
            made.headers["location"],
            content=b'{"display_name": "Ann B."}',
            headers={"if-match": '"v1"', "content-type": "application/merge-patch+json"},
        )
        assert response.json()["display_name"] == "Ann B."

    async def test_without_the_version_and_with_a_stale_one(self, app_client: httpx.AsyncClient) -> None:
        made = await put(app_client)
        location = made.headers["location"]
        assert_problem(await self.change(app_client, location, None, locale="de"), 428, "precondition_required")
        assert (await self.change(app_client, location, '"v1"', locale="de")).status_code == 200
        assert_problem(await self.change(app_client, location, '"v1"', locale="fr"), 412, "version_stale")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"display_name": None}, "validation_failed"),
            ({"display_name": "  "}, "validation_failed"),
            ({"status": None}, "validation_failed"),
            ({"roles": ["admin"]}, "validation_failed"),
            ({"team_id": SOME_ID}, "team_unknown"),
            ({"lead_id": SOME_ID}, "lead_unknown"),
        ],
    )
    async def test_what_cannot_be(self, app_client: httpx.AsyncClient, changes: dict[str, Any], code: str) -> None:
        made = await put(app_client)
        response = await self.change(app_client, made.headers["location"], '"v1"', **changes)
        assert_problem(response, 422, code)

    async def test_leads_that_cannot_be(self, app_client: httpx.AsyncClient) -> None:
        bea = await put(app_client, "bea")
        ann = await put(app_client, lead_ref=ref("bea"))
        itself = await self.change(app_client, bea.headers["location"], '"v1"', lead_id=bea.json()["id"])
        assert_problem(itself, 422, "lead_is_self")
        below = await self.change(app_client, bea.headers["location"], '"v1"', lead_id=ann.json()["id"])
        assert_problem(below, 422, "lead_cycle")

    async def test_nobody_elsewhere_is_changed(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = await put(app_client)
        response = await self.change(other_client, made.headers["location"], '"v1"', display_name="Mine")
        assert_problem(response, 404, "person_not_found")


class TestListPeople(Guarded):
    method = "GET"
    path = "/v1/people"
    scope = "people:read"

    async def test_pages_cover_everybody_once(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        await upsert(app_client, *(person(f"p{number}") for number in range(5)))
        await upsert(other_client, person("stranger"))
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 2}
        while True:
            page = (await app_client.get(self.path, params=params)).json()
            seen += [one["external_ref"]["external_id"] for one in page["data"]]
            if not page["has_more"]:
                break
            params["cursor"] = page["next_cursor"]
        assert sorted(seen) == [f"p{number}" for number in range(5)]

    async def test_what_changed_since(self, app_client: httpx.AsyncClient) -> None:
        await upsert(app_client, person("ann"), person("bea"))
        last = (await app_client.get(self.path)).json()["data"][-1]["updated_at"]
        await upsert(app_client, person("ann", locale="nl-NL"))
        since = (await app_client.get(self.path, params={"modified_after": last})).json()["data"]
        assert [one["external_ref"]["external_id"] for one in since] == ["ann"]

    async def test_filters(self, app_client: httpx.AsyncClient) -> None:
        await app_client.put("/v1/teams/by-ref/hris/chat", json={"name": "Chat"})
        await upsert(app_client, person("ann", team_ref=ref("chat")), person("bea", status="inactive"))
        team_id = (await app_client.get("/v1/teams/by-ref/hris/chat")).json()["id"]
        of_team = (await app_client.get(self.path, params={"team_id": team_id})).json()["data"]
        inactive = (await app_client.get(self.path, params={"status": "inactive"})).json()["data"]
        assert [one["external_ref"]["external_id"] for one in of_team] == ["ann"]
        assert [one["external_ref"]["external_id"] for one in inactive] == ["bea"]

    async def test_what_the_list_does_not_know(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        await upsert(app_client, *(person(f"p{number}") for number in range(3)))
        cursor = (await app_client.get(self.path, params={"limit": 1})).json()["next_cursor"]
        assert_problem(await app_client.get(self.path, params={"name": "ann"}), 422, "validation_failed")
        assert_problem(await app_client.get(self.path, params={"modified_after": "today"}), 422, "validation_failed")
        changed = {"cursor": cursor, "status": "active"}
        assert_problem(await app_client.get(self.path, params=changed), 422, "cursor_invalid")
        assert_problem(await other_client.get(self.path, params={"cursor": cursor}), 422, "cursor_invalid")
