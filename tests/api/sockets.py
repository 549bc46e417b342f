"""A client that says whatever it likes to a socket, and counts what the server took."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 40.0


@dataclass(frozen=True, slots=True)
class Answer:
    """All that came back until the server closed, and how much it had let itself be sent."""

    content: bytes
    sent: int

    @property
    def statuses(self) -> list[int]:
        """The status of each answer; none where the server only closed."""
        return [int(part[:3]) for part in self.content.split(b"HTTP/1.1 ")[1:]]


async def say(port: int, *parts: bytes | AsyncIterable[bytes]) -> Answer:
    """Send these parts until the server hears no more, then hang up; what it answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent = 0

    async def send() -> None:
        nonlocal sent
        with contextlib.suppress(ConnectionError):
            for part in parts:
                async for piece in _pieces(part):
                    writer.write(piece)
                    await writer.drain()
                    sent += len(piece)

    sending = asyncio.create_task(send())
    content = b""
    try:
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                while part := await reader.read(65536):
                    content += part
    finally:
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
        writer.close()
    return Answer(content, sent)


async def _pieces(part: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(part, bytes):
        yield part
    else:
        async for piece in part:
            yield piece


async def chunks(total: int, size: int = 65536) -> AsyncIterator[bytes]:
    """A chunked body of so many bytes, none of which ends it."""
    chunk = f"{size:x}\r\n".encode() + b" " * size + b"\r\n"
    for _ in range(total // size):
        yield chunk


async def dripping(content: bytes, seconds: float) -> AsyncIterator[bytes]:
    """One byte at a time. The pause is the attack, not a wait for anything."""
    for index in range(len(content)):
        yield content[index : index + 1]
        await asyncio.sleep(seconds)


def memory_of(pid: int) -> int:
    """The resident bytes of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the process is gone")
