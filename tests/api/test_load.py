"""One's own load over HTTP, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

from attune.kernel.db import Database
from attune.kernel.purposes import Purpose
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.api.guarded import Guarded
from tests.conftest import Organisation
from tests.contact_centre import ContactCentre
from tests.worker.conftest import drain_all


@pytest.fixture
def centre(database: Database, organisation: Organisation) -> ContactCentre:
    return ContactCentre(database, organisation)


class TestReadOwnLoad(Guarded):
    method = "GET"
    path = "/v1/me/load"
    scope = "load:read"

    async def test_a_key_that_acts_for_nobody_has_no_load(
        self, app: FastAPI, organisation: Organisation, make_key: MakeKey
    ) -> None:
        async with client_of(app, (await make_key(organisation)).secret) as client:
            assert_problem(await client.get("/v1/me/load"), 403, "person_required")

    async def test_it_is_the_callers_own_and_says_why(
        self,
        app: FastAPI,
        organisation: Organisation,
        make_key: MakeKey,
        centre: ContactCentre,
        worker_database: Database,
    ) -> None:
        person, colleague = await centre.person(), await centre.person()
        customer = await centre.customer(Purpose.INSIGHTS)
        ended_at = datetime.now(UTC) - timedelta(seconds=1)
        felt = await centre.conversation(person, customer, ended_at=ended_at, handle_seconds=6000)
        await centre.signal(customer, felt, "5")
        await drain_all(worker_database)
        async with client_of(app, (await make_key(organisation, person_id=person)).secret) as client:
            response = await client.get("/v1/me/load")
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "no-store"
        shown = response.json()
        assert 19.9 < shown.pop("load") <= 20
        over_since = datetime.fromisoformat(shown.pop("over_since"))
        clears_at = datetime.fromisoformat(shown.pop("clears_at_earliest"))
        assert over_since == ended_at
        assert over_since + timedelta(minutes=95) < clears_at < over_since + timedelta(minutes=96)
        assert shown.pop("as_of") is not None
        assert shown == {
            "person_id": str(person),
            "threshold": 12.0,
            "level": "over",
            "half_life_minutes": 90,
            "why": [
                {
                    "interaction_id": str(felt),
                    "ended_at": ended_at.isoformat().replace("+00:00", "Z"),
                    "handle_seconds": 6000,
                    "intensity": 5.0,
                    "share": 1.0,
                }
            ],
        }
        async with client_of(app, (await make_key(organisation, person_id=colleague)).secret) as client:
            shown = (await client.get("/v1/me/load")).json()
        assert (shown["load"], shown["why"]) == (0.0, [])

    async def test_nobody_elses_load_has_an_address(
        self, app: FastAPI, organisation: Organisation, make_key: MakeKey, centre: ContactCentre
    ) -> None:
        person = await centre.person()
        async with client_of(app, (await make_key(organisation)).secret) as client:
            assert_problem(await client.get(f"/v1/people/{person}/load"), 404, "not_found")
            response = await client.get("/v1/me/load", params={"person_id": str(person)})
            assert_problem(response, 422, "validation_failed")
