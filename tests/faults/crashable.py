"""A PostgreSQL of one's own that crashes on request and comes back: durable, as in production.

`crash` sends what `pg_ctl stop -m immediate` sends: every process of the server ends at once, without a checkpoint, and
the next start recovers from the write-ahead log. What the operating system was handed survives that, so these runs judge
the order of WAL and answer (`synchronous_commit`), not the disk: a power cut is another fault. `fsync` is on all the same.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import asyncpg

from attune.kernel.migrating import migrate
from attune.kernel.roles import LoginRole, prepare_database
from attune_cli.local import ports
from attune_cli.local.postgres import LocalPostgres, PostgresServer
from tests.conftest import OPERATOR_ROLE, PASSWORD, Installation, Servers

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
NAME = "attune_crashable"


class Crashable:
    """The server and the installation on it."""

    def __init__(self, postgres: LocalPostgres, server: PostgresServer, redis_url: str) -> None:
        self._postgres = postgres
        self._server = server
        self.installation = Installation(Servers(server.url, redis_url), NAME)

    async def crash(self) -> float:
        """End it at once, and start it again; how many seconds it was away."""
        began = monotonic()
        os.kill(self._server.pid, signal.SIGQUIT)
        await asyncio.to_thread(self._postgres.stop)
        self._server = await asyncio.to_thread(self._postgres.start)
        return monotonic() - began

    async def configure(self, **settings: str) -> None:
        """Settings that need a restart, and the restart."""
        connection = await asyncpg.connect(self._server.url)
        for name, value in settings.items():
            await connection.execute(f"ALTER SYSTEM SET {name} = {value}")
        await connection.close()
        await asyncio.to_thread(self._postgres.stop)
        self._server = await asyncio.to_thread(self._postgres.start)


@asynccontextmanager
async def crashable(folder: Path, servers: Servers) -> AsyncIterator[Crashable]:
    """A cluster in a folder, with an installation of the product on it."""
    # The port is named, so that everybody finds it again after a crash.
    postgres = LocalPostgres(folder, port=ports.any_free())
    server = await asyncio.to_thread(postgres.start)
    try:
        made = Crashable(postgres, server, servers.redis_url)
        await _install(server, made.installation)
        yield made
    finally:
        await asyncio.to_thread(postgres.stop)


async def _install(server: PostgresServer, installation: Installation) -> None:
    connection = await asyncpg.connect(server.url)
    found = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in DURABLE}
    assert found == DURABLE, f"this server would lose what it acknowledged: {found}"
    await connection.execute(f"CREATE ROLE {OPERATOR_ROLE} LOGIN CREATEROLE CREATEDB PASSWORD '{PASSWORD}'")
    await connection.execute(f"CREATE DATABASE {NAME} OWNER {OPERATOR_ROLE}")
    await connection.close()
    await prepare_database(installation.operator_url, dict.fromkeys(LoginRole, PASSWORD))
    await migrate(installation.url(LoginRole.MIGRATOR))
