"""Team dashboards over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from attune.kernel.db import Database
from attune.kernel.purposes import Purpose
from tests.api.conftest import assert_problem
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation
from tests.contact_centre import NOON, ContactCentre
from tests.worker.conftest import drain_all

ESCONV = Path(__file__).parents[3] / "shared/data/conversations/esconv-failed.json"


@pytest.fixture
def centre(database: Database, organisation: Organisation) -> ContactCentre:
    return ContactCentre(database, organisation)


async def read(client: httpx.AsyncClient, team_id: object, month: str = "2026-03") -> dict[str, Any]:
    response = await client.get(f"/v1/teams/{team_id}/dashboard", params={"month": month})
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown


class TestReadDashboard(Guarded):
    method = "GET"
    path = f"/v1/teams/{SOME_ID}/dashboard?month=2026-11"
    scope = "dashboards:read"

    async def test_another_organisations_team_is_not_found(
        self, other_client: httpx.AsyncClient, centre: ContactCentre
    ) -> None:
        response = await other_client.get(f"/v1/teams/{await centre.team()}/dashboard?month=2026-11")
        assert_problem(response, 404, "team_not_found")

    @pytest.mark.parametrize("month", ["2026-13", "2026", "03-2026", "2026-3", "0000-01", "2026-03-01", ""])
    async def test_a_month_is_a_month(self, app_client: httpx.AsyncClient, month: str) -> None:
        response = await app_client.get(f"/v1/teams/{SOME_ID}/dashboard", params={"month": month})
        problem = assert_problem(response, 422, "validation_failed")
        assert [error["pointer"] for error in problem["errors"]] == ["/query/month"]

    async def test_an_unknown_parameter_is_refused(self, app_client: httpx.AsyncClient) -> None:
        response = await app_client.get(f"/v1/teams/{SOME_ID}/dashboard?month=2026-11&person_id={SOME_ID}")
        assert_problem(response, 422, "validation_failed")

    async def test_a_small_group_is_suppressed_and_says_so(
        self, app_client: httpx.AsyncClient, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        for _ in range(4):
            await centre.conversation(await centre.person(team), await centre.customer(), team)
        await drain_all(worker_database)
        shown = await read(app_client, team)
        assert shown.pop("as_of") is not None
        assert shown == {
            "team_id": str(team),
            "month": "2026-03",
            "status": "suppressed",
            "reason": "group_too_small",
            "minimum_group": 5,
            "people": None,
            "figures": None,
        }

    async def test_a_group_of_five_is_shown(
        self, app_client: httpx.AsyncClient, centre: ContactCentre, worker_database: Database
    ) -> None:
        team = await centre.team()
        for _ in range(5):
            customer = await centre.customer(Purpose.INSIGHTS)
            conversation = await centre.conversation(await centre.person(team), customer, team)
            await centre.signal(customer, conversation, "4")
        await drain_all(worker_database)
        shown = await read(app_client, team)
        assert (shown["status"], shown["reason"], shown["people"]) == ("available", None, 5)
        assert shown["figures"] == {
            "interactions": 5,
            "handle_seconds_mean": 600.0,
            "intensity_mean": {"value": 4.0, "n": 5},
            "recovery_mean": None,
            "escalations_opened": 0,
            "escalations_resolved": 0,
            "check_ins_open": 0,
            "check_ins_kept": 0,
        }

    async def test_before_the_worker_has_run_nothing_is_claimed(
        self, app_client: httpx.AsyncClient, centre: ContactCentre
    ) -> None:
        assert (await read(app_client, await centre.team()))["as_of"] is None

    @pytest.mark.skipif(not ESCONV.exists(), reason="the shared conversations are not here")
    async def test_the_mean_recovery_of_real_conversations_is_exact(
        self, app_client: httpx.AsyncClient, centre: ContactCentre, worker_database: Database
    ) -> None:
        scores = [chat["survey_score"]["seeker"] for chat in json.loads(ESCONV.read_text())]
        both = [
            (score["initial_emotion_intensity"], score["final_emotion_intensity"])
            for score in scores
            if score.get("initial_emotion_intensity") and score.get("final_emotion_intensity")
        ]
        expected = sum(Decimal(first) - Decimal(last) for first, last in both) / len(both)
        team = await centre.team()
        people = [await centre.person(team) for _ in range(7)]
        customer = [await centre.customer(Purpose.INSIGHTS) for _ in range(7)]
        for number, (first, last) in enumerate(both):
            who = customer[number % 7]
            conversation = await centre.conversation(people[number % 7], who, team)
            await centre.signal(who, conversation, first, moment="before")
            await centre.signal(who, conversation, last, moment="after", observed_at=NOON + timedelta(minutes=9))
        await drain_all(worker_database)
        figures = (await read(app_client, team))["figures"]
        assert figures["recovery_mean"] == {"value": round(float(expected), 6), "n": 142}
        assert figures["recovery_mean"]["value"] == 0.204225
