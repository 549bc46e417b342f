"""The public keys of identity providers: fetched, kept, and fetched anew only so often.

Keys come from the address the operator registered and from nowhere else: what a token says about where its key may be
found (`jku`, `x5u`, `jwk`) is never looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key
from pydantic_core import from_json

from attune_api.auth.errors import CredentialInvalid, IdentityProviderUnavailable

FRESH_SECONDS: Final = 3600.0
BETWEEN_FETCHES: Final = 30.0
"""An unknown `kid` may mean that the keys were rotated; a flood of them must not become a flood of fetches."""

LARGEST: Final = 256 * 1024
MOST_KEYS: Final = 100
LEAST_RSA_BITS: Final = 2048
CURVES: Final = frozenset({"P-256", "Ed25519"})
FETCH_SECONDS: Final = 5.0

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_log = structlog.stdlib.get_logger("attune.api.auth")


@dataclass(slots=True)
class _Entry:
    keys: dict[str | None, Key] = field(default_factory=dict)
    fetched_at: float | None = None
    tried_at: float | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class KeySets:
    """The key sets of all identity providers this process has met."""

    def __init__(
        self,
        *,
        is_production: bool,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._is_production = is_production
        self._client = httpx.AsyncClient(
            transport=transport, timeout=FETCH_SECONDS, follow_redirects=False, trust_env=False, max_redirects=0
        )
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    async def find(self, jwks_uri: str, key_id: str | None) -> Key:
        """The key that signed a token. Raises `CredentialInvalid` and `IdentityProviderUnavailable`."""
        entry = self._entries.setdefault(jwks_uri, _Entry())
        key = _choose(entry.keys, key_id)
        # One request fetches; the others need not wait for it where they have their key.
        if key is None or (self._is_stale(entry) and not entry.lock.locked()):
            async with entry.lock:
                key = _choose(entry.keys, key_id)
                if (key is None or self._is_stale(entry)) and self._may_fetch(entry):
                    await self._refresh(jwks_uri, entry)
                    key = _choose(entry.keys, key_id)
        if key is not None:
            return key
        if entry.fetched_at is None:
            raise IdentityProviderUnavailable
        raise CredentialInvalid

    async def close(self) -> None:
        """Close connections."""
        await self._client.aclose()

    def _is_stale(self, entry: _Entry) -> bool:
        return entry.fetched_at is None or self._clock() - entry.fetched_at > FRESH_SECONDS

    def _may_fetch(self, entry: _Entry) -> bool:
        return entry.tried_at is None or self._clock() - entry.tried_at >= BETWEEN_FETCHES

    async def _refresh(self, jwks_uri: str, entry: _Entry) -> None:
        """Fetch; on failure the keys known so far stay in use, since a provider's outage is no reason to lock all out."""
        entry.tried_at = self._clock()
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                entry.keys = import_keys(await self._fetch(jwks_uri))
            entry.fetched_at = self._clock()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            _log.warning("identity_provider.keys_not_fetched", error_class=type(error).__name__)

    async def _fetch(self, jwks_uri: str) -> bytes:
        address = urlsplit(jwks_uri)
        if address.scheme != "https" and (self._is_production or address.hostname not in _LOOPBACK):
            raise ValueError("keys are only fetched over https")
        content = bytearray()
        async with self._client.stream("GET", jwks_uri, headers={"accept": "application/json"}) as response:
            if response.status_code != 200:
                raise ValueError("the identity provider did not answer with its keys")
            async for part in response.aiter_bytes():
                content += part
                if len(content) > LARGEST:
                    raise ValueError("the key set is too large")
        return bytes(content)


def import_keys(document: bytes) -> dict[str | None, Key]:
    """The public signing keys of a JWKS by `kid`. What cannot verify a signature safely is left out, not an error: a
    provider may publish keys for other purposes, or of kinds nobody here understands. Raises `ValueError`."""
    parsed = from_json(document)
    listed = parsed.get("keys") if isinstance(parsed, dict) else None
    if not isinstance(listed, list):
        raise ValueError("this is no key set")
    keys: dict[str | None, Key] = {}
    for each in listed[:MOST_KEYS]:
        key = _import_key(each)
        if key is not None:
            keys.setdefault(each.get("kid"), key)
    return keys


def _import_key(data: Any) -> Key | None:
    if not isinstance(data, dict) or data.get("kty") not in {"RSA", "EC", "OKP"}:
        return None
    if data.get("use", "sig") != "sig" or not isinstance(data.get("kid"), (str, type(None))):
        return None
    is_strong = _is_long(data.get("n")) if data["kty"] == "RSA" else data.get("crv") in CURVES
    if not is_strong:
        return None
    try:
        return JWKRegistry.import_key(data)
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _is_long(modulus: Any) -> bool:
    # Base64 holds six bits a character; joserfc would only warn of a short one.
    return isinstance(modulus, str) and len(modulus) * 6 >= LEAST_RSA_BITS


def _choose(keys: dict[str | None, Key], key_id: str | None) -> Key | None:
    """The key of that id. A token without one is understood only where there is a single key."""
    if key_id is None and len(keys) == 1:
        return next(iter(keys.values()))
    return keys.get(key_id) if key_id is not None else None
