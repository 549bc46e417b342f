"""What the edge knows about one request while it is being answered. It travels in the ASGI scope."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from attune_api.auth.caller import Caller

SCOPE_KEY: Final = "attune"


@dataclass(slots=True)
class Exchange:
    """One request and its answer."""

    request_id: str
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    """What the answer gets besides its own headers; a header the route set itself wins."""
    caller: Caller | None = None


def exchange_of(scope: MutableMapping[str, Any]) -> Exchange:
    """The exchange of a request's scope."""
    return cast(Exchange, scope[SCOPE_KEY])


def header_of(scope: MutableMapping[str, Any], name: bytes) -> str | None:
    """The first value of a header, by its lower-case name."""
    for key, value in scope["headers"]:
        if key == name:
            return cast(bytes, value).decode("latin-1")
    return None


def headers_of(scope: MutableMapping[str, Any], name: bytes) -> list[str]:
    """All values of a header, by its lower-case name."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
