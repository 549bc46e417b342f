"""Teams over HTTP."""

from __future__ import annotations

from typing import Any, ClassVar

import httpx2 as httpx

from tests.api.conftest import assert_problem
from tests.api.guarded import SOME_ID, Guarded


def ref(external_id: str) -> dict[str, str]:
    return {"source": "hris", "external_id": external_id}


def team(external_id: str, **more: Any) -> dict[str, Any]:
    return {"external_ref": ref(external_id), "name": external_id.title()} | more


async def upsert(client: httpx.AsyncClient, *items: Any, **how: Any) -> list[dict[str, Any]]:
    response = await client.post("/v1/teams:batchUpsert", json={"items": list(items)} | how)
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    return [result["problem"]["code"] if result["problem"] else result["status"] for result in results]


async def put(client: httpx.AsyncClient, external_id: str = "chat", **details: Any) -> httpx.Response:
    return await client.put(f"/v1/teams/by-ref/hris/{external_id}", json={"name": "Chat"} | details)


class TestBatchUpsertTeams(Guarded):
    method = "POST"
    path = "/v1/teams:batchUpsert"
    scope = "people:write"
    body: ClassVar[Any] = {"items": [team("chat")]}

    async def test_parents_come_in_any_order_and_a_rerun_changes_nothing(self, app_client: httpx.AsyncClient) -> None:
        items = [team("chat", parent_ref=ref("service")), team("service")]
        first, second = await upsert(app_client, *items), await upsert(app_client, *items)

        assert (outcomes(first), outcomes(second)) == (["created"] * 2, ["unchanged"] * 2)
        chat = (await app_client.get(f"/v1/teams/{first[0]['id']}")).json()
        assert chat["parent_id"] == first[1]["id"]

    async def test_each_item_fails_for_itself(self, app_client: httpx.AsyncClient) -> None:
        results = await upsert(
            app_client,
            team("a", parent_ref=ref("b")),
            team("b", parent_ref=ref("a")),
            team("c", parent_ref=ref("c")),
            team("d", parent_ref=ref("nowhere")),
            team("e", name=" "),
            team("f", budget=1),
            team("g"),
            team("g"),
        )
        assert outcomes(results) == [
            "parent_cycle",
            "parent_cycle",
            "parent_is_self",
            "parent_unknown",
            "validation_failed",
            "validation_failed",
            "created",
            "duplicate_in_batch",
        ]

    async def test_dry_and_atomic_batches(self, app_client: httpx.AsyncClient) -> None:
        assert outcomes(await upsert(app_client, team("a"), dry_run=True)) == ["created"]
        failed = await upsert(app_client, team("a"), team("b", parent_ref=ref("nowhere")), atomic=True)
        assert outcomes(failed) == ["not_applied", "parent_unknown"]
        assert (await app_client.get("/v1/teams")).json()["data"] == []

    async def test_a_repeated_request_is_answered_again(self, app_client: httpx.AsyncClient) -> None:
        answers = [
            await app_client.post(self.path, json=self.body, headers={"idempotency-key": "k-1"}) for _ in range(2)
        ]
        assert answers[0].json() == answers[1].json()
        assert outcomes(answers[1].json()["results"]) == ["created"]

    async def test_parents_of_another_organisation_are_unknown(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        await upsert(app_client, team("service"))
        assert outcomes(await upsert(other_client, team("chat", parent_ref=ref("service")))) == ["parent_unknown"]


class TestUpsertTeam(Guarded):
    method = "PUT"
    path = "/v1/teams/by-ref/hris/chat"
    scope = "people:write"
    body: ClassVar[Any] = {"name": "Chat"}

    async def test_made_then_replaced(self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient) -> None:
        made = await put(app_client)
        assert (made.status_code, made.headers["etag"]) == (201, '"v1"')
        assert made.headers["location"] == f"/v1/teams/{made.json()['id']}"
        replaced = await put(app_client, name="Live chat")
        assert (replaced.status_code, replaced.headers["etag"], replaced.json()["name"]) == (200, '"v2"', "Live chat")
        assert (await put(other_client)).status_code == 201

    async def test_parents_that_cannot_be(self, app_client: httpx.AsyncClient) -> None:
        assert_problem(await put(app_client, parent_ref=ref("chat")), 422, "parent_is_self")
        problem = assert_problem(await put(app_client, parent_ref=ref("nowhere")), 422, "parent_unknown")
        assert problem["errors"][0]["pointer"] == "/parent_ref"
        await put(app_client, "service")
        await put(app_client, parent_ref=ref("service"))
        assert_problem(await put(app_client, "service", parent_ref=ref("chat")), 422, "parent_cycle")


class TestGetTeamByRef(Guarded):
    method = "GET"
    path = "/v1/teams/by-ref/hris/chat"
    scope = "people:read"

    async def test_found_here_and_nowhere_else(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = await put(app_client)
        assert (await app_client.get(self.path)).json() == made.json()
        assert_problem(await other_client.get(self.path), 404, "team_not_found")


class TestGetTeam(Guarded):
    method = "GET"
    path = f"/v1/teams/{SOME_ID}"
    scope = "people:read"

    async def test_found_here_and_nowhere_else(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = await put(app_client)
        found = await app_client.get(made.headers["location"])
        assert (found.json(), found.headers["etag"]) == (made.json(), '"v1"')
        assert_problem(await other_client.get(made.headers["location"]), 404, "team_not_found")
        assert_problem(await app_client.get(self.path), 404, "team_not_found")


class TestListTeams(Guarded):
    method = "GET"
    path = "/v1/teams"
    scope = "people:read"

    async def test_pages_cover_every_team_of_the_organisation_once(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        await upsert(app_client, *(team(f"t{number}") for number in range(3)))
        await upsert(other_client, team("stranger"))
        first = (await app_client.get(self.path, params={"limit": 2})).json()
        rest = (await app_client.get(self.path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)
        assert {each["external_ref"]["external_id"] for each in first["data"] + rest["data"]} == {"t0", "t1", "t2"}
        last = rest["data"][-1]["updated_at"]
        assert (await app_client.get(self.path, params={"modified_after": last})).json()["data"] == []
