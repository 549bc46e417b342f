"""How large a body may be and how long it may take: counted as it arrives, whatever its Content-Length says.

Nothing of a body is read before a route asks for it, so a stranger's is never read at all.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.types import Message, Receive, Scope

from attune_api.exchange import Exchange, header_of
from attune_api.problems import EdgeRefusal

BATCH_VERBS: Final = (":batchUpsert", ":batchCreate")
"""The operations that take many things at once, and larger bodies."""

CLOSE: Final = (b"connection", b"close")
"""Goes with every answer that is given before the whole body was read: the rest would be read and thrown away for as long
as the caller likes to send it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes."""

    usual: int
    batch: int
    seconds: float

    def bytes_for(self, path: str) -> int:
        """How much this address accepts."""
        return self.batch if path.endswith(BATCH_VERBS) else self.usual


class BodyLimits:
    """Refuses what is too large (413) or too slow (408), and hands the rest on in one piece."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def guard(self, scope: Scope, receive: Receive, exchange: Exchange) -> Receive:
        """How the body of a request is to be read. Raises `EdgeRefusal` (413) for one that is too large by its own word."""
        if scope["method"] == "GET":
            return receive
        most = self._limits.bytes_for(scope["path"])
        declared = header_of(scope, b"content-length")
        headers = exchange.headers
        if declared not in {None, "0"} or header_of(scope, b"transfer-encoding") is not None:
            headers.append(CLOSE)
        if declared is not None and declared.isdecimal() and int(declared) > most:
            raise EdgeRefusal(413)
        is_read = False

        async def receive_whole() -> Message:
            nonlocal is_read
            if is_read:
                return await receive()
            is_read = True
            message = await self._read(receive, most)
            if CLOSE in headers:
                headers.remove(CLOSE)
            return message

        return receive_whole

    async def _read(self, receive: Receive, most: int) -> Message:
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._limits.seconds):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        return message
                    part = message.get("body", b"")
                    size += len(part)
                    if size > most:
                        raise EdgeRefusal(413)
                    parts.append(part)
                    if not message.get("more_body", False):
                        break
        except TimeoutError as error:
            raise EdgeRefusal(408) from error
        return {"type": "http.request", "body": b"".join(parts) if len(parts) > 1 else parts[0], "more_body": False}
