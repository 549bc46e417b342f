"""The outermost layer: names each request, completes each answer's headers, and lets no exception out unanswered."""

from __future__ import annotations

import re
from time import perf_counter
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from attune.kernel.ids import new_id
from attune_api.exchange import SCOPE_KEY, Exchange, header_of
from attune_api.problems import ProblemWriter

_ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")

_log = structlog.stdlib.get_logger("attune.api")


class RequestIds:
    """Takes the caller's `X-Request-Id` where it is well-formed, makes one where it is not, and returns it."""

    def __init__(self, app: ASGIApp, problems: ProblemWriter, log_requests: bool) -> None:
        self._app = app
        self._problems = problems
        self._log_requests = log_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = header_of(scope, b"x-request-id")
        request_id = given if given is not None and _ACCEPTED.fullmatch(given) else str(new_id())
        exchange = scope[SCOPE_KEY] = Exchange(request_id)
        answered: int | None = None

        async def send_completed(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = message["status"]
                own = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode()),
                    *(header for header in exchange.headers if header[0] not in own),
                ]
            await send(message)

        started_at = perf_counter() if self._log_requests else 0.0
        try:
            await self._app(scope, receive, send_completed)
        except Exception as error:
            answer = self._problems.answer(scope, error)
            if answered is not None:
                # Half an answer is out: only closing the connection tells the caller.
                raise
            await answer(scope, receive, send_completed)
        if self._log_requests:
            _log.info(
                "request.answered",
                request_id=request_id,
                method=scope["method"],
                route=getattr(scope.get("route"), "path_format", None),
                status=answered,
                milliseconds=round((perf_counter() - started_at) * 1000, 1),
            )
