"""What the code in a transaction works with: reading, writing, recording what happened, and undoing a part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any
from uuid import UUID

import asyncpg

from attune.kernel.context import Context
from attune.kernel.event_log import PendingEvent, append_statement
from attune.kernel.events import Event
from attune.kernel.ids import new_id, shard_of
from attune.kernel.purposes import Purpose


def begin_statement(context: Context | None, *, read_only: bool) -> str:
    """BEGIN and the settings of a context, as one simple query. Built from UUIDs and enums only: SET takes no arguments."""
    parts = ["BEGIN READ ONLY" if read_only else "BEGIN"]
    if context is not None:
        parts.append(enter_statement(context.tenant_id, context.purpose))
        if context.api_key_id is not None:
            parts.append(f"SELECT attune.require_live_key('{UUID(int=context.api_key_id.int)}')")
        if context.person_id is not None:
            parts.append(f"SELECT attune.require_live_person('{UUID(int=context.person_id.int)}')")
    return "; ".join(parts)


def enter_statement(tenant_id: UUID, purpose: Purpose | None) -> str:
    declared = Purpose(purpose).value if purpose is not None else ""
    return f"SET LOCAL attune.tenant = '{UUID(int=tenant_id.int)}'; SET LOCAL attune.purpose = '{declared}'"


class ReadTransaction:
    """A transaction that can only read. Rows come back as `asyncpg.Record`s."""

    def __init__(self, connection: asyncpg.Connection, context: Context | None) -> None:
        self._connection = connection
        self._context = context

    @property
    def context(self) -> Context:
        """Who acts, for whom and why."""
        if self._context is None:
            raise RuntimeError("this transaction has not entered an organisation")
        return self._context

    @property
    def tenant_id(self) -> UUID:
        """The organisation this transaction works in."""
        return self.context.tenant_id

    async def fetch(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        """All rows of a statement."""
        rows: list[asyncpg.Record] = await self._connection.fetch(statement, *arguments)
        return rows

    async def fetch_row(self, statement: str, *arguments: Any) -> asyncpg.Record | None:
        """The first row, or None."""
        return await self._connection.fetchrow(statement, *arguments)

    async def fetch_value(self, statement: str, *arguments: Any) -> Any:
        """The first column of the first row, or None."""
        return await self._connection.fetchval(statement, *arguments)

    async def enter(self, context: Context) -> None:
        """Switch to another organisation or purpose within the transaction (the worker's batches, the CLI's rounds)."""
        await self._connection.execute(enter_statement(context.tenant_id, context.purpose))
        self._context = context


class WriteTransaction(ReadTransaction):
    """A transaction that can write, and records what it did. Its events are appended when it commits."""

    def __init__(self, connection: asyncpg.Connection, context: Context | None) -> None:
        super().__init__(connection, context)
        self._pending: list[PendingEvent] = []
        self.shards_written: set[int] = set()

    async def execute(self, statement: str, *arguments: Any) -> int:
        """Run a statement; how many rows it touched (0 where the command counts none)."""
        tag = await self._connection.execute(statement, *arguments)
        last = tag.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    async def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row, in one round trip."""
        await self._connection.executemany(statement, rows)

    def record(self, event: Event, *, event_id: UUID | None = None) -> None:
        """Remember a fact; it is appended to the event log by the commit. `event_id` makes a repeated append a no-op."""
        context = self.context
        self._pending.append(
            PendingEvent(
                event_id or new_id(),
                event,
                context.tenant_id,
                context.actor.kind,
                context.actor.id,
                context.purpose,
                context.request_id,
                context.traceparent,
            )
        )

    async def flush(self) -> None:
        """Append the recorded events now, each organisation's under its own setting."""
        pending, self._pending = self._pending, []
        current = self._context
        for tenant_id in dict.fromkeys(event.tenant_id for event in pending):
            if current is None or tenant_id != current.tenant_id:
                await self._connection.execute(enter_statement(tenant_id, None))
            shard = shard_of(tenant_id)
            own = [event for event in pending if event.tenant_id == tenant_id]
            await self._connection.execute(*append_statement(shard, own))
            self.shards_written.add(shard)
        if current is not None and any(event.tenant_id != current.tenant_id for event in pending):
            await self._connection.execute(enter_statement(current.tenant_id, current.purpose))

    def savepoint(self) -> Savepoint:
        """`async with tx.savepoint():` undoes the block's changes and events, not the transaction, when it raises."""
        return Savepoint(self)


class Savepoint:
    """A part of a transaction that can be undone alone."""

    def __init__(self, transaction: WriteTransaction) -> None:
        self._transaction = transaction
        self._recorded = 0

    async def __aenter__(self) -> None:
        self._recorded = len(self._transaction._pending)
        await self._transaction._connection.execute("SAVEPOINT part")

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            await self._transaction._connection.execute("RELEASE SAVEPOINT part")
            return
        del self._transaction._pending[self._recorded :]
        await self._transaction._connection.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")
