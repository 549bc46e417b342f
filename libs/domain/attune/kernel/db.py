"""The pool of connections, and the life of a transaction: a route or a job opens one, and only this file commits.

Measured reasons for the form: BEGIN and the settings travel in one round trip; asyncpg's reset query on release is
another and is not needed, since every transaction sets its own state and SET LOCAL ends with it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import asyncpg
from pydantic_core import to_json

from attune.kernel.connections import Connections
from attune.kernel.context import Context
from attune.kernel.errors import AttuneError, Kind
from attune.kernel.transactions import ReadTransaction, WriteTransaction, begin_statement

CREDENTIAL_ENDED = "AT401"
"""The SQLSTATE with which PostgreSQL refuses a revoked or expired key and an inactive person."""


class DatabaseBusy(AttuneError):
    """No connection came free in time."""

    kind = Kind.UNAVAILABLE
    code = "database_busy"
    detail = "The service is busy. Nothing was changed; try again shortly."


class DatabaseUnavailable(AttuneError):
    """PostgreSQL cannot be reached, or went away in the middle."""

    kind = Kind.UNAVAILABLE
    code = "database_unavailable"
    detail = "The database cannot be reached right now. Repeat the request with the same Idempotency-Key."


class DatabaseFull(AttuneError):
    """PostgreSQL has no room left, on its disk or in its memory."""

    kind = Kind.UNAVAILABLE
    code = "database_full"
    detail = "The database has no room left. Nothing was changed; try again later with the same Idempotency-Key."


class CredentialEnded(AttuneError):
    """The key was revoked or expired, or its person is no longer active."""

    kind = Kind.UNAUTHENTICATED
    code = "credential_ended"
    detail = "This credential is no longer valid."


class TransactionRolledBack(AttuneError):
    """COMMIT answered ROLLBACK: a statement had failed and its error was swallowed."""

    kind = Kind.UNAVAILABLE
    code = "transaction_rolled_back"
    detail = "The change could not be committed. Nothing was changed."


UNDO_SECONDS = 1.0
"""How long a connection may take to roll back. One that takes longer leads nowhere: PostgreSQL, or the way to it, is
silent, and whoever waits for the answer has waited already."""

_CONNECTION_LOST = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What the driver raises when the server went away: by its own account, in its own confusion, or the network's."""


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no type information
    """A connection without the reset query on release."""

    def get_reset_query(self) -> str:
        return ""


class _Scope:
    """The life of one transaction: acquire, begin, work, append, commit, release."""

    __slots__ = ("_connection", "_context", "_database")

    _connection: Any

    def __init__(self, database: Database, context: Context | None) -> None:
        self._database = database
        self._context = context

    async def _open(self, *, read_only: bool) -> asyncpg.Connection:
        self._connection = await self._database._acquire()
        try:
            await self._connection.execute(begin_statement(self._context, read_only=read_only))
        except BaseException as error:
            await self._undo()
            _raise_named(error)
            raise
        connection: asyncpg.Connection = self._connection
        return connection

    async def _commit(self) -> None:
        try:
            tag = await self._connection.execute("COMMIT")
        except BaseException as error:
            await self._undo()
            _raise_named(error)
            raise
        await self._database._connections.keep(self._connection)
        if tag != "COMMIT":
            raise TransactionRolledBack

    async def _undo(self) -> None:
        """Roll back and release; a connection that cannot do even that, and soon, is closed."""
        try:
            async with asyncio.timeout(UNDO_SECONDS):
                await self._connection.execute("ROLLBACK")
        except (asyncpg.PostgresError, *_CONNECTION_LOST):
            self._abandon()
        except asyncio.CancelledError:
            self._abandon()
            raise
        finally:
            await self._database._connections.release(self._connection)

    def _abandon(self) -> None:
        try:
            self._connection.terminate()
        except asyncpg.InterfaceError:
            return  # the pool noticed the loss first, and took the connection back


class _Read(_Scope):
    __slots__ = ()

    async def __aenter__(self) -> ReadTransaction:
        return ReadTransaction(await self._open(read_only=True), self._context)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            await self._commit()
            return
        await self._undo()
        _raise_named(error)


