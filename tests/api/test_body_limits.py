"""Bodies that are too large, too slow, or from nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import pytest
from fastapi import FastAPI

from attune.kernel.vault import Vault
from tests.api.conftest import MakeKey, running, settings_for
from tests.api.raw import send_raw
from tests.api.sample import sample_app
from tests.conftest import Installation, Organisation

JSON = ("content-type", "application/json")
CHUNKED = ("transfer-encoding", "chunked")


@pytest.fixture
async def small_app(installation: Installation, vault: Vault) -> AsyncIterator[FastAPI]:
    settings = settings_for(installation, body_limit_bytes=1024, batch_body_limit_bytes=4096, body_seconds=0.05)
    async with running(sample_app(settings, vault)) as started:
        yield started


@pytest.fixture
async def authorization(organisation: Organisation, make_key: MakeKey) -> tuple[str, str]:
    return "authorization", f"Bearer {(await make_key(organisation)).secret}"


async def test_a_declared_size_over_the_limit_is_refused_unread(
    small_app: FastAPI, authorization: tuple[str, str]
) -> None:
    answer = await send_raw(small_app, "/v1/samples", headers=[authorization, JSON, ("content-length", "1025")])
    assert (answer.status, answer.code, answer.parts_read) == (413, "body_too_large", 0)
    assert answer.headers["connection"] == "close"
    assert "x-request-id" in answer.headers


async def test_a_chunked_body_is_counted_as_it_arrives(small_app: FastAPI, authorization: tuple[str, str]) -> None:
    parts = [b" " * 512] * 100
    answer = await send_raw(small_app, "/v1/samples", headers=[authorization, JSON], parts=parts)
    assert (answer.status, answer.code, answer.parts_read) == (413, "body_too_large", 3)


async def test_a_body_larger_than_it_says_is_refused(small_app: FastAPI, authorization: tuple[str, str]) -> None:
    answer = await send_raw(
        small_app, "/v1/samples", headers=[authorization, JSON, ("content-length", "10")], parts=[b" " * 2000]
    )
    assert (answer.status, answer.code) == (413, "body_too_large")


async def test_a_body_of_just_the_limit_is_read(small_app: FastAPI, authorization: tuple[str, str]) -> None:
    body = b'{"name":"first","customer_ref":{"source":"crm","external_id":"c"}}'
    answer = await send_raw(small_app, "/v1/samples", headers=[authorization, JSON], parts=[body.ljust(1024)])
    assert answer.status == 201


async def test_a_body_in_many_parts_is_one_body(small_app: FastAPI, authorization: tuple[str, str]) -> None:
    body = b'{"name":"first","customer_ref":{"source":"crm","external_id":"c"}}'
    parts = [body[index : index + 1] for index in range(len(body))]
    answer = await send_raw(small_app, "/v1/samples", headers=[authorization, JSON], parts=parts)
    assert answer.status == 201


async def test_a_batch_may_be_larger(small_app: FastAPI, authorization: tuple[str, str]) -> None:
    answer = await send_raw(
        small_app, "/v1/samples:batchCreate", headers=[authorization, JSON], parts=[b"[]".ljust(4096)]
    )
    assert answer.status == 204
    answer = await send_raw(
        small_app, "/v1/samples:batchCreate", headers=[authorization, JSON], parts=[b"[]".ljust(4097)]
    )
    assert answer.status == 413


async def test_a_body_that_never_ends_is_given_up(small_app: FastAPI, authorization: tuple[str, str]) -> None:
    async def never() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    answer = await send_raw(small_app, "/v1/samples", headers=[authorization, JSON, CHUNKED], parts=[b"{"], then=never)
    assert (answer.status, answer.code) == (408, "body_too_slow")
    assert answer.headers["connection"] == "close"


async def test_a_strangers_body_is_never_read(small_app: FastAPI) -> None:
    answer = await send_raw(small_app, "/v1/samples", headers=[JSON], parts=[b"x" * 512] * 1000)
    assert (answer.status, answer.code, answer.parts_read) == (401, "authentication_required", 0)
    answer = await send_raw(small_app, "/v1/samples", headers=[JSON, CHUNKED])
    assert answer.headers["connection"] == "close"


async def test_the_body_of_somebody_who_may_not_is_never_read(
    small_app: FastAPI, organisation: Organisation, make_key: MakeKey
) -> None:
    key = ("authorization", f"Bearer {(await make_key(organisation, 'signals:read')).secret}")
    answer = await send_raw(small_app, "/v1/samples", headers=[key, JSON, ("content-length", "99")], parts=[b"x" * 99])
    assert (answer.status, answer.code, answer.parts_read) == (403, "scope_missing", 0)
    assert answer.headers["connection"] == "close"


async def test_a_connection_whose_body_was_read_is_kept(small_app: FastAPI, authorization: tuple[str, str]) -> None:
    headers = [authorization, JSON, ("content-length", "2")]
    answer = await send_raw(small_app, "/v1/samples", headers=headers, parts=[b"{}"])
    assert answer.status == 422
    assert "connection" not in answer.headers


async def test_a_client_that_hangs_up_gets_nothing_done(small_app: FastAPI, authorization: tuple[str, str]) -> None:
    async def hang_up() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    answer = await send_raw(small_app, "/v1/samples", headers=[authorization, JSON], parts=[b"{"], then=hang_up)
    assert answer.status == 400
