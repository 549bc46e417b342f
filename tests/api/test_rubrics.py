"""Rubrics over HTTP."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx
import pytest

from attune.kernel.db import Database
from attune.rubrics.service import install_built_in
from tests.api.conftest import assert_problem
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation


@pytest.fixture
async def rubrics(
    app_client: httpx.AsyncClient, database: Database, organisation: Organisation
) -> list[dict[str, Any]]:
    """The built-in ones, as they are listed."""
    async with database.write(organisation.context()) as tx:
        await install_built_in(tx)
    listed: list[dict[str, Any]] = (await app_client.get("/v1/rubrics")).json()["data"]
    return listed


class TestListRubrics(Guarded):
    method = "GET"
    path = "/v1/rubrics"
    scope = "rubrics:read"

    async def test_another_organisation_sees_none_of_them(
        self, other_client: httpx.AsyncClient, rubrics: list[dict[str, Any]]
    ) -> None:
        assert (await other_client.get(self.path)).json()["data"] == []

    async def test_they_are_listed_without_their_levels(self, rubrics: list[dict[str, Any]]) -> None:
        assert [rubric["slug"] for rubric in rubrics] == ["empathy", "customer-survey"]
        for rubric in rubrics:
            assert (rubric["number"], rubric["status"], rubric["is_built_in"]) == (1, "published", True)
            assert "dimensions" not in rubric

    async def test_pages(self, app_client: httpx.AsyncClient, rubrics: list[dict[str, Any]]) -> None:
        first = (await app_client.get(self.path, params={"limit": 1})).json()
        second = (await app_client.get(self.path, params={"limit": 1, "cursor": first["next_cursor"]})).json()

        assert first["data"] + second["data"] == rubrics
        assert (first["has_more"], second["has_more"], second["next_cursor"]) == (True, False, None)

    @pytest.mark.parametrize("params", [{"cursor": "x"}, {"limit": 0}, {"limit": 201}, {"slug": "empathy"}])
    async def test_a_wrong_query_is_refused(self, app_client: httpx.AsyncClient, params: dict[str, Any]) -> None:
        assert (await app_client.get(self.path, params=params)).status_code == 422


class TestGetRubric(Guarded):
    method = "GET"
    path = f"/v1/rubrics/{SOME_ID}"
    scope = "rubrics:read"

    async def test_another_organisation_does_not_find_it(
        self, other_client: httpx.AsyncClient, rubrics: list[dict[str, Any]]
    ) -> None:
        assert_problem(await other_client.get(f"/v1/rubrics/{rubrics[0]['id']}"), 404, "rubric_not_found")

    async def test_every_level_says_what_is_seen(
        self, app_client: httpx.AsyncClient, rubrics: list[dict[str, Any]]
    ) -> None:
        response = await app_client.get(f"/v1/rubrics/{rubrics[0]['id']}")

        rubric = response.json()
        assert {name: rubric[name] for name in rubrics[0]} == rubrics[0]
        assert [dimension["key"] for dimension in rubric["dimensions"]] == [
            "emotional_resonance",
            "listening_accuracy",
            "clarity_of_next_steps",
            "cultural_awareness",
            "action_orientation",
        ]
        for dimension in rubric["dimensions"]:
            assert dimension["weight"] == 1
            assert [level["level"] for level in dimension["levels"]] == [0, 1, 2, 3, 4]
            assert all(level["anchor"] and level["example"] for level in dimension["levels"])

    async def test_who_has_this_version_is_told_so(
        self, app_client: httpx.AsyncClient, rubrics: list[dict[str, Any]]
    ) -> None:
        path = f"/v1/rubrics/{rubrics[0]['id']}"
        tag = (await app_client.get(path)).headers["etag"]

        assert (await app_client.get(path, headers={"if-none-match": tag})).status_code == 304

    async def test_what_is_not_there_is_not_found(self, app_client: httpx.AsyncClient) -> None:
        assert_problem(await app_client.get(self.path), 404, "rubric_not_found")
