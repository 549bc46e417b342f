"""Headers that every answer carries."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from attune_api.exchange import exchange_of

_ALWAYS: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    # Answers hold personal data unless a route says otherwise, and are no pages: nothing may load, frame or run them.
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
]

_IN_PRODUCTION: Final = [(b"strict-transport-security", b"max-age=63072000; includeSubDomains")]


class SecurityHeaders:
    """Adds them; a route that sets one of them itself has the last word."""

    def __init__(self, app: ASGIApp, is_production: bool) -> None:
        self._app = app
        self._headers = _ALWAYS + (_IN_PRODUCTION if is_production else [])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            exchange_of(scope).headers.extend(self._headers)
        await self._app(scope, receive, send)
