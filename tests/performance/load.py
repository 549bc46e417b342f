"""The load generator: a process of its own, so that it shares no event loop with what it measures.

A closed loop: each connection sends its next request when the answer to the one before is complete. Bounded in time and in
count. `python -m tests.performance.load PORT CONNECTIONS SECONDS FILE` reads requests (each behind its length as four
bytes) and prints what happened as JSON. It only ever talks to this machine.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import cast

import uvloop

LOOPBACK = "127.0.0.1"
MOST_REQUESTS = 200_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of the load did. `statuses` counts answers by status; latencies are in seconds."""

    seconds: float
    statuses: dict[str, int]
    latencies: list[float]

    @property
    def answers(self) -> int:
        """How many requests were answered."""
        return sum(self.statuses.values())

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class Load:
    """Sends requests over several connections until they, or the time, run out."""

    def __init__(self, requests: Iterator[bytes], seconds: float) -> None:
        self._requests = requests
        self._seconds = seconds
        self.statuses: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.is_over = asyncio.Event()
        self.started_at = self.ended_at = perf_counter()
        self._busy = 0

    def begin(self, connections: list[Connection]) -> None:
        """Let them all send at once; what it took to connect does not count."""
        self.started_at = perf_counter()
        self._busy = len(connections)
        for connection in connections:
            connection.send_next()

    def take(self) -> bytes | None:
        """The next request, or None when it is enough."""
        if perf_counter() - self.started_at >= self._seconds:
            return None
        return next(self._requests, None)

    def leave(self) -> None:
        """A connection has nothing more to do."""
        self._busy -= 1
        if self._busy == 0:
            self.ended_at = perf_counter()
            self.is_over.set()


class Connection(asyncio.Protocol):
    """One connection: at most one request under way."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._missing = -1
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the start."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """A server that closes in the middle is counted, never passed over."""
        if self._transport is not None:
            self._load.statuses["lost"] += 1
            self._transport = None
            self._load.leave()

    def send_next(self) -> None:
        """Send a request, or close when it is enough."""
        assert self._transport is not None
        request = self._load.take()
        if request is None:
            transport, self._transport = self._transport, None
            transport.close()
            self._load.leave()
            return
        self._received, self._missing = b"", -1
        self._sent_at = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Gather one answer, whose length its header tells."""
        self._received += data
        if self._missing < 0:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            self._missing = end + 4 + content_length(self._received[:end])
        if len(self._received) < self._missing:
            return
        self._load.latencies.append(perf_counter() - self._sent_at)
        self._load.statuses[self._received[9:12].decode("ascii")] += 1
        self.send_next()


def content_length(head: bytes, otherwise: int | None = None) -> int:
    """How long the body behind a head is."""
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    if otherwise is None:
        raise ValueError("an answer without its length")
    return otherwise


async def run(port: int, connections: int, seconds: float, requests: Iterable[bytes]) -> Outcome:
    """Send the requests to a port of this machine; what came of it."""
    load = Load(islice(iter(requests), MOST_REQUESTS), seconds)
    loop = asyncio.get_running_loop()
    made = [(await loop.create_connection(lambda: Connection(load), LOOPBACK, port))[1] for _ in range(connections)]
    load.begin(made)
    async with asyncio.timeout(seconds + 60):
        await load.is_over.wait()
    return Outcome(load.ended_at - load.started_at, dict(load.statuses), load.latencies)


def write_requests(path: Path, requests: Iterable[bytes]) -> None:
    """Keep requests for a load process."""
    with path.open("wb") as file:
        for request in requests:
            file.write(len(request).to_bytes(4, "big") + request)


def read_requests(path: Path) -> Iterator[bytes]:
    """The kept requests."""
    content = path.read_bytes()
    place = 0
    while place < len(content):
        end = place + 4 + int.from_bytes(content[place : place + 4], "big")
        yield content[place + 4 : end]
        place = end


def main() -> None:
    port, connections, seconds, path, once = sys.argv[1:]
    kept = list(read_requests(Path(path)))
    # Reads may be sent again and again; each write is its own request, with its own key.
    requests = kept if once == "once" else cycle(kept)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(run(int(port), int(connections), float(seconds), requests))
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main()
