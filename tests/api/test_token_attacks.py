"""Attacks on access tokens, after RFC 8725. Each is a good token with one defect: without it, it is accepted."""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Callable
from time import time
from typing import Any

import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey

from attune.kernel.db import Database
from attune.organisations.service import add_identity_provider, revoke_key
from attune_api.auth.key_sets import BETWEEN_FETCHES
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.api.identity import ISSUER, JWKS_URI, IdentityProviderStub, encode, make_signing_key, sign
from tests.api.test_tokens import (  # the same provider, application and organisation
    Moment,
    ask,
    audience_of,
    moment,
    person,
    provider,
    registered,
    signing_app,
)
from tests.conftest import Organisation

__all__ = ["moment", "person", "provider", "registered", "signing_app"]

Forge = Callable[[IdentityProviderStub, str], str]
STRANGER = make_signing_key("RSA", "stranger")


def signed(header: dict[str, Any] | None = None, **claims: Any) -> Forge:
    """Signed by the provider's own key, so that only the defect can be the reason."""

    def forge(provider: IdentityProviderStub, audience: str) -> str:
        key = provider.keys[0]
        full = {"alg": "RS256", "kid": key.kid, "typ": "at+jwt"} | (header or {})
        return sign(full, provider.claims(**{"aud": audience} | claims), key)

    return forge


def brings_its_key(**header: Any) -> Forge:
    """Signed by a key that the token itself points to."""

    def forge(provider: IdentityProviderStub, audience: str) -> str:
        full = {"alg": "RS256", "kid": STRANGER.kid, "typ": "at+jwt"} | header
        return sign(full, provider.claims(aud=audience), STRANGER)

    return forge


def unsigned(algorithm: str) -> Forge:
    """Without a signature."""

    def forge(provider: IdentityProviderStub, audience: str) -> str:
        return f"{encode({'alg': algorithm, 'kid': 'k-1', 'typ': 'at+jwt'})}.{encode(provider.claims(aud=audience))}."

    return forge


def shared_secret(algorithm: str, digest: str) -> Forge:
    """Signed with the public key as if it were a secret."""

    def forge(provider: IdentityProviderStub, audience: str) -> str:
        key = provider.keys[0]
        assert isinstance(key, RSAKey)
        head = encode({"alg": algorithm, "kid": key.kid, "typ": "at+jwt"})
        body = f"{head}.{encode(provider.claims(aud=audience))}"
        signature = hmac.digest(key.as_pem(private=False), body.encode(), digest)
        return f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"

    return forge


ATTACKS: dict[str, Forge] = {
    "no algorithm": unsigned("none"),
    "no algorithm, otherwise written": unsigned("nOnE"),
    "RS256 without a signature": unsigned("RS256"),
    "HS256 with the public key": shared_secret("HS256", "sha256"),
    "HS512 with the public key": shared_secret("HS512", "sha512"),
    "another issuer": signed(iss="https://idp.northgate.example/"),
    "an issuer that begins alike": signed(iss=ISSUER + "x"),
    "another audience": signed(aud="somebody-else"),
    "expired": signed(exp=int(time()) - 120),
    "not yet": signed(nbf=int(time()) + 3600),
    "an ID token": signed({"typ": "id+jwt"}),
    "a logout token": signed({"typ": "logout+jwt"}),
    "a critical header": signed({"crit": ["exp"], "exp": 1}),
    "an unknown critical header": signed({"crit": ["x-new"], "x-new": True}),
    "an unencoded payload": signed({"b64": False, "crit": ["b64"]}),
    "its own key": brings_its_key(jwk=STRANGER.as_dict(private=False)),
    "its own key set": brings_its_key(jku="https://evil.example/keys"),
    "its own key set under our name": brings_its_key(jku=JWKS_URI, kid="k-1"),
    "its own certificate": brings_its_key(x5u="https://evil.example/cert", x5c=["MIIB"]),
    "a path as key id": brings_its_key(kid="../../../../dev/null"),
    "a file as key id": brings_its_key(kid="file:///etc/passwd"),
    "SQL as key id": brings_its_key(kid="k-1' OR '1'='1"),
    "a NUL in the key id": brings_its_key(kid="k-1\0"),
    "an empty key id": brings_its_key(kid=""),
    "too long": signed({"x": "a" * 8192}),
    "a header too long": signed({"x": "a" * 5000}),
    "no subject": signed(sub=None),
}


