"""Requests that no client library would send."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from pydantic_core import from_json

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    parts_read: int

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(from_json(self.body)["code"])


async def send_raw(
    app: FastAPI,
    path: str,
    *,
    method: str = "POST",
    headers: Iterable[tuple[str, str]] = (),
    parts: Iterable[bytes] = (b"",),
    then: Receive | None = None,
) -> RawAnswer:
    """Send a request whose body arrives in these parts; after them `then` is asked, as a client that goes on."""
    waiting = list(parts)
    read = 0

    async def receive() -> MutableMapping[str, Any]:
        nonlocal read
        read += 1
        if waiting:
            part = waiting.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(waiting) or then is not None}
        if then is not None:
            return await then()
        return {"type": "http.disconnect"}

    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 1),
        "server": ("attune.test", 80),
        "state": {},
    }
    await app(scope, receive, send)
    return RawAnswer(
        sent[0]["status"],
        {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]},
        b"".join(message.get("body", b"") for message in sent[1:]),
        read,
    )
