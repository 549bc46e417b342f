"""Callers who show an access token (a JWT) of their organisation's identity provider. After RFC 8725 and RFC 9068."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError, UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry
from pydantic_core import from_json

from attune.kernel.clock import Clock, utc_now
from attune.kernel.context import ANONYMOUS, Actor, ActorKind, Context
from attune.kernel.db import CredentialEnded, Database, DatabaseBusy
from attune.organisations import repository
from attune.organisations.events import RefusalReason
from attune.organisations.model import IdentityProvider, SignedInPerson
from attune.organisations.rules import hash_provider, scopes_of
from attune_api.auth.api_keys import CONCURRENT_LOOKUPS, LOOKUP_SECONDS, REMEMBERED_SECONDS
from attune_api.auth.caller import Caller
from attune_api.auth.errors import CredentialInvalid, IdentityUnknown, TokenExpired
from attune_api.auth.key_sets import KeySets
from attune_api.auth.memory import ShortMemory
from attune_api.auth.refusals import Refusals
from attune_api.settings import TokenTypes

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
LONGEST: Final = 8 * 1024
LEEWAY_SECONDS: Final = 60
MOST_AUDIENCES: Final = 5

_LONGEST_ISSUER: Final = 500
_LONGEST_SUBJECT: Final = 255
_TYPES: Final = {
    TokenTypes.AT_JWT: frozenset({"at+jwt"}),
    TokenTypes.JWT: frozenset({"jwt"}),
    TokenTypes.ANY: frozenset({"at+jwt", "jwt", None}),
}


class _Signatures(JWSRegistry):
    """joserfc's rules, with room for the long headers of some providers. Their other members are not understood and,
    since `crit` is refused, need not be."""

    max_header_length = 4096

    def get_alg(self, name: str) -> Any:
        """The algorithm, if it is one of ours. joserfc's own warns of `EdDSA`, the name that RFC 9864 replaces by
        `Ed25519`; providers go on using it, and the keys let in are of that curve alone."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


_SIGNATURES: Final = _Signatures(strict_check_header=False)


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    expires_at: float


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a token says of itself: enough to find the keys that may confirm it, and trusted for nothing else."""

    key_id: str | None
    issuer: str
    audiences: tuple[str, ...]


class Tokens:
    """Knows callers by access tokens. A good token is remembered for seconds, by its hash."""

    def __init__(
        self,
        database: Database,
        key_sets: KeySets,
        refusals: Refusals,
        token_types: TokenTypes,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._key_sets = key_sets
        self._refusals = refusals
        self._types = _TYPES[token_types]
        self._clock = clock
        self._memory: ShortMemory[bytes, _Known] = ShortMemory(REMEMBERED_SECONDS)
        self._providers: ShortMemory[Unverified, IdentityProvider] = ShortMemory(REMEMBERED_SECONDS)
        self._lookups = asyncio.Semaphore(CONCURRENT_LOOKUPS)

    async def authenticate(self, token: str, request_id: str) -> Caller:
        """The caller behind a token. Raises the refusals of `auth/errors.py` and `CredentialEnded`."""
        if len(token) > LONGEST:
            raise CredentialInvalid
        token_hash = hashlib.sha256(token.encode()).digest()
        known = self._memory.get(token_hash)
        if known is None:
            known = await self._verify(token, request_id)
            self._memory.put(token_hash, known)
        if known.expires_at + LEEWAY_SECONDS <= self._clock().timestamp():
            raise TokenExpired
        return known.caller

    def forget(self, caller: Caller) -> None:
        """PostgreSQL refused this caller: verify anew next time."""
        self._memory.forget_where(lambda known: known.caller.person_id == caller.person_id)

    async def _verify(self, token: str, request_id: str) -> _Known:
        said = read_unverified(token, self._types)
        provider = await self._find_provider(said)
        key = await self._key_sets.find(provider.jwks_uri, said.key_id)
        try:
            verified = jwt.decode(token, key, registry=_SIGNATURES)
            self._claims_of(provider).validate(verified.claims)
        except ExpiredTokenError as error:
            raise TokenExpired from error
        except (JoseError, ValueError) as error:
            raise CredentialInvalid from error
        subject = verified.claims["sub"]
        if not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise CredentialInvalid
        async with self._database.read(Context(provider.tenant_id, ANONYMOUS)) as tx:
            person = await repository.find_signed_in_person(tx, provider.issuer, subject)
        if person is None:
            raise IdentityUnknown
        caller = _caller_of(person, provider)
        if not person.is_active:
            await self._refusals.record(caller, RefusalReason.PERSON_INACTIVE, request_id)
            raise CredentialEnded
        return _Known(caller, float(verified.claims["exp"]))

    async def _find_provider(self, said: Unverified) -> IdentityProvider:
        provider = self._providers.get(said)
        if provider is None:
            try:
                async with asyncio.timeout(LOOKUP_SECONDS), self._lookups:
                    provider = await repository.find_provider(
                        self._database, [hash_provider(said.issuer, audience) for audience in said.audiences]
                    )
            except TimeoutError as error:
                raise DatabaseBusy from error
            if provider is None:
                raise CredentialInvalid
            self._providers.put(said, provider)
        return provider

    def _claims_of(self, provider: IdentityProvider) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.audience},
            sub={"essential": True},
            exp={"essential": True},
        )


def read_unverified(token: str, types: frozenset[str | None]) -> Unverified:
    """Read a token's own words, bounded, refusing at once what no key could redeem. Raises `CredentialInvalid`."""
    parts = token.split(".")
    if len(parts) != 3:
        raise CredentialInvalid
    header, claims = _read_object(parts[0]), _read_object(parts[1])
    # `crit` and `b64` change how a token has to be read; nothing here needs them, so nothing here honours them.
    if header.get("alg") not in ALGORITHMS or "crit" in header or "b64" in header:
        raise CredentialInvalid
    kind = header.get("typ")
    if isinstance(kind, str):
        kind = kind.lower().removeprefix("application/")
    key_id, issuer, audience = header.get("kid"), claims.get("iss"), claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if (
        not isinstance(kind, (str, type(None)))
        or kind not in types
        or not isinstance(key_id, (str, type(None)))
        or not isinstance(issuer, str)
        or not 0 < len(issuer) <= _LONGEST_ISSUER
        or not isinstance(audiences, list)
        or not 0 < len(audiences) <= MOST_AUDIENCES
        or not all(isinstance(each, str) for each in audiences)
    ):
        raise CredentialInvalid
    return Unverified(key_id, issuer, tuple(audiences))


def _read_object(part: str) -> dict[str, Any]:
    try:
        value = from_json(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise CredentialInvalid from error
    if not isinstance(value, dict):
        raise CredentialInvalid
    return value


def _caller_of(person: SignedInPerson, provider: IdentityProvider) -> Caller:
    return Caller(
        tenant_id=provider.tenant_id,
        actor=Actor(ActorKind.PERSON, person.id),
        principal_id=person.id,
        scopes=frozenset(scope.value for scope in scopes_of(person.roles)),
        person_id=person.id,
        api_key_id=None,
        mode=person.mode,
    )