class _Write(_Scope):
    __slots__ = ("_transaction",)

    _transaction: WriteTransaction

    async def __aenter__(self) -> WriteTransaction:
        self._transaction = WriteTransaction(await self._open(read_only=False), self._context)
        return self._transaction

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            await self._undo()
            _raise_named(error)
            return
        try:
            await self._transaction.flush()
        except BaseException as failure:
            await self._undo()
            _raise_named(failure)
            raise
        await self._commit()
        for shard in self._transaction.shards_written:
            self._database.on_events(shard)


def _named(error: BaseException) -> BaseException:
    """The refusal that a driver's error means to a caller, or the error itself."""
    if isinstance(error, asyncpg.PostgresError):
        if error.sqlstate == CREDENTIAL_ENDED:
            return CredentialEnded()
        # First: a cancelled query is an operator's intervention too, by its class, but PostgreSQL is there.
        if isinstance(error, (asyncpg.TooManyConnectionsError, asyncpg.QueryCanceledError)):
            return DatabaseBusy()
        if isinstance(
            error, (asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.OperatorInterventionError)
        ):
            return DatabaseUnavailable()
        if isinstance(error, (asyncpg.DiskFullError, asyncpg.OutOfMemoryError)):
            return DatabaseFull()
    # A client-side encoding error is an InterfaceError too, and says nothing about the connection.
    if isinstance(error, _CONNECTION_LOST) and not isinstance(error, ValueError):
        return DatabaseUnavailable()
    return error


def _raise_named(error: BaseException) -> None:
    """Raise what a driver's error means to a caller; return where it means nothing else, for the caller to re-raise."""
    named = _named(error)
    if named is not error:
        raise named from error


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_to_json, decoder=json.loads, format="text")


def _to_json(value: Any) -> str:
    """A fifth of what the standard library takes. PostgreSQL refuses NaN, which is not hidden from it."""
    return to_json(value, inf_nan_mode="constants").decode()


class Database:
    """A pool of connections of one role."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.on_events: Callable[[int], None] = lambda shard: None
        """Called with the shard after each commit that appended events: the wake-up's place."""

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        min_size: int = 1,
        max_size: int = 10,
        acquire_timeout: float = 2.0,
        statement_timeout: float = 30.0,
        prepared_statements: bool = True,
        application: str | None = None,
    ) -> Self:
        """Open a pool. `prepared_statements=False` suits PgBouncer in transaction mode. Times are in seconds.

        `statement_timeout` is this side's: how long an answer may take to come, if PostgreSQL falls silent. Its own limits
        belong to the role, and are shorter. `application` is how PostgreSQL shows the sessions.
        """
        pool = await asyncpg.create_pool(
            url,
            min_size=min_size,
            max_size=max_size,
            connection_class=_Connection,
            init=_prepare,
            statement_cache_size=500 if prepared_statements else 0,
            command_timeout=statement_timeout,
            timeout=5,
            server_settings=None if application is None else {"application_name": application},
        )
        return cls(Connections(pool, acquire_timeout))

    def read(self, context: Context | None) -> _Read:
        """A read-only transaction. Without a context no organisation's rows are visible."""
        return _Read(self, context)

    def write(self, context: Context | None) -> _Write:
        """A transaction that commits, with its events, at the end of its block."""
        return _Write(self, context)

    @property
    def in_use(self) -> int:
        """How many connections are busy now."""
        return self._connections.in_use

    async def ping(self) -> None:
        """Raise `DatabaseUnavailable` or `DatabaseBusy` unless PostgreSQL answers."""
        async with self.read(None) as tx:
            await tx.fetch_value("SELECT 1")

    async def close(self) -> None:
        """Close all connections, waiting for the busy ones for a while."""
        await self._connections.close(seconds=10)

    async def _acquire(self) -> Any:
        try:
            return await self._connections.acquire()
        except TimeoutError as error:
            raise DatabaseBusy from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            named = _named(error)
            raise (DatabaseUnavailable() if named is error else named) from error
