"""The edge owns the transaction: a route opens it, builds its answer inside it, and the answer leaves after the commit."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from starlette.requests import Request

from attune.kernel.context import Context
from attune.kernel.db import Database
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune_api.auth.caller import Caller
from attune_api.exchange import exchange_of, header_of
from attune_observability.tracing import current_traceparent


def writing(
    request: Request, caller: Caller, purpose: Purpose | None = None
) -> AbstractAsyncContextManager[WriteTransaction]:
    """`async with writing(request, caller) as tx:` commits at the end of the block, or undoes everything.

    Reads of emotional data write their access event, so they open this one too, with their declared purpose.
    """
    database: Database = request.scope["app"].state.database
    return database.write(context_of(request, caller, purpose))


def reading(
    request: Request, caller: Caller, purpose: Purpose | None = None
) -> AbstractAsyncContextManager[ReadTransaction]:
    """`async with reading(request, caller) as tx:` for whatever changes and records nothing."""
    database: Database = request.scope["app"].state.database
    return database.read(context_of(request, caller, purpose))


def context_of(request: Request, caller: Caller, purpose: Purpose | None = None) -> Context:
    """Who acts, why, in which request and as part of which trace."""
    scope = request.scope
    return caller.context(
        purpose,
        request_id=exchange_of(scope).request_id,
        traceparent=current_traceparent(header_of(scope, b"traceparent")),
    )
