"""Calibration rounds for tests: opened, rated and computed through public doors."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx2 as httpx

from attune_worker.reliability import ReliabilityLoop
from tests.published_ratings import Table

ROUNDS = "/v1/calibration-rounds"


def free_round(*dimensions: str, **changes: Any) -> dict[str, Any]:
    """A round on a scale of its own, from 0 to 4."""
    return {
        "title": "November calibration",
        "dimensions": list(dimensions or ("empathy",)),
        "scale": {"min": 0, "max": 4, "metric": "ordinal"},
        **changes,
    }


async def open_round(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """A new round."""
    response = await client.post(ROUNDS, json=body or free_round())
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def take(client: httpx.AsyncClient, round_id: str, step: str, body: Any = None) -> httpx.Response:
    """Take a step with the version that is there."""
    etag = (await client.get(f"{ROUNDS}/{round_id}")).headers.get("etag", '"v1"')
    return await client.post(f"{ROUNDS}/{round_id}:{step}", json=body, headers={"if-match": etag})


async def start(client: httpx.AsyncClient, **body: Any) -> str:
    """A round that is scoring."""
    made = await open_round(client, **body)
    assert (await take(client, made["id"], "startScoring")).status_code == 200
    return str(made["id"])


def ratings_of(table: Table, dimension: str = "empathy") -> list[dict[str, Any]]:
    """The cells of a table, of raters outside the organisation. A cell that is missing is not sent."""
    return [
        {"item": f"item-{row:03}", "rater": {"label": f"rater-{column:02}"}, "dimension": dimension, "value": value}
        for row, values in enumerate(table)
        for column, value in enumerate(values)
        if value is not None
    ]


async def rate(client: httpx.AsyncClient, round_id: str, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send ratings; what became of each."""
    results: list[dict[str, Any]] = []
    for at in range(0, len(items), 1000):
        response = await client.post(f"{ROUNDS}/{round_id}/ratings:batchUpsert", json={"items": items[at : at + 1000]})
        assert response.status_code == 200, response.text
        results += response.json()["results"]
    return results


async def compute(loop: ReliabilityLoop) -> int:
    """Compute every round that waits; how many."""
    rounds = 0
    while await loop.run_next(asyncio.Event()):
        rounds += 1
    return rounds


async def report_on(
    client: httpx.AsyncClient, loop: ReliabilityLoop, table: Table, *, low: int, high: int, metric: str = "ordinal"
) -> dict[str, Any]:
    """The only dimension of a report on a table, which went in and came out through the API."""
    round_id = await start(client, **free_round(scale={"min": low, "max": high, "metric": metric}))
    results = await rate(client, round_id, ratings_of(table))
    assert {result["status"] for result in results} == {"created"}
    await compute(loop)
    response = await client.get(f"{ROUNDS}/{round_id}/reliability")
    assert response.status_code == 200, response.text
    (dimension,) = response.json()["dimensions"]
    found: dict[str, Any] = dimension
    return found


def value_of(dimension: dict[str, Any], name: str) -> float | None:
    """A coefficient's value."""
    value: float | None = next(each["value"] for each in dimension["coefficients"] if each["name"] == name)
    return value
