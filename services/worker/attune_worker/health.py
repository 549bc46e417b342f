"""`/livez` and `/readyz` for whoever restarts or waits for this process. Ten lines of HTTP; nothing else is answered.

Alive: its tasks run. Ready: PostgreSQL has said within the last seconds what there is to do. Redis is part of neither:
without it the worker is slower by a second, and restarting it would not help.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Final

READ_SECONDS: Final = 5.0
LONGEST_HEAD: Final = 8192

_REASONS: Final = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


class Health:
    """Answers questions about this process."""

    def __init__(self, is_alive: Callable[[], bool], is_ready: Callable[[], bool]) -> None:
        self._checks: Mapping[str, Callable[[], bool]] = {"/livez": is_alive, "/readyz": is_ready}

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Begin answering. Raises `OSError` where the port is taken."""
        return await asyncio.start_server(self._answer, host, port, limit=LONGEST_HEAD)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), READ_SECONDS)
            writer.write(self._respond(head))
            await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    def _respond(self, head: bytes) -> bytes:
        method, _, rest = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        check = self._checks.get(rest.partition(" ")[0])
        if check is None:
            status = 404
        elif method not in {"GET", "HEAD"}:
            status = 405
        else:
            status = 200 if check() else 503
        body = json.dumps({"status": "ok" if status == 200 else "unavailable"}).encode()
        lines = [
            f"HTTP/1.1 {status} {_REASONS[status]}",
            "content-type: application/json",
            f"content-length: {len(body)}",
            "cache-control: no-store",
            "connection: close",
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + (b"" if method == "HEAD" else body)
