"""A real PgBouncer in transaction mode in front of the tests' PostgreSQL, where the machine has one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from attune.kernel.roles import LoginRole
from attune_cli.local import ports
from tests.conftest import PASSWORD, Installation

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

NOBODY = 65534

needs_pooler = pytest.mark.skipif(
    PROGRAM is None,
    reason="PgBouncer is not installed here (Debian: apt-get install pgbouncer); nothing was shown of it",
)


@dataclass(frozen=True, slots=True)
class Pooler:
    """A PgBouncer that answers."""

    port: int
    name: str

    def url(self, role: LoginRole) -> str:
        """Where a role of the product connects."""
        return f"postgresql://{role.value}:{PASSWORD}@{ports.LOOPBACK}:{self.port}/{self.name}"


@asynccontextmanager
async def pooling(installation: Installation, *, connections: int) -> AsyncIterator[Pooler]:
    """PgBouncer with so few connections to a database that its clients have to share them."""
    assert PROGRAM is not None
    print(_say_version())
    with tempfile.TemporaryDirectory(prefix="attune-pooler-") as folder:
        pooler = Pooler(ports.any_free(), installation.name)
        settings = _configure(Path(folder), installation, pooler, connections)
        # It refuses to run as root.
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            "-q",
            str(settings),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            **as_nobody,  # type: ignore[arg-type]
        )
        try:
            await _until_it_answers(process, pooler)
            yield pooler
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _say_version() -> str:
    said = subprocess.run([str(PROGRAM), "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    follows = tuple(int(part) for part in said.split(".")[:2]) >= (1, 21)
    return f"PgBouncer {said}, which {'can' if follows else 'cannot'} follow prepared statements; they are off"


def _configure(folder: Path, installation: Installation, pooler: Pooler, connections: int) -> Path:
    server = urlsplit(installation.superuser_url)
    users, settings = folder / "users.txt", folder / "pgbouncer.ini"
    users.write_text("".join(f'"{role.value}" "{PASSWORD}"\n' for role in LoginRole))
    lines = [
        "[databases]",
        f"* = host={server.hostname} port={server.port}",
        "[pgbouncer]",
        f"listen_addr = {ports.LOOPBACK}",
        f"listen_port = {pooler.port}",
        "unix_socket_dir =",
        "auth_type = scram-sha-256",
        f"auth_file = {users}",
        "pool_mode = transaction",
        f"default_pool_size = {connections}",
        "max_client_conn = 200",
    ]
    settings.write_text("\n".join(lines) + "\n")
    if os.geteuid() == 0:
        for path in (folder, users, settings):
            os.chown(path, NOBODY, NOBODY)
    return settings


async def _until_it_answers(process: asyncio.subprocess.Process, pooler: Pooler) -> None:
    async with asyncio.timeout(30):
        while True:
            assert process.returncode is None, "PgBouncer did not start"
            try:
                connection = await asyncpg.connect(pooler.url(LoginRole.API), statement_cache_size=0)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
                continue
            await connection.close()
            return
