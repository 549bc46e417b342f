"""The API with three leaks planted, each of a kind that somebody could add in good faith: a log line that says who calls,
a span attribute that says what was asked, an error that quotes what was wrong. The search has to find all three."""

from __future__ import annotations

import structlog
import uvicorn
from opentelemetry import trace
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from attune_api.app import create_app
from attune_api.settings import load_settings
from attune_observability.logging import configure_logging
from attune_observability.telemetry import telemetry

_log = structlog.stdlib.get_logger("leaky")


class Leaks:
    """A layer around the edge."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            request = Request(scope)
            _log.debug("leaky.called", by=request.headers.get("user-agent"))
            trace.get_current_span().set_attribute("leaky.from", request.headers.get("from", ""))
            if request.query_params and not request.url.path.startswith("/readyz"):
                await JSONResponse({"detail": f"unknown: {request.query_params}"}, 422)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def main() -> None:
    """Serve until SIGTERM, with the settings, logs and telemetry of the product."""
    settings = load_settings()
    configure_logging(level=settings.log_level, development=False)
    with telemetry("leaky-api", "0", ratio=settings.trace_ratio):
        app = create_app(settings)
        app.add_middleware(Leaks)
        uvicorn.run(app, port=settings.listen_port, access_log=False, log_config=None, timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main()
