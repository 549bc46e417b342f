"""Callers who show an access token of their identity provider, and what is no such token."""

from __future__ import annotations

import base64
import hmac
from collections.abc import AsyncIterator
from time import time
from typing import Any

import httpx
import httpx2
import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from pydantic_core import to_json

from attune.kernel.db import Database
from attune.kernel.vault import Vault
from attune.organisations.service import add_identity_provider
from attune.people.model import Role
from attune_api.app import create_app
from attune_api.auth.authentication import Authenticator
from attune_api.auth.key_sets import BETWEEN_FETCHES, FRESH_SECONDS, KeySets, import_keys
from attune_api.auth.tokens import LONGEST, Tokens
from attune_api.settings import TokenTypes
from tests.api.conftest import assert_problem, client_of, running, settings_for
from tests.api.identity import AUDIENCE, ISSUER, JWKS_URI, IdentityProviderStub, encode, make_signing_key
from tests.api.people import add_person, set_status
from tests.api.refused_events import refused_events
from tests.conftest import Installation, Organisation


class Moment:
    """A clock of seconds that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def provider() -> IdentityProviderStub:
    return IdentityProviderStub()


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
async def signing_app(
    installation: Installation, vault: Vault, provider: IdentityProviderStub, moment: Moment
) -> AsyncIterator[FastAPI]:
    """An application that fetches keys from `provider`."""
    async with running(create_app(settings_for(installation)), vault) as app:
        trust(app, provider, moment)
        yield app


def trust(
    app: FastAPI, provider: IdentityProviderStub, moment: Moment, token_types: TokenTypes = TokenTypes.ANY
) -> None:
    authenticator: Authenticator = app.state.authenticator
    keys = KeySets(is_production=True, transport=httpx.MockTransport(provider.__call__), clock=moment)
    tokens = Tokens(app.state.database, keys, authenticator.refusals, token_types)
    app.state.authenticator = Authenticator(authenticator._api_keys, tokens, authenticator.refusals)


@pytest.fixture
async def registered(migrator_database: Database, organisation: Organisation) -> Organisation:
    """The organisation, which accepts the provider's tokens for an audience of its own."""
    async with migrator_database.write(organisation.context()) as tx:
        await add_identity_provider(tx, issuer=ISSUER, audience=audience_of(organisation), jwks_uri=JWKS_URI)
    return organisation


def audience_of(organisation: Organisation) -> str:
    """Tests share a database, and an audience belongs to one organisation."""
    return f"{AUDIENCE}-{organisation.tenant_id}"


async def ask(app: FastAPI, token: str) -> httpx2.Response:
    async with client_of(app, token) as client:
        return await client.get("/v1/me")


@pytest.fixture
async def person(database: Database, registered: Organisation) -> str:
    """Somebody who leads a team; their subject at the provider."""
    await add_person(database, registered, Role.LEAD, subject="u-1")
    return "u-1"


