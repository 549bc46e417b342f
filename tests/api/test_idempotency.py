"""The same request twice has one effect, and the same answer."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from attune.kernel.db import Database
from attune.organisations.repository import list_providers
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.conftest import Organisation

BODY: dict[str, Any] = {"name": "first", "customer_ref": {"source": "crm", "external_id": "c-1"}}


async def effects(database: Database, organisation: Organisation) -> int:
    async with database.read(organisation.context()) as tx:
        return len(await list_providers(tx))


async def test_a_repeated_request_is_answered_again_and_done_once(
    sample_client: httpx.AsyncClient, database: Database, organisation: Organisation
) -> None:
    first = await sample_client.post("/v1/samples", json=BODY, headers={"idempotency-key": "k-1"})
    second = await sample_client.post("/v1/samples", json=BODY, headers={"idempotency-key": "k-1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await effects(database, organisation) == 1


async def test_spelling_of_key_and_body_makes_no_difference(sample_client: httpx.AsyncClient) -> None:
    await sample_client.post("/v1/samples", json=BODY, headers={"idempotency-key": "k-1"})
    again = await sample_client.post(
        "/v1/samples", json=dict(reversed(BODY.items())) | {"weight": 0.5}, headers={"idempotency-key": '"k-1"'}
    )
    assert again.headers["idempotency-replayed"] == "true"


async def test_another_body_under_the_same_key(
    sample_client: httpx.AsyncClient, database: Database, organisation: Organisation
) -> None:
    await sample_client.post("/v1/samples", json=BODY, headers={"idempotency-key": "k-1"})
    other = await sample_client.post("/v1/samples", json=BODY | {"name": "second"}, headers={"idempotency-key": "k-1"})
    assert_problem(other, 422, "idempotency_key_reused")
    assert await effects(database, organisation) == 1


async def test_without_a_key_each_request_is_done(
    sample_client: httpx.AsyncClient, database: Database, organisation: Organisation
) -> None:
    for _ in range(2):
        await sample_client.post("/v1/samples", json=BODY)
    assert await effects(database, organisation) == 2


async def test_keys_of_other_callers_do_not_matter(
    sampled_app: FastAPI, organisation: Organisation, other_organisation: Organisation, make_key: MakeKey
) -> None:
    for owner in (organisation, organisation, other_organisation):
        async with client_of(sampled_app, (await make_key(owner)).secret) as client:
            response = await client.post("/v1/samples", json=BODY, headers={"idempotency-key": "k-1"})
            assert response.status_code == 201
            assert "idempotency-replayed" not in response.headers


async def test_a_recorded_refusal_is_answered_again(sample_client: httpx.AsyncClient) -> None:
    for replayed in (None, "true"):
        response = await sample_client.post(
            "/v1/samples", json=BODY | {"name": "refused"}, headers={"idempotency-key": "k-1"}
        )
        assert_problem(response, 403, "consent_missing")
        assert response.headers.get("idempotency-replayed") == replayed


async def test_a_failed_request_leaves_its_key_free(sample_client: httpx.AsyncClient) -> None:
    failed = await sample_client.post(
        "/v1/samples", json=BODY | {"name": "too blue"}, headers={"idempotency-key": "k-1"}
    )
    assert_problem(failed, 409, "too_blue")
    done = await sample_client.post("/v1/samples", json=BODY, headers={"idempotency-key": "k-1"})
    assert done.status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b", "a\tb", "ä", '""', '"' + "x" * 256 + '"', 'a"b" c'])
async def test_a_key_that_is_none(sample_client: httpx.AsyncClient, key: str) -> None:
    response = await sample_client.post("/v1/samples", json=BODY, headers=[(b"idempotency-key", key.encode("latin-1"))])
    assert_problem(response, 400, "idempotency_key_invalid")


async def test_two_keys_are_no_key(sample_client: httpx.AsyncClient) -> None:
    headers = [("idempotency-key", "k-1"), ("idempotency-key", "k-2")]
    assert_problem(await sample_client.post("/v1/samples", json=BODY, headers=headers), 400, "idempotency_key_invalid")


async def test_a_duplicate_of_a_request_in_flight_is_told_to_wait(
    sample_client: httpx.AsyncClient,
    database: Database,
    organisation: Organisation,
    make_key: MakeKey,
    sampled_app: FastAPI,
) -> None:
    made = await make_key(organisation)
    async with (
        client_of(sampled_app, made.secret) as client,
        database.write(organisation.context()) as tx,
    ):
        await tx.execute(
            "INSERT INTO idempotency_key (tenant_id, principal_id, operation, key, fingerprint)"
            " VALUES ($1, $2, 'make_sample', 'k-1', '\\x00')",
            organisation.tenant_id,
            made.stored.id,
        )
        response = await client.post("/v1/samples", json=BODY, headers={"idempotency-key": "k-1"})
        assert_problem(response, 409, "idempotency_in_flight")
        assert response.headers["retry-after"] == "1"


async def test_twenty_duplicates_at_once_have_one_effect(
    sample_client: httpx.AsyncClient, database: Database, organisation: Organisation
) -> None:
    answers = await asyncio.gather(
        *(sample_client.post("/v1/samples", json=BODY, headers={"idempotency-key": "k-1"}) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.json()["id"] for answer in done}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in done) == 1
    assert await effects(database, organisation) == 1
