"""Request ids, trace context, and the headers every answer has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from attune.kernel.vault import Vault
from attune_api.app import create_app
from tests.api.conftest import MakeKey, client_of, running, settings_for
from tests.conftest import Installation, Organisation

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_a_request_without_an_id_gets_one(anonymous_client: httpx.AsyncClient) -> None:
    first = (await anonymous_client.get("/livez")).headers["x-request-id"]
    second = (await anonymous_client.get("/livez")).headers["x-request-id"]
    assert UUID(first).version == 7
    assert first != second


@pytest.mark.parametrize("given", ["a", "their.request-id_7", "x" * 128])
async def test_a_well_formed_id_is_kept(anonymous_client: httpx.AsyncClient, given: str) -> None:
    response = await anonymous_client.get("/livez", headers={"x-request-id": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "<script>", "a\tb", "ä"])
async def test_any_other_id_is_replaced(anonymous_client: httpx.AsyncClient, given: str) -> None:
    response = await anonymous_client.get("/livez", headers=[(b"x-request-id", given.encode("latin-1"))])
    assert UUID(response.headers["x-request-id"]).version == 7


async def test_the_transaction_carries_the_id_and_the_trace(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.get(
        "/v1/samples/context",
        headers={"x-request-id": "r-1", "traceparent": TRACEPARENT, "attune-purpose": "coaching"},
    )
    assert response.json() == {
        "purpose": "coaching",
        "request_id": "r-1",
        "traceparent": TRACEPARENT,
        "actor_kind": "api_key",
    }


@pytest.mark.parametrize(
    "given",
    ["nonsense", TRACEPARENT.upper(), TRACEPARENT.replace("0af7", "zzzz"), "00-" + "0" * 32 + "-b7ad6b7169203331-01"],
)
async def test_a_malformed_trace_is_dropped(sample_client: httpx.AsyncClient, given: str) -> None:
    response = await sample_client.get(
        "/v1/samples/context", headers={"traceparent": given, "attune-purpose": "coaching"}
    )
    assert response.json()["traceparent"] is None


async def test_every_answer_is_kept_private(app_client: httpx.AsyncClient, anonymous_client: httpx.AsyncClient) -> None:
    for response in (
        await app_client.get("/v1/me"),
        await app_client.get("/v1/nothing"),
        await anonymous_client.get("/v1/me"),
    ):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert "strict-transport-security" not in response.headers
        assert "server" not in response.headers


@pytest.fixture
async def production_app(installation: Installation, vault: Vault) -> AsyncIterator[FastAPI]:
    settings = settings_for(installation, environment="production", log_requests=True)
    async with running(create_app(settings), vault) as started:
        yield started


async def test_production_insists_on_tls(production_app: FastAPI) -> None:
    async with client_of(production_app) as client:
        response = await client.get("/livez")
        assert response.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"


async def test_a_logged_request_has_no_address(
    production_app: FastAPI, organisation: Organisation, make_key: MakeKey
) -> None:
    async with client_of(production_app, (await make_key(organisation)).secret) as client:
        with capture_logs() as lines:
            await client.get("/v1/me", headers={"x-request-id": "r-2"})
            await client.get("/v1/nothing/meier@example.org")
    answered = [line for line in lines if line["event"] == "request.answered"]
    assert [(line["route"], line["status"]) for line in answered] == [("/v1/me", 200), (None, 404)]
    assert answered[0]["request_id"] == "r-2"
    assert "meier" not in str(lines)
