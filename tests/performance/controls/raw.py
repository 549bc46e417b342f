"""The ceiling of ceilings: the transaction of recording a signal, with next to no HTTP around it.

A protocol of thirty lines answers each request after its transaction, whose values it makes up; nothing of the request is
read but where it ends.
"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from decimal import Decimal
from typing import cast
from uuid import UUID

import asyncpg
import uvloop

from attune.kernel.ids import new_id
from tests.performance.controls import bare
from tests.performance.controls import statements as sql
from tests.performance.load import content_length

ANSWER = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}"
READY = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Counting:
    """Whose signal is next."""

    def __init__(self, consented: list[UUID]) -> None:
        self._consented = consented
        self._number = 0

    def next(self) -> UUID:
        self._number += 1
        return self._consented[self._number % len(self._consented)]


async def record(pool: asyncpg.Pool, customer: UUID) -> None:
    signal_id = new_id()
    async with pool.acquire() as connection:
        await connection.execute(bare.WRITE)
        key = str(signal_id)
        await connection.fetchval(
            sql.CLAIM, bare.TENANT, bare.KEY, "record_signal", key, bare.FINGERPRINT, signal_id
        )  # fmt: skip
        await connection.fetch(
            sql.RECORD_SIGNAL, bare.TENANT, None, signal_id, customer, None, None, None, None, None, "raw", key, None,
            "emotion_intensity", "before", Decimal(0), Decimal(1), Decimal(1), Decimal(5), "frustrated", None,
            "self_report", "stated", None, NOW, None
        )  # fmt: skip
        data = {"interaction_id": None, "measure": "emotion_intensity", "moment": "before"}
        await bare.append(connection, "signal.recorded", "signal", signal_id, customer, None, None, data)
        await connection.execute("COMMIT")


class Protocol(asyncio.Protocol):
    """One request after the other."""

    def __init__(self, pool: asyncpg.Pool, counting: Counting) -> None:
        self._pool = pool
        self._counting = counting
        self._received = b""
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        head = self._received[:end]
        if end < 0 or len(self._received) < end + 4 + content_length(head, otherwise=0):
            return
        self._received = b""
        if head.startswith(b"GET"):
            self._transport.write(READY)
        else:
            self._task = asyncio.get_running_loop().create_task(self._answer())

    async def _answer(self) -> None:
        await record(self._pool, self._counting.next())
        self._transport.write(ANSWER)


async def serve() -> None:
    async with asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=1, max_size=10, connection_class=sql.WithoutReset, init=sql.prepare
    ) as pool:
        async with pool.acquire() as connection:
            await connection.execute(bare.READ)
            rows = await connection.fetch("SELECT id FROM customer WHERE tenant_id = $1", bare.TENANT)
            await connection.execute("COMMIT")
        counting = Counting([row["id"] for row in rows])
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Protocol(pool, counting), "127.0.0.1", int(os.environ["PORT"]))
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