async def test_a_good_token_says_who_calls(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    response = await ask(signing_app, provider.token(aud=audience_of(registered), sub=person))
    assert response.status_code == 200, response.text
    me = response.json()
    assert me["actor"]["kind"] == "person"
    assert me["actor"]["id"] == me["person_id"]
    assert me["organisation"]["id"] == str(registered.tenant_id)
    assert "dashboards:read" in me["scopes"]
    assert "organisation:admin" not in me["scopes"]


@pytest.mark.parametrize("kind", ["RSA", "EC", "OKP"])
async def test_each_kind_of_key(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str, kind: str
) -> None:
    provider.keys = [make_signing_key(kind)]
    assert (await ask(signing_app, provider.token(aud=audience_of(registered)))).status_code == 200


async def test_the_new_name_of_ed25519(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    provider.keys = [make_signing_key("OKP")]
    token = provider.token(aud=audience_of(registered), header={"alg": "Ed25519"})
    assert (await ask(signing_app, token)).status_code == 200


async def test_one_of_several_audiences(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    token = provider.token(aud=["https://other.example", audience_of(registered)])
    assert (await ask(signing_app, token)).status_code == 200


async def test_a_token_without_a_key_id_where_there_is_one_key(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    token = provider.token(aud=audience_of(registered), header={"kid": None})
    assert (await ask(signing_app, token)).status_code == 200
    provider.keys.append(make_signing_key("RSA", "k-2"))


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt", "JWT", None])
async def test_types_of_access_tokens(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str, typ: str | None
) -> None:
    token = provider.token(aud=audience_of(registered), header={"typ": typ})
    assert (await ask(signing_app, token)).status_code == 200


async def test_only_access_tokens_where_the_operator_says_so(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str, moment: Moment
) -> None:
    trust(signing_app, provider, moment, TokenTypes.AT_JWT)
    assert (await ask(signing_app, provider.token(aud=audience_of(registered)))).status_code == 200
    for typ in ("JWT", None):
        token = provider.token(aud=audience_of(registered), header={"typ": typ})
        assert_problem(await ask(signing_app, token), 401, "credential_invalid")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"aud": []},
        {"aud": ["a", "b", "c", "d", "e", "f"]},
        {"aud": 7},
        {"aud": None},
        {"iss": "https://evil.example/"},
        {"iss": ISSUER.rstrip("/")},
        {"iss": None},
        {"iss": 7},
        {"iss": "x" * 501},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"nbf": int(time()) + 3600},
        {"iat": int(time()) + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
    ids=lambda claims: next(iter(claims)),
)
async def test_claims_that_are_not_right(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str, claims: dict[str, Any]
) -> None:
    token = provider.token(**{"aud": audience_of(registered)} | claims)
    response = await ask(signing_app, token)
    assert_problem(response, 401, "credential_invalid")
    assert response.headers["www-authenticate"] == 'Bearer realm="attune", error="invalid_token"'


async def test_an_expired_token_says_so(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    audience = audience_of(registered)
    assert_problem(await ask(signing_app, provider.token(aud=audience, exp=int(time()) - 61)), 401, "token_expired")
    within = provider.token(aud=audience, exp=int(time()) - 30)
    assert (await ask(signing_app, within)).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS384"},
        {"alg": "RS1"},
        {"alg": None},
        {"alg": 7},
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
        {"typ": "id+jwt"},
        {"typ": 7},
        {"kid": 7},
    ],
    ids=str,
)
async def test_headers_that_are_not_right(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str, header: dict[str, Any]
) -> None:
    signer = provider.keys[0]
    full = {"alg": "RS256", "kid": signer.kid, "typ": "at+jwt"} | header
    signature = provider.token(aud=audience_of(registered)).rpartition(".")[2]
    token = f"{encode(full)}.{encode(provider.claims(aud=audience_of(registered)))}.{signature}"
    assert_problem(await ask(signing_app, token), 401, "credential_invalid")


async def test_no_algorithm_and_no_signature(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    for algorithm in ("none", "None", "NONE", ""):
        body = f"{encode({'alg': algorithm})}.{encode(provider.claims(aud=audience_of(registered)))}"
        assert_problem(await ask(signing_app, body + "."), 401, "credential_invalid")


async def test_the_public_key_as_a_shared_secret(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    signer = provider.keys[0]
    assert isinstance(signer, RSAKey)
    body = f"{encode({'alg': 'HS256', 'kid': 'k-1'})}.{encode(provider.claims(aud=audience_of(registered)))}"
    signature = hmac.digest(signer.as_pem(private=False), body.encode(), "sha256")
    token = f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    assert_problem(await ask(signing_app, token), 401, "credential_invalid")


async def test_somebody_elses_signature(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    token = provider.token(key=make_signing_key("RSA", "k-1"), aud=audience_of(registered))
    assert_problem(await ask(signing_app, token), 401, "credential_invalid")


async def test_a_changed_token(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    header, _, signature = provider.token(aud=audience_of(registered)).split(".")
    forged = f"{header}.{encode(provider.claims(aud=audience_of(registered), sub='u-2'))}.{signature}"
    assert_problem(await ask(signing_app, forged), 401, "credential_invalid")


async def test_a_key_that_the_token_brings_along_is_not_looked_at(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    own = make_signing_key("RSA", "mine")
    for header in (
        {"jwk": own.as_dict(private=False)},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
    ):
        token = provider.token(key=own, header=header, aud=audience_of(registered))
        assert_problem(await ask(signing_app, token), 401, "credential_invalid")
    assert provider.fetches == 1


@pytest.mark.parametrize("token", ["a.b.c", "a.b", "a.b.c.d", "....", "e30.e30.", "W10.W10.x", "x" * (LONGEST + 1)])
async def test_what_is_no_token(signing_app: FastAPI, token: str) -> None:
    assert_problem(await ask(signing_app, token), 401, "credential_invalid")


async def test_an_unknown_key_id_fetches_the_keys_again_but_not_often(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str, moment: Moment
) -> None:
    audience = audience_of(registered)
    assert (await ask(signing_app, provider.token(aud=audience))).status_code == 200
    assert provider.fetches == 1
    rotated = make_signing_key("RSA", "k-2")
    for number in range(5):
        token = provider.token(key=rotated, aud=audience, jti=str(number))
        assert_problem(await ask(signing_app, token), 401, "credential_invalid")
    assert provider.fetches == 1
    provider.keys = [rotated]
    moment.now += BETWEEN_FETCHES
    assert (await ask(signing_app, provider.token(key=rotated, aud=audience))).status_code == 200
    assert provider.fetches == 2


async def test_keys_are_known_for_an_hour_and_survive_an_outage(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str, moment: Moment
) -> None:
    audience = audience_of(registered)
    assert (await ask(signing_app, provider.token(aud=audience))).status_code == 200
    provider.status = 500
    moment.now += FRESH_SECONDS + 1
    assert (await ask(signing_app, provider.token(aud=audience, jti="again"))).status_code == 200
    assert provider.fetches == 2


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"keys": 7}', b"x" * 300_000])
async def test_a_provider_without_keys_is_unavailable(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str, content: bytes
) -> None:
    provider.content = content
    response = await ask(signing_app, provider.token(aud=audience_of(registered)))
    assert_problem(response, 503, "identity_provider_unavailable")
    assert "retry-after" in response.headers


async def test_keys_are_not_fetched_without_tls_in_production(provider: IdentityProviderStub) -> None:
    keys = KeySets(is_production=True, transport=httpx.MockTransport(provider.__call__))
    for address in ("http://idp.brightline.example/keys", "http://localhost/keys", "file:///etc/passwd"):
        with pytest.raises(Exception, match="keys cannot be read"):
            await keys.find(address, "k-1")
    assert provider.fetches == 0


def test_keys_that_cannot_verify_safely_are_left_out() -> None:
    weak = {"kty": "RSA", "kid": "weak", "e": "AQAB", "n": "x" * 171}  # 1024 bits
    good = make_signing_key("EC", "good")
    document = {
        "keys": [
            weak,
            {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
            good.as_dict(private=False) | {"use": "enc", "kid": "encrypts"},
            {"kty": "RSA", "kid": "broken"},
            {"kty": "new", "kid": "unknown"},
            "nonsense",
            good.as_dict(private=False),
        ]
    }
    assert list(import_keys(to_json(document))) == ["good"]


async def test_somebody_whom_nobody_added(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, person: str
) -> None:
    token = provider.token(aud=audience_of(registered), sub="u-unknown")
    assert_problem(await ask(signing_app, token), 401, "identity_unknown")


async def test_somebody_who_left_is_refused_at_once(
    signing_app: FastAPI, provider: IdentityProviderStub, database: Database, registered: Organisation
) -> None:
    person_id = await add_person(database, registered, Role.AGENT, subject="u-9")
    token = provider.token(aud=audience_of(registered), sub="u-9")
    assert (await ask(signing_app, token)).status_code == 200
    await set_status(database, registered, person_id, "inactive")
    # Still remembered in this process: PostgreSQL refuses. Then verified anew: the edge does.
    assert_problem(await ask(signing_app, token), 401, "credential_ended")
    assert_problem(await ask(signing_app, token), 401, "credential_ended")
    assert await refused_events(database, registered) == [
        ("sign_in.refused", "ended"),
        ("sign_in.refused", "person_inactive"),
    ]


@pytest.mark.usefixtures("person")
async def test_a_subject_means_somebody_else_in_another_organisation(
    signing_app: FastAPI,
    provider: IdentityProviderStub,
    migrator_database: Database,
    registered: Organisation,
    other_organisation: Organisation,
) -> None:
    async with migrator_database.write(other_organisation.context()) as tx:
        await add_identity_provider(tx, issuer=ISSUER, audience=audience_of(other_organisation), jwks_uri=JWKS_URI)
    token = provider.token(aud=audience_of(other_organisation), sub="u-1")
    assert_problem(await ask(signing_app, token), 401, "identity_unknown")


@pytest.mark.usefixtures("person")
async def test_an_audience_that_two_organisations_claim_is_nobodys(
    signing_app: FastAPI,
    provider: IdentityProviderStub,
    migrator_database: Database,
    registered: Organisation,
    other_organisation: Organisation,
) -> None:
    async with migrator_database.write(other_organisation.context()) as tx:
        await add_identity_provider(tx, issuer=ISSUER, audience=audience_of(registered), jwks_uri=JWKS_URI)
    token = provider.token(aud=audience_of(registered), sub="u-1")
    assert_problem(await ask(signing_app, token), 401, "credential_invalid")
