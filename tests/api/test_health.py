"""Probes."""

from __future__ import annotations

import httpx2 as httpx

from attune_api.app import create_app
from tests.api.conftest import assert_problem, client_of, running, settings_for
from tests.conftest import Installation


async def test_a_live_process_says_so_to_anybody(anonymous_client: httpx.AsyncClient) -> None:
    response = await anonymous_client.get("/livez")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


async def test_a_service_with_its_database_is_ready(anonymous_client: httpx.AsyncClient) -> None:
    response = await anonymous_client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


async def test_a_service_without_redis_is_ready_all_the_same(installation: Installation) -> None:
    async with (
        running(create_app(settings_for(installation, redis_url="redis://127.0.0.1:1"))) as app,
        client_of(app) as client,
    ):
        assert (await client.get("/readyz")).status_code == 200


async def test_a_service_newer_than_its_database_is_not_ready(installation: Installation) -> None:
    async with running(create_app(settings_for(installation))) as app, client_of(app) as client:
        app.state.revision = "9999"
        problem = assert_problem(await client.get("/readyz"), 503, "not_ready")
        assert "9999" not in str(problem)


async def test_a_service_older_than_its_database_is_ready(installation: Installation) -> None:
    async with running(create_app(settings_for(installation))) as app, client_of(app) as client:
        app.state.revision = "0000"
        assert (await client.get("/readyz")).status_code == 200
