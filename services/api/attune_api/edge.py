"""What happens to every request, in one place and in this order.

It is named; who calls is known before anything of the body is read; their tokens are counted; the route answers. Whatever is
raised on the way becomes a problem, and every answer leaves complete.

Layers around layers would do the same. But each of them is a frame that every resumption of the request passes through, once
for each answer of PostgreSQL, and FastAPI and Starlette bring eight more: together a tenth of the cost of a request.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Final

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from attune.kernel.db import CredentialEnded
from attune_api.auth.authentication import OPEN_PATHS, Authenticator
from attune_api.body_limits import CLOSE, BodyLimits
from attune_api.exchange import Exchange
from attune_api.problems import ProblemWriter
from attune_api.rate_limits import RateLimits
from attune_api.request_ids import begin_exchange
from attune_api.route_index import RouteIndex
from attune_api.security_headers import IN_PRODUCTION, SECURITY_HEADERS
from attune_api.settings import Settings

LINGER_SECONDS: Final = 0.2
"""How long a connection stays open behind an answer whose request was not read to its end. Closed at once, with the rest of
the body still coming in, it would be reset, and the caller might never see why."""

_log = structlog.stdlib.get_logger("attune.api")


class Edge:
    """The application inside FastAPI: answers requests, and passes the start and the stop on to the router."""

    def __init__(self, routes: RouteIndex, settings: Settings, problems: ProblemWriter, bodies: BodyLimits) -> None:
        self._routes: Final = routes
        self._problems: Final = problems
        self._bodies: Final = bodies
        self._headers: Final = IN_PRODUCTION if settings.is_production else SECURITY_HEADERS
        self._log_requests: Final = settings.log_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._routes(scope, receive, send)
            return
        exchange = begin_exchange(scope)
        exchange.headers.extend(self._headers)
        started_at = perf_counter() if self._log_requests else 0.0
        try:
            response = await self._answer(scope, receive, exchange)
        except Exception as error:  # noqa: BLE001  # no exception leaves unanswered
            response = await self._problem(scope, error)
        _complete(response, exchange)
        if CLOSE in exchange.headers:
            await _answer_and_linger(response, send)
        else:
            await response(scope, receive, send)
        if self._log_requests:
            self._log(scope, exchange, response.status_code, started_at)

    async def _answer(self, scope: Scope, receive: Receive, exchange: Exchange) -> Response:
        state = scope["app"].state
        receive = self._bodies.guard(scope, receive, exchange)
        if scope["path"] not in OPEN_PATHS:
            authenticator: Authenticator = state.authenticator
            caller = exchange.caller = await authenticator.authenticate(scope)
            limits: RateLimits = state.rate_limits
            await limits.count(exchange, caller)
        return await self._routes.find(scope).respond(scope, receive)

    async def _problem(self, scope: Scope, error: Exception) -> Response:
        if isinstance(error, CredentialEnded):
            authenticator: Authenticator = scope["app"].state.authenticator
            await authenticator.ended(scope)
        return self._problems.answer(scope, error)

    def _log(self, scope: Scope, exchange: Exchange, status: int, started_at: float) -> None:
        _log.info(
            "request.answered",
            request_id=exchange.request_id,
            method=scope["method"],
            route=getattr(scope.get("route"), "path_format", None),
            status=status,
            milliseconds=round((perf_counter() - started_at) * 1000, 1),
        )


def _complete(response: Response, exchange: Exchange) -> None:
    """Add what every answer carries; a header that the route set itself has the last word."""
    own = {name for name, _ in response.raw_headers}
    response.raw_headers = [
        *response.raw_headers,
        (b"x-request-id", exchange.request_id.encode()),
        *(header for header in exchange.headers if header[0] not in own),
    ]


async def _answer_and_linger(response: Response, send: Send) -> None:
    """The whole answer, and a while for the caller to read it. Its length is known: nobody waits for the end."""
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    await asyncio.sleep(LINGER_SECONDS)
    await send({"type": "http.response.body", "body": b"", "more_body": False})
