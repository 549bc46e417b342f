"""Callers who show an API key: strangers, revoked, expired, other organisations, and those who may."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from attune.kernel.db import Database
from attune.kernel.roles import LoginRole
from attune.organisations.model import Mode
from attune.organisations.rules import BASE62, KEY_SECRET_LENGTH
from attune.organisations.rules import make_key as form_key
from attune.organisations.service import revoke_key
from attune_api.app import create_app
from attune_api.auth.api_keys import ApiKeys
from attune_api.auth.refusals import Refusals
from tests.api.conftest import SECRET, MakeKey, assert_problem, client_of, running, settings_for
from tests.api.people import add_person, set_status
from tests.api.refused_events import refused_events
from tests.conftest import Installation, Organisation


async def revoke(database: Database, organisation: Organisation, key_id: object) -> None:
    async with database.write(organisation.context()) as tx:
        await revoke_key(tx, key_id)  # type: ignore[arg-type]  # the id of a stored key


async def test_anonymous(anonymous_client: httpx.AsyncClient) -> None:
    response = await anonymous_client.get("/v1/me")
    assert_problem(response, 401, "authentication_required")
    assert response.headers["www-authenticate"] == 'Bearer realm="attune"'


@pytest.mark.parametrize("header", ["Basic YTpi", "atn_live_x", "Token x", "bearer"])
async def test_another_scheme_is_no_credential(anonymous_client: httpx.AsyncClient, header: str) -> None:
    response = await anonymous_client.get("/v1/me", headers={"authorization": header})
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith('Bearer realm="attune"')


WELL_FORMED = form_key(Mode.LIVE, BASE62[:KEY_SECRET_LENGTH])


@pytest.mark.parametrize(
    "key",
    [
        "atn_live_short",
        WELL_FORMED,
        WELL_FORMED[:-1] + "!",
        WELL_FORMED.replace("live", "test"),
        WELL_FORMED + "0",
        WELL_FORMED.upper(),
        "atn_live_" + "é" * 43,
        " " + WELL_FORMED,
    ],
)
async def test_a_strangers_key(anonymous_client: httpx.AsyncClient, key: str) -> None:
    response = await anonymous_client.get("/v1/me", headers=[(b"authorization", f"Bearer {key}".encode("latin-1"))])
    assert_problem(response, 401, "credential_invalid")
    assert response.headers["www-authenticate"] == 'Bearer realm="attune", error="invalid_token"'


async def test_a_stranger_is_counted_without_content(anonymous_client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await anonymous_client.get("/v1/me", headers={"authorization": f"Bearer {WELL_FORMED}"})
    assert [line["code"] for line in lines if line["event"] == "credential.unknown"] == ["credential_invalid"]
    assert WELL_FORMED not in str(lines)


async def test_two_credentials_are_none(
    anonymous_client: httpx.AsyncClient, organisation: Organisation, make_key: MakeKey
) -> None:
    key = (await make_key(organisation)).secret
    headers = [("authorization", f"Bearer {key}"), ("authorization", f"Bearer {key}")]
    assert_problem(await anonymous_client.get("/v1/me", headers=headers), 401, "credential_invalid")


async def test_junk_never_reaches_the_database(installation: Installation) -> None:
    async with installation.database(LoginRole.API) as database:
        keys = ApiKeys(database, SECRET.encode(), Refusals(database))
        await database.close()
        for junk in (WELL_FORMED[:-1] + ("0" if WELL_FORMED[-1] != "0" else "1"), "atn_live_x"):
            with pytest.raises(Exception, match="not valid here"):
                await keys.authenticate(junk, "r")


async def test_a_key_says_who_calls(app_client: httpx.AsyncClient, organisation: Organisation) -> None:
    me = (await app_client.get("/v1/me")).json()
    assert me["organisation"] == {"id": str(organisation.tenant_id), "name": "Brightline Care", "mode": "live"}
    assert me["actor"]["kind"] == "api_key"
    assert me["person_id"] is None
    assert "organisation:admin" in me["scopes"]


async def test_a_key_bound_to_a_person_acts_as_them(
    app: FastAPI, database: Database, organisation: Organisation, make_key: MakeKey
) -> None:
    person_id = await add_person(database, organisation)
    async with client_of(app, (await make_key(organisation, person_id=person_id)).secret) as client:
        me = (await client.get("/v1/me")).json()
    assert me["actor"] == {"kind": "person", "id": str(person_id)}
    assert me["person_id"] == str(person_id)


async def test_the_scheme_is_spelled_in_any_case(app: FastAPI, organisation: Organisation, make_key: MakeKey) -> None:
    key = (await make_key(organisation)).secret
    async with client_of(app) as client:
        assert (await client.get("/v1/me", headers={"authorization": f"bEARER {key}"})).status_code == 200


async def test_a_revoked_key_is_refused_at_its_next_transaction(
    app: FastAPI, migrator_database: Database, database: Database, organisation: Organisation, make_key: MakeKey
) -> None:
    made = await make_key(organisation)
    async with client_of(app, made.secret) as client:
        assert (await client.get("/v1/me")).status_code == 200
        await revoke(migrator_database, organisation, made.stored.id)
        # Still remembered in this process, and refused all the same: PostgreSQL was asked.
        assert_problem(await client.get("/v1/me"), 401, "credential_ended")
        assert_problem(await client.get("/v1/me"), 401, "credential_ended")
    assert await refused_events(database, organisation) == [
        ("credential.refused", "ended"),
        ("credential.refused", "revoked"),
    ]


async def test_a_key_revoked_long_ago_is_refused(
    app: FastAPI, migrator_database: Database, database: Database, organisation: Organisation, make_key: MakeKey
) -> None:
    made = await make_key(organisation)
    await revoke(migrator_database, organisation, made.stored.id)
    async with client_of(app, made.secret) as client:
        for _ in range(5):
            assert_problem(await client.get("/v1/me"), 401, "credential_ended")
    # Five refusals within a minute are one event.
    assert await refused_events(database, organisation) == [("credential.refused", "revoked")]


async def test_an_expired_key_is_refused(
    app: FastAPI, migrator_database: Database, database: Database, organisation: Organisation, make_key: MakeKey
) -> None:
    made = await make_key(organisation)
    async with migrator_database.write(organisation.context()) as tx:
        await tx.execute(
            "UPDATE api_key SET created_at = $3, expires_at = $4 WHERE tenant_id = $1 AND id = $2",
            organisation.tenant_id,
            made.stored.id,
            datetime.now(UTC) - timedelta(days=2),
            datetime.now(UTC) - timedelta(days=1),
        )
    async with client_of(app, made.secret) as client:
        assert_problem(await client.get("/v1/me"), 401, "credential_ended")
    assert await refused_events(database, organisation) == [("credential.refused", "expired")]


async def test_a_key_of_somebody_who_left_is_refused_at_once(
    app: FastAPI, database: Database, organisation: Organisation, make_key: MakeKey
) -> None:
    person_id = await add_person(database, organisation)
    async with client_of(app, (await make_key(organisation, person_id=person_id)).secret) as client:
        assert (await client.get("/v1/me")).status_code == 200
        await set_status(database, organisation, person_id, "inactive")
        assert_problem(await client.get("/v1/me"), 401, "credential_ended")


async def test_each_key_sees_its_own_organisation(
    app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, organisation: Organisation
) -> None:
    mine, theirs = (await app_client.get("/v1/me")).json(), (await other_client.get("/v1/me")).json()
    assert mine["organisation"]["id"] == str(organisation.tenant_id)
    assert theirs["organisation"]["name"] == "Northgate Support"


async def test_a_missing_scope_is_refused_and_recorded(
    sampled_app: FastAPI, database: Database, organisation: Organisation, make_key: MakeKey
) -> None:
    async with client_of(sampled_app, (await make_key(organisation, "signals:read")).secret) as client:
        assert (await client.get("/v1/samples")).status_code == 200
        for _ in range(3):
            # Before anything is said about the body.
            assert_problem(await client.post("/v1/samples", json={}), 403, "scope_missing")
    assert await refused_events(database, organisation) == [("credential.refused", "scope_missing")]


async def test_a_refusal_names_its_request(
    sampled_app: FastAPI, database: Database, organisation: Organisation, make_key: MakeKey
) -> None:
    made = await make_key(organisation, "signals:read")
    async with client_of(sampled_app, made.secret) as client:
        await client.post("/v1/samples", json={}, headers={"x-request-id": "r-7"})
    async with database.read(organisation.context()) as tx:
        row = await tx.fetch_row(
            "SELECT target_id, actor_id, request_id FROM event WHERE tenant_id = $1 AND kind = 'credential.refused'",
            organisation.tenant_id,
        )
    assert row is not None
    assert tuple(row) == (made.stored.id, made.stored.id, "r-7")


async def test_many_requests_at_once_ask_the_database_once(
    app: FastAPI, organisation: Organisation, make_key: MakeKey
) -> None:
    async with client_of(app, (await make_key(organisation)).secret) as client:
        answers = await asyncio.gather(*(client.get("/v1/me") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}


async def test_without_postgresql_a_caller_is_asked_to_come_back(
    installation: Installation, organisation: Organisation, make_key: MakeKey
) -> None:
    key = (await make_key(organisation)).secret
    async with running(create_app(settings_for(installation))) as app, client_of(app, key) as client:
        await app.state.database.close()
        response = await client.get("/v1/me")
        assert_problem(response, 503, "database_unavailable")
        assert int(response.headers["retry-after"]) >= 1


async def test_a_full_pool_asks_to_come_back(
    installation: Installation, organisation: Organisation, make_key: MakeKey
) -> None:
    key = (await make_key(organisation)).secret
    settings = settings_for(installation, database_pool_size=1, database_wait_seconds=0.05)
    async with running(create_app(settings)) as app, client_of(app, key) as client:
        async with app.state.database.read(organisation.context()):
            response = await client.get("/v1/me")
        assert_problem(response, 503, "database_busy")
        assert (await client.get("/v1/me")).status_code == 200
