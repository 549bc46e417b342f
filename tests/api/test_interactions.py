"""Conversations over HTTP: what a CRM sends, and what is kept of the words."""

from __future__ import annotations

from typing import Any, ClassVar

import httpx2 as httpx
import pytest

from attune.kernel.ids import new_id
from tests.api.conftest import assert_problem
from tests.api.guarded import SOME_ID, Guarded

TURNS: list[dict[str, Any]] = [
    {"speaker": "customer", "text": "I have explained this twice now.", "spoken_at": "2026-11-02T09:00:10Z"},
    {"speaker": "agent", "text": "I am sorry."},
    {"speaker": "system"},
]


def ref(external_id: str, source: str = "crm") -> dict[str, str]:
    return {"source": source, "external_id": external_id}


def conversation(external_id: str = "i1", **changes: Any) -> dict[str, Any]:
    item = {
        "external_ref": ref(external_id),
        "customer_ref": ref("c1"),
        "person_ref": ref("ann", "hris"),
        "channel": "chat",
        "started_at": "2026-11-02T09:00:00Z",
        "ended_at": "2026-11-02T09:09:00+00:00",
        "handle_seconds": 500,
    } | changes
    return {name: value for name, value in item.items() if value is not ...}


@pytest.fixture
async def centre(app_client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client whose organisation has customers c1 and c2, the team chat, Ann in it, and Bea in none."""
    await app_client.post("/v1/customers:batchUpsert", json={"items": [{"external_ref": ref(c)} for c in ("c1", "c2")]})
    await app_client.put("/v1/teams/by-ref/hris/chat", json={"name": "Chat"})
    people = [
        {"external_ref": ref("ann", "hris"), "display_name": "Ann", "team_ref": ref("chat", "hris")},
        {"external_ref": ref("bea", "hris"), "display_name": "Bea"},
    ]
    await app_client.post("/v1/people:batchUpsert", json={"items": people})
    return app_client


async def id_of(client: httpx.AsyncClient, place: str) -> str:
    return str((await client.get(f"/v1/{place}")).json()["id"])


async def allow(client: httpx.AsyncClient, verb: str = "grant") -> None:
    customer = await id_of(client, "customers/by-ref/crm/c1")
    choice = {"purpose": "quality_review", "method": "web_form"}
    assert (await client.post(f"/v1/customers/{customer}/consents:{verb}", json=choice)).status_code == 201


async def upsert(client: httpx.AsyncClient, *items: Any, **how: Any) -> list[dict[str, Any]]:
    response = await client.post("/v1/interactions:batchUpsert", json={"items": list(items)} | how)
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    return [result["problem"]["code"] if result["problem"] else result["status"] for result in results]


class TestBatchUpsertInteractions(Guarded):
    method = "POST"
    path = "/v1/interactions:batchUpsert"
    scope = "interactions:write"
    body: ClassVar[Any] = {"items": [conversation()]}

    async def test_new_unchanged_and_corrected(self, centre: httpx.AsyncClient) -> None:
        assert outcomes(await upsert(centre, conversation())) == ["created"]
        assert outcomes(await upsert(centre, conversation())) == ["unchanged"]
        assert outcomes(await upsert(centre, conversation(person_ref=ref("bea", "hris")))) == ["updated"]
        corrected = (await centre.get("/v1/interactions/by-ref/crm/i1")).json()
        assert corrected["person_id"] == await id_of(centre, "people/by-ref/hris/bea")
        assert corrected["team_id"] is None

    async def test_each_item_fails_for_itself_and_says_where(self, centre: httpx.AsyncClient) -> None:
        await upsert(centre, conversation("known"))
        results = await upsert(
            centre,
            conversation("i1", customer_ref=ref("nobody")),
            conversation("i2", person_ref=..., person_id=str(new_id())),
            conversation("i3", team_ref=ref("nowhere")),
            conversation("i4", ended_at="2026-11-02T08:59:59Z"),
            conversation("known", customer_ref=ref("c2")),
            conversation("i5"),
            conversation("i5"),
            conversation("i6", customer_id=SOME_ID),
            conversation("i7", customer_ref=...),
            conversation("i8", team_ref=ref("chat", "hris"), team_id=SOME_ID),
            conversation("i9", handle_seconds=86_401),
            conversation("i10", channel="carrier_pigeon"),
            conversation("i11", started_at="2026-11-02T09:00:00"),
            conversation("i12", turns=[{"speaker": "agent"}] * 501),
            conversation("i13", turns=[{"speaker": "agent", "text": "x", "voice": "calm"}]),
        )
        found = [
            [(error["pointer"], error["code"]) for error in result["problem"]["errors"]]
            if result["problem"]
            else result["status"]
            for result in results
        ]
        assert found == [
            [("/customer_ref", "customer_unknown")],
            [("/person_id", "person_unknown")],
            [("/team_ref", "team_unknown")],
            [("/ended_at", "ends_before_start")],
            [("/customer_ref", "customer_cannot_change")],
            "created",
            [("/external_ref", "duplicate_in_batch")],
            [("", "one_of_required")],
            [("", "one_of_required")],
            [("", "one_of_required")],
            [("/handle_seconds", "out_of_range")],
            [("/channel", "unknown_value")],
            [("/started_at", "time_zone_missing")],
            [("/turns", "too_many")],
            [("/turns/0", "unknown_field")],
        ]
        assert "calm" not in str(results)

    async def test_words_are_kept_only_where_the_customer_allows_it(self, centre: httpx.AsyncClient) -> None:
        (dropped,) = await upsert(centre, conversation("i1", turns=TURNS))
        await allow(centre)
        (kept,) = await upsert(centre, conversation("i2", turns=TURNS))
        await allow(centre, "withdraw")
        (dropped_again,) = await upsert(centre, conversation("i3", turns=TURNS))

        assert [(each["texts_kept"], each["texts_dropped"]) for each in (dropped, kept, dropped_again)] == [
            (0, 2),
            (2, 0),
            (0, 2),
        ]

    async def test_an_atomic_batch_is_all_or_nothing(self, centre: httpx.AsyncClient) -> None:
        await allow(centre)
        for bad in (conversation("i2", person_ref=ref("nobody", "hris")), "bad"):
            results = await upsert(centre, conversation("i1", turns=TURNS), bad, atomic=True)
            assert outcomes(results)[0] == "not_applied"
            assert results[0]["texts_kept"] == 0
        assert (await centre.get("/v1/interactions")).json()["data"] == []

    async def test_a_repeated_request_is_answered_again(self, centre: httpx.AsyncClient) -> None:
        body = {"items": [conversation(turns=TURNS)]}
        answers = [await centre.post(self.path, json=body, headers={"idempotency-key": "k-1"}) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert outcomes(answers[1].json()["results"]) == ["created"]

    async def test_everybody_of_another_organisation_is_unknown(
        self, centre: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        customer = await id_of(centre, "customers/by-ref/crm/c1")
        assert (
            outcomes(
                await upsert(other_client, conversation(), conversation("i2", customer_ref=..., customer_id=customer))
            )
            == ["customer_unknown"] * 2
        )


class TestGetInteraction(Guarded):
    method = "GET"
    path = f"/v1/interactions/{SOME_ID}"
    scope = "interactions:read"

    async def test_its_turns_are_shown_without_their_words(
        self, centre: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        await allow(centre)
        (result,) = await upsert(centre, conversation(turns=TURNS, queue="cancellations", locale="nl-NL"))
        found = await centre.get(f"/v1/interactions/{result['id']}")

        assert (found.status_code, found.headers["etag"]) == (200, '"v1"')
        shown = found.json()
        assert shown["team_id"] == await id_of(centre, "teams/by-ref/hris/chat")
        assert (shown["started_at"], shown["ended_at"]) == ("2026-11-02T09:00:00Z", "2026-11-02T09:09:00Z")
        assert (shown["queue"], shown["locale"], shown["handle_seconds"]) == ("cancellations", "nl-NL", 500)
        assert shown["turns"] == [
            {"position": 0, "speaker": "customer", "spoken_at": "2026-11-02T09:00:10Z", "characters": 32},
            {"position": 1, "speaker": "agent", "spoken_at": None, "characters": 11},
            {"position": 2, "speaker": "system", "spoken_at": None, "characters": 0},
        ]
        assert_problem(await other_client.get(f"/v1/interactions/{result['id']}"), 404, "interaction_not_found")
        assert_problem(await centre.get(self.path), 404, "interaction_not_found")

    async def test_whoever_has_this_version_gets_no_body(self, centre: httpx.AsyncClient) -> None:
        (result,) = await upsert(centre, conversation())
        response = await centre.get(f"/v1/interactions/{result['id']}", headers={"if-none-match": '"v1"'})
        assert response.status_code == 304
        await upsert(centre, conversation(turns=TURNS))
        response = await centre.get(f"/v1/interactions/{result['id']}", headers={"if-none-match": '"v1"'})
        assert (response.status_code, response.headers["etag"]) == (200, '"v2"')


class TestGetInteractionByRef(Guarded):
    method = "GET"
    path = "/v1/interactions/by-ref/crm/i1"
    scope = "interactions:read"

    async def test_found_here_and_nowhere_else(
        self, centre: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        (result,) = await upsert(centre, conversation())
        assert (await centre.get(self.path)).json()["id"] == result["id"]
        assert_problem(await other_client.get(self.path), 404, "interaction_not_found")


class TestListInteractions(Guarded):
    method = "GET"
    path = "/v1/interactions"
    scope = "interactions:read"

    async def test_pages_and_filters(self, centre: httpx.AsyncClient, other_client: httpx.AsyncClient) -> None:
        await upsert(centre, *(conversation(f"i{number}") for number in range(3)))
        await upsert(centre, conversation("j1", customer_ref=ref("c2"), person_ref=ref("bea", "hris")))

        async def listed(**params: Any) -> dict[str, Any]:
            response = await centre.get(self.path, params=params)
            assert response.status_code == 200, response.text
            page: dict[str, Any] = response.json()
            return page

        first = await listed(limit=3)
        rest = await listed(limit=3, cursor=first["next_cursor"])
        assert [one["external_ref"]["external_id"] for one in first["data"] + rest["data"]] == ["i0", "i1", "i2", "j1"]
        c2, bea = await id_of(centre, "customers/by-ref/crm/c2"), await id_of(centre, "people/by-ref/hris/bea")
        assert len((await listed(customer_id=c2))["data"]) == 1
        assert len((await listed(person_id=bea))["data"]) == 1
        assert (await listed(modified_after=rest["data"][-1]["updated_at"]))["data"] == []
        assert (await other_client.get(self.path)).json()["data"] == []
        changed = {"cursor": first["next_cursor"], "person_id": bea}
        assert_problem(await centre.get(self.path, params=changed), 422, "cursor_invalid")
