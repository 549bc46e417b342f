"""Headers that every answer carries, unless its route has set one of them itself."""

from __future__ import annotations

from typing import Final

SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    # Answers hold personal data unless a route says otherwise, and are no pages: nothing may load, frame or run them.
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

IN_PRODUCTION: Final = (*SECURITY_HEADERS, (b"strict-transport-security", b"max-age=63072000; includeSubDomains"))
