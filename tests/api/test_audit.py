"""The audit log over HTTP."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation
from tests.contact_centre import ContactCentre
from tests.worker.conftest import drain_all


@pytest.fixture
def centre(database: Database, organisation: Organisation) -> ContactCentre:
    return ContactCentre(database, organisation)


async def search(client: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    response = await client.get("/v1/audit/entries", params=params)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers
    shown: dict[str, Any] = response.json()
    return shown


class TestSearchAudit(Guarded):
    method = "GET"
    path = "/v1/audit/entries"
    scope = "audit:read"

    async def test_another_organisations_entries_are_not_found(
        self, other_client: httpx.AsyncClient, centre: ContactCentre, worker_database: Database
    ) -> None:
        thing = new_id()
        await centre.tell("sample.seen", "sample", thing)
        await drain_all(worker_database)
        assert (await search(other_client, target_id=str(thing)))["data"] == []

    async def test_an_entry_has_every_part(
        self, app_client: httpx.AsyncClient, centre: ContactCentre, worker_database: Database
    ) -> None:
        customer = await centre.customer(Purpose.COACHING)
        await drain_all(worker_database)
        shown = await search(app_client, concerns=str(customer), action="consent.granted")
        (entry,) = shown["data"]
        assert len(entry.pop("leaf_hash")) == 64
        for time in ("occurred_at", "recorded_at"):
            assert entry.pop(time).endswith("Z")
        assert entry.pop("event_id")
        assert entry == {
            "seq": 2,
            "action": "consent.granted",
            "schema_version": 1,
            "outcome": "done",
            "actor": {"kind": "operator", "id": None},
            "target": {"kind": "customer", "id": str(customer)},
            "version": None,
            "concerns": str(customer),
            "purpose": None,
            "request_id": None,
            "data": {"purpose": "coaching"},
        }
        assert (shown["next_cursor"], shown["has_more"]) == (None, False)

    async def test_pages_lead_through_the_whole_log(
        self, app_client: httpx.AsyncClient, centre: ContactCentre, worker_database: Database
    ) -> None:
        for _ in range(9):
            await centre.tell("sample.seen", "sample", new_id())
        await drain_all(worker_database)
        seen: list[int] = []
        page = await search(app_client, limit=4, action="sample.seen")
        assert page["size"] >= 10
        assert page["as_of"] >= page["data"][0]["recorded_at"]
        while True:
            seen += [entry["seq"] for entry in page["data"]]
            if not page["has_more"]:
                break
            page = await search(app_client, limit=4, action="sample.seen", cursor=page["next_cursor"])
        assert seen == sorted(seen, reverse=True)
        assert len(seen) == 9

    async def test_a_cursor_belongs_to_its_filters_and_its_organisation(
        self,
        app_client: httpx.AsyncClient,
        other_client: httpx.AsyncClient,
        centre: ContactCentre,
        worker_database: Database,
    ) -> None:
        for _ in range(3):
            await centre.tell("sample.seen", "sample", new_id())
        await drain_all(worker_database)
        cursor = (await search(app_client, limit=1))["next_cursor"]
        for client, params in (
            (app_client, {"limit": 1, "cursor": cursor, "outcome": "refused"}),
            (other_client, {"limit": 1, "cursor": cursor}),
            (app_client, {"limit": 1, "cursor": cursor[:-2] + "xx"}),
        ):
            assert_problem(await client.get("/v1/audit/entries", params=params), 422, "cursor_invalid")

    async def test_a_search_is_an_entry_with_its_request(
        self,
        app: FastAPI,
        organisation: Organisation,
        make_key: MakeKey,
        app_client: httpx.AsyncClient,
        worker_database: Database,
    ) -> None:
        key = await make_key(organisation)
        async with client_of(app, key.secret) as client:
            response = await client.get("/v1/audit/entries", params={"concerns": SOME_ID})
        await drain_all(worker_database)
        (entry,) = (await search(app_client, actor_id=str(key.stored.id)))["data"]
        assert (entry["action"], entry["concerns"]) == ("audit.searched", SOME_ID)
        assert entry["actor"] == {"kind": "api_key", "id": str(key.stored.id)}
        assert entry["request_id"] == response.headers["x-request-id"]

    async def test_a_refusal_is_found_by_its_outcome(
        self,
        app: FastAPI,
        organisation: Organisation,
        make_key: MakeKey,
        app_client: httpx.AsyncClient,
        worker_database: Database,
    ) -> None:
        async with client_of(app, (await make_key(organisation, "people:read")).secret) as client:
            assert_problem(await client.get("/v1/audit/entries"), 403, "scope_missing")
        await drain_all(worker_database)
        (entry,) = (await search(app_client, outcome="refused"))["data"]
        assert (entry["action"], entry["data"]) == ("credential.refused", {"reason": "scope_missing"})

    @pytest.mark.parametrize(
        "params",
        [
            {"actor_id": "somebody"},
            {"action": "DROP TABLE"},
            {"outcome": "perhaps"},
            {"from": "yesterday"},
            {"to": "2026-03-01"},
            {"limit": "0"},
            {"limit": "201"},
            {"recorded_from": "2026-03-01T00:00:00Z"},
            {"target": SOME_ID},
        ],
    )
    async def test_a_filter_that_is_none_is_refused(
        self, app_client: httpx.AsyncClient, params: dict[str, str]
    ) -> None:
        assert_problem(await app_client.get("/v1/audit/entries", params=params), 422, "validation_failed")

    async def test_times_narrow(
        self, app_client: httpx.AsyncClient, centre: ContactCentre, worker_database: Database
    ) -> None:
        things = [new_id() for _ in range(3)]
        for thing in things:
            await centre.tell("sample.seen", "sample", thing)
        await drain_all(worker_database)
        entries = (await search(app_client, action="sample.seen"))["data"]
        found = await search(
            app_client, **{"from": entries[1]["recorded_at"], "to": entries[0]["recorded_at"], "action": "sample.seen"}
        )
        assert [entry["target"]["id"] for entry in found["data"]] == [str(things[1])]
