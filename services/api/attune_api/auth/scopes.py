"""`require(scope)`: what a route asks of its caller."""

# No `from __future__ import annotations`: FastAPI looks for the names of a callable object's annotations in its class's
# module only when they are objects already.

from typing import Any

from fastapi import Depends
from starlette.requests import Request

from attune.organisations.events import RefusalReason
from attune.organisations.rules import Scope
from attune_api.auth.authentication import Authenticator
from attune_api.auth.caller import Caller
from attune_api.auth.errors import AuthenticationRequired, ScopeMissing
from attune_api.exchange import exchange_of


class RequiredScopes:
    """The dependency of a route: its caller, who has all these scopes."""

    def __init__(self, scopes: frozenset[str]) -> None:
        self.scopes = scopes

    async def __call__(self, request: Request) -> Caller:
        """The caller. Raises `ScopeMissing`, which is recorded."""
        exchange = exchange_of(request.scope)
        if exchange.caller is None:
            raise AuthenticationRequired
        if not self.scopes <= exchange.caller.scopes:
            authenticator: Authenticator = request.app.state.authenticator
            await authenticator.refusals.record(exchange.caller, RefusalReason.SCOPE_MISSING, exchange.request_id)
            raise ScopeMissing
        return exchange.caller


def require(*scopes: str) -> Any:
    """`caller: Annotated[Caller, require("signals:write")]`. Without a scope: any caller who is known."""
    return Depends(RequiredScopes(frozenset(Scope(scope).value for scope in scopes)))
