"""Knowing callers, before anything of their body is read."""

from __future__ import annotations

from typing import Final

from starlette.types import Scope

from attune.organisations.events import RefusalReason
from attune_api.auth.api_keys import ApiKeys
from attune_api.auth.caller import Caller
from attune_api.auth.errors import AuthenticationRequired, CredentialInvalid, IdentityUnknown, TokenExpired
from attune_api.auth.refusals import Refusals
from attune_api.auth.tokens import Tokens
from attune_api.exchange import exchange_of, headers_of

OPEN_PATHS: Final = frozenset({"/livez", "/readyz", "/docs", "/openapi.json", "/openapi-3.0.json"})
"""What anybody may read."""

KEY_PREFIX: Final = "atn_"


class Authenticator:
    """Turns an `Authorization` header into a caller."""

    def __init__(self, api_keys: ApiKeys, tokens: Tokens, refusals: Refusals) -> None:
        self._api_keys = api_keys
        self._tokens = tokens
        self.refusals = refusals

    async def authenticate(self, scope: Scope) -> Caller:
        """The caller of a request. Raises the refusals of `auth/errors.py` and `CredentialEnded`."""
        request_id = exchange_of(scope).request_id
        try:
            credential = _bearer(headers_of(scope, b"authorization"))
            if credential.startswith(KEY_PREFIX):
                return await self._api_keys.authenticate(credential, request_id)
            return await self._tokens.authenticate(credential, request_id)
        except (CredentialInvalid, IdentityUnknown, TokenExpired) as error:
            self.refusals.count_stranger(error.code)
            raise

    async def ended(self, scope: Scope) -> None:
        """PostgreSQL found the caller's credential ended when a transaction began."""
        exchange = exchange_of(scope)
        if exchange.caller is not None:
            self._api_keys.forget(exchange.caller)
            self._tokens.forget(exchange.caller)
            await self.refusals.record(exchange.caller, RefusalReason.ENDED, exchange.request_id)


def _bearer(headers: list[str]) -> str:
    if not headers:
        raise AuthenticationRequired
    if len(headers) > 1:
        raise CredentialInvalid
    scheme, _, credential = headers[0].partition(" ")
    if scheme.lower() != "bearer":
        raise AuthenticationRequired
    if not credential or not credential.isascii():
        raise CredentialInvalid
    return credential
