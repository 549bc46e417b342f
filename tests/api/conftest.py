"""The API as its callers see it: the real application on the real servers, without a socket in between."""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from attune.kernel.db import Database
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from attune.organisations.model import ApiKey, Mode
from attune.organisations.rules import Scope
from attune.organisations.service import create_key
from attune_api.app import create_app
from attune_api.settings import Settings
from tests.conftest import Installation, Organisation

ALL_SCOPES = tuple(scope.value for scope in Scope)
SECRET = "a-secret-that-is-only-for-tests-and-long-enough"


def settings_for(installation: Installation, **changes: Any) -> Settings:
    """The settings of an API service on an installation."""
    values: dict[str, Any] = {
        "environment": "development",
        "api_database_url": installation.url(LoginRole.API),
        "redis_url": installation.redis_url,
        "root_key": "test:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "secret_key": SECRET,
        "requests_per_minute": 100_000,
    }
    return Settings(**values | changes)


@asynccontextmanager
async def running(app: FastAPI, vault: Vault | None = None) -> AsyncIterator[FastAPI]:
    """An application between its start and its stop."""
    async with app.router.lifespan_context(app):
        if vault is not None:
            app.state.vault = vault
        yield app


def client_of(app: FastAPI, key: str | None = None) -> httpx.AsyncClient:
    """A client that shows a key, if it has one. What the application raises stays inside, as behind a real server."""
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://attune.test", headers=headers
    )


@pytest.fixture(scope="session")
async def app(installation: Installation, vault: Vault) -> AsyncIterator[FastAPI]:
    """The application that tests of one process share."""
    async with running(create_app(settings_for(installation)), vault) as started:
        yield started


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key of a test."""

    secret: str
    stored: ApiKey


MakeKey = Callable[..., Awaitable[MadeKey]]


def key_maker(migrator_database: Database) -> MakeKey:
    """`await make(organisation, "signals:write", person_id=…)`; without scopes the key has all of them."""

    async def make(
        organisation: Organisation,
        *scopes: str,
        person_id: UUID | None = None,
        mode: Mode = Mode.LIVE,
        expires_at: datetime | None = None,
    ) -> MadeKey:
        async with migrator_database.write(organisation.context()) as tx:
            stored, secret = await create_key(
                tx,
                SECRET.encode(),
                name="a test",
                mode=mode,
                scopes=scopes or ALL_SCOPES,
                person_id=person_id,
                expires_at=expires_at,
            )
        return MadeKey(secret, stored)

    return make


@pytest.fixture(scope="session")
def make_key(migrator_database: Database) -> MakeKey:
    """`key_maker` on the database that tests share."""
    return key_maker(migrator_database)


@pytest.fixture
async def app_client(app: FastAPI, organisation: Organisation, make_key: MakeKey) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `organisation`, with a key that has every scope."""
    async with client_of(app, (await make_key(organisation)).secret) as client:
        yield client


@pytest.fixture
async def anonymous_client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key."""
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def other_client(
    app: FastAPI, other_organisation: Organisation, make_key: MakeKey
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `other_organisation`, with a key that has every scope."""
    async with client_of(app, (await make_key(other_organisation)).secret) as client:
        yield client


def assert_problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer, which has this status and code and every member."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["code"] == code, problem
    assert problem["status"] == status
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}
    assert problem["request_id"] == response.headers["x-request-id"]
    return problem


@pytest.fixture(scope="session")
async def sampled_app(installation: Installation, vault: Vault) -> AsyncIterator[FastAPI]:
    """The application with the routes of `sample.py`."""
    from tests.api.sample import sample_app  # it needs this module

    async with running(sample_app(settings_for(installation)), vault) as started:
        yield started


@pytest.fixture
async def sample_client(
    sampled_app: FastAPI, organisation: Organisation, make_key: MakeKey
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the routes of `sample.py`."""
    async with client_of(sampled_app, (await make_key(organisation)).secret) as client:
        yield client