@pytest.mark.parametrize("forge", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.usefixtures("person")
async def test_a_token_with_a_defect_is_refused_and_without_it_accepted(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, forge: Forge
) -> None:
    audience = audience_of(registered)
    assert (await ask(signing_app, signed()(provider, audience))).status_code == 200
    response = await ask(signing_app, forge(provider, audience))
    assert response.json()["code"] in {"credential_invalid", "token_expired"}, response.text
    assert response.status_code == 401
    assert provider.fetches == 1


@pytest.mark.usefixtures("person")
async def test_a_flood_of_unknown_key_ids_fetches_no_more_than_one_in_its_time(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation, moment: Moment
) -> None:
    audience = audience_of(registered)
    assert (await ask(signing_app, signed()(provider, audience))).status_code == 200
    for rounds in range(1, 4):
        tokens = [brings_its_key(kid=f"k-{rounds}-{n}")(provider, audience) for n in range(100)]
        answers = await asyncio.gather(*(ask(signing_app, token) for token in tokens))
        assert {answer.status_code for answer in answers} == {401}
        assert provider.fetches == rounds
        moment.now += BETWEEN_FETCHES
    assert BETWEEN_FETCHES >= 30
    assert (await ask(signing_app, signed()(provider, audience))).status_code == 200


@pytest.mark.usefixtures("person")
async def test_a_token_of_another_organisations_provider_opens_nothing_here(
    signing_app: FastAPI,
    provider: IdentityProviderStub,
    migrator_database: Database,
    registered: Organisation,
    other_organisation: Organisation,
) -> None:
    other_issuer = "https://idp.northgate.example/"
    async with migrator_database.write(other_organisation.context()) as tx:
        await add_identity_provider(
            tx, issuer=other_issuer, audience=audience_of(other_organisation), jwks_uri=JWKS_URI
        )
    assert (await ask(signing_app, signed()(provider, audience_of(registered)))).status_code == 200
    crossed = signed(iss=other_issuer)(provider, audience_of(registered))
    assert_problem(await ask(signing_app, crossed), 401, "credential_invalid")
    own = signed(iss=other_issuer)(provider, audience_of(other_organisation))
    assert_problem(await ask(signing_app, own), 401, "identity_unknown")


@pytest.mark.usefixtures("person")
async def test_two_credentials_are_none(
    signing_app: FastAPI, provider: IdentityProviderStub, registered: Organisation
) -> None:
    good = f"Bearer {signed()(provider, audience_of(registered))}"
    async with client_of(signing_app) as client:
        assert (await client.get("/v1/me", headers=[("authorization", good)])).status_code == 200
        for other in (good, "Bearer x", "Basic eDp5"):
            for pair in (
                [("authorization", good), ("authorization", other)],
                [("authorization", other), ("authorization", good)],
            ):
                assert (await client.get("/v1/me", headers=pair)).status_code == 401
        joined = await client.get("/v1/me", headers=[("authorization", f"{good}, {good}")])
        assert_problem(joined, 401, "credential_invalid")


async def test_a_revoked_key_is_refused_on_the_next_request(
    app: FastAPI, migrator_database: Database, organisation: Organisation, make_key: MakeKey
) -> None:
    key = await make_key(organisation)
    async with client_of(app, key.secret) as client:
        for path in ("/v1/me", "/v1/people"):
            assert (await client.get(path)).status_code == 200
        async with migrator_database.write(organisation.context()) as tx:
            await revoke_key(tx, key.stored.id)
        for path in ("/v1/people", "/v1/me"):
            assert_problem(await client.get(path), 401, "credential_ended")
