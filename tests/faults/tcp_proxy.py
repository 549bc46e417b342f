"""A bad network on loopback: a TCP proxy that delays, swallows, resets, and loses the answer to what it delivered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit, urlunsplit

from attune_cli.local.ports import LOOPBACK

CHUNK: Final = 65536
_COMMIT: Final = b"Q\x00\x00\x00\x0bCOMMIT\x00"


def is_commit(piece: bytes) -> bool:
    """Whether PostgreSQL is told to commit, as the driver says it: a simple query of one word."""
    return piece.endswith(_COMMIT)


def is_post(piece: bytes) -> bool:
    """Whether an HTTP request that changes something begins."""
    return piece.startswith(b"POST ")


@dataclass(slots=True)
class Weather:
    """What befalls the bytes that pass. Changing it changes open connections too."""

    latency_seconds: float = 0.0
    """Before each piece is passed on, in each direction."""
    is_blackhole: bool = False
    """Nothing passes, nothing is refused: bytes and new connections vanish."""
    answers_to_lose: int = 0
    """So many messages reach the server while their answers, and the connection, are lost."""
    answers_lost: int = 0
    calm: asyncio.Event = field(default_factory=asyncio.Event)
    """Set unless the network is a black hole."""

    def __post_init__(self) -> None:
        self.calm.set()

    def swallow(self) -> None:
        """Become a black hole."""
        self.is_blackhole = True
        self.calm.clear()

    def clear_up(self) -> None:
        """Become a good network again. What was swallowed stays lost, with its connections."""
        self.is_blackhole = False
        self.latency_seconds = 0.0
        self.calm.set()


class TcpProxy:
    """Stands between two processes. As an async context manager it listens on a port of its own."""

    def __init__(self, host: str, port: int, loses: Callable[[bytes], bool]) -> None:
        self._upstream = host, port
        self._loses = loses
        self.weather = Weather()
        self.connections = 0
        self.port = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.reset()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, original: str) -> str:
        """An address, by way of this proxy."""
        parts = urlsplit(original)
        credentials = parts.netloc.rpartition("@")[0]
        where = f"{LOOPBACK}:{self.port}"
        return urlunsplit(parts._replace(netloc=f"{credentials}@{where}" if credentials else where))

    def reset(self) -> None:
        """Cut every connection with a TCP reset."""
        for writer in list(self._open):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self._open.add(writer)
        with suppress(OSError, asyncio.CancelledError):
            await self._join(reader, writer)
        writer.transport.abort()
        self._open.discard(writer)
        self._tasks.discard(task)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.weather.calm.wait()
        upstream_reader, upstream_writer = await asyncio.open_connection(*self._upstream)
        self._open.add(upstream_writer)
        lost = asyncio.Event()
        try:
            there = asyncio.create_task(self._pass_on(reader, upstream_writer, lost, may_lose=True))
            back = asyncio.create_task(self._pass_on(upstream_reader, writer, lost))
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
        finally:
            self._open.discard(upstream_writer)
            upstream_writer.transport.abort()

    async def _pass_on(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        lost: asyncio.Event,
        *,
        may_lose: bool = False,
    ) -> None:
        while piece := await source.read(CHUNK):
            if self.weather.latency_seconds:
                await asyncio.sleep(self.weather.latency_seconds)
            if self.weather.is_blackhole:
                # What was on its way is gone; the connection stays open and silent, as with a firewall that forgot it.
                await asyncio.Event().wait()
            if may_lose and self.weather.answers_to_lose and self._loses(piece):
                self.weather.answers_to_lose -= 1
                lost.set()
            if not may_lose and lost.is_set():
                # The server has answered, so it has done it. Nobody will hear of it.
                self.weather.answers_lost += 1
                return
            target.write(piece)
            await target.drain()


@asynccontextmanager
async def bad_network(url: str, *, loses: Callable[[bytes], bool]) -> AsyncIterator[TcpProxy]:
    """A proxy in front of an address. `loses` knows the messages whose answers may be lost."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    async with TcpProxy(parts.hostname, parts.port, loses) as proxy:
        yield proxy
