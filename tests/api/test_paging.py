"""Pages of a list, and cursors that belong to just one list."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.conftest import Organisation


async def page(client: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    response = await client.get("/v1/samples", params=params)
    assert response.status_code == 200, response.text
    answered: dict[str, Any] = response.json()
    return answered


async def test_pages_cover_the_list_once(sample_client: httpx.AsyncClient) -> None:
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        answered = await page(sample_client, limit=4, **cursor)
        seen += answered["data"]
        assert answered["has_more"] is (answered["next_cursor"] is not None)
        if not answered["has_more"]:
            break
        cursor = {"cursor": answered["next_cursor"]}
    assert seen == list(range(1, 11))


async def test_a_list_that_fits_has_no_next_page(sample_client: httpx.AsyncClient) -> None:
    assert await page(sample_client, limit=10) == {"data": list(range(1, 11)), "next_cursor": None, "has_more": False}


async def test_a_cursor_belongs_to_its_filters(sample_client: httpx.AsyncClient) -> None:
    cursor = (await page(sample_client, limit=4, colour="red"))["next_cursor"]
    assert (await page(sample_client, limit=2, colour="red", cursor=cursor))["data"] == [5, 6]
    response = await sample_client.get("/v1/samples", params={"cursor": cursor, "colour": "blue"})
    assert_problem(response, 422, "cursor_invalid")


async def test_a_cursor_belongs_to_its_organisation(
    sampled_app: FastAPI, sample_client: httpx.AsyncClient, other_organisation: Organisation, make_key: MakeKey
) -> None:
    cursor = (await page(sample_client, limit=4))["next_cursor"]
    async with client_of(sampled_app, (await make_key(other_organisation)).secret) as other:
        assert_problem(await other.get("/v1/samples", params={"cursor": cursor}), 422, "cursor_invalid")


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c[:-1] + ("A" if c[-1] != "A" else "B"),
        lambda c: "",
        lambda c: "x",
        lambda c: "!" * 20,
        lambda c: c + "AAAA",
    ],
)
async def test_a_broken_cursor(sample_client: httpx.AsyncClient, change: Any) -> None:
    cursor = (await page(sample_client, limit=4))["next_cursor"]
    response = await sample_client.get("/v1/samples", params={"cursor": change(cursor)})
    assert_problem(response, 422, "cursor_invalid")


async def test_a_cursor_that_is_far_too_long(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.get("/v1/samples", params={"cursor": "x" * 513})
    assert_problem(response, 422, "validation_failed")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "many", "1.5", ""])
async def test_a_limit_out_of_bounds(sample_client: httpx.AsyncClient, limit: str) -> None:
    assert_problem(await sample_client.get("/v1/samples", params={"limit": limit}), 422, "validation_failed")
