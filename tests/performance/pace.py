"""A steady load: each request is sent when it is due, whatever became of the ones before. Prints the answers by status.

`python -m tests.performance.pace PORT RATE FILE`, to this machine only. A connection that is still waiting is passed over for
another one; should all be waiting, the request is sent late, which its lag then shows.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

import uvloop

from tests.performance.load import LOOPBACK, content_length, read_requests

CONNECTIONS = 16


class Sender:
    """Keeps connections, and one request at a time on each."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self.statuses: Counter[str] = Counter()

    async def connect(self) -> None:
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await asyncio.open_connection(LOOPBACK, self._port))

    async def send(self, request: bytes) -> None:
        reader, writer = await self._free.get()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(content_length(head[:-4]))
        self.statuses[head[9:12].decode()] += 1
        self._free.put_nowait((reader, writer))


async def run(port: int, rate: int, file: Path) -> None:
    sender = Sender(port)
    await sender.connect()
    started = perf_counter()
    under_way: list[asyncio.Task[None]] = []
    for number, request in enumerate(read_requests(file)):
        wait = started + number / rate - perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        under_way.append(asyncio.create_task(sender.send(request)))
    await asyncio.gather(*under_way)
    print(json.dumps(sender.statuses))


if __name__ == "__main__":
    uvloop.run(run(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
