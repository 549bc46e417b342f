"""What every measurement stands on: one PostgreSQL, one Valkey, databases that are set up, and servers as processes.

Nothing waits for a disk (`fsync` is off): commits would otherwise take so long that the code around them hardly showed, and
ratios would flatter us. `synchronous_commit` stays on, as in production.
"""

from __future__ import annotations

import base64
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from attune.kernel.migrating import migrate
from attune.kernel.roles import LoginRole, prepare_database
from attune.kernel.vault import KEY_BYTES, RootKeys, Vault
from attune_cli.local import ports
from attune_cli.local.postgres import LocalPostgres
from attune_cli.local.valkey import LocalValkey
from attune_cli.stack.service import Service

ROOT: Final = Path(__file__).parents[2]
PASSWORD: Final = "only-for-the-bench"
SECRET: Final = "a-secret-that-is-only-for-the-bench-and-long-enough"
READY_SECONDS: Final = 60.0
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Server:
    """A server under measurement."""

    name: str
    port: int
    service: Service

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.service.pid is not None, "it was started"
        return self.service.pid

    def stop(self) -> None:
        """It is gone when this returns."""
        self.service.stop()

    def cpu_seconds(self) -> float:
        """Processor time it has used so far."""
        values = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(values[11]) + int(values[12])) / TICKS

    def resident_bytes(self) -> int:
        """Its memory, as the system counts it."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Stage:
    """The servers of one run of the bench. Nothing of it is left after the exit."""

    folder: Path
    superuser_url: str = ""
    redis_url: str = ""
    root_key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES))
    _closing: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        try:
            postgres = LocalPostgres(self.folder / "postgres", durable=False)
            self._closing.callback(postgres.stop)
            self.superuser_url = postgres.start().url
            valkey = LocalValkey(self.folder / "valkey", durable=False)
            self._closing.callback(valkey.stop)
            self.redis_url = valkey.start().url
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closing.close()

    @property
    def vault(self) -> Vault:
        """Sealed under the key that the API is started with."""
        return Vault(RootKeys("bench", {"bench": self.root_key}))

    def url(self, database: str, role: LoginRole | None = None) -> str:
        """Where a role, or the superuser, connects."""
        parts = urlsplit(self.superuser_url)
        netloc = parts.netloc if role is None else f"{role}:{PASSWORD}@{parts.hostname}:{parts.port}"
        return urlunsplit(parts._replace(netloc=netloc, path=f"/{database}"))

    @asynccontextmanager
    async def superuser(self, database: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection that no wall stops: to fill, to plant and to look."""
        connection = await asyncpg.connect(self.url(database))
        try:
            yield connection
        finally:
            await connection.close()

    async def make_database(self, name: str) -> None:
        """A database of the newest schema."""
        async with self.superuser("postgres") as connection:
            await connection.execute(f"CREATE DATABASE {name}")
            # On again: the local servers of tests turn it off.
            await connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
        await prepare_database(self.url(name), dict.fromkeys(LoginRole, PASSWORD))
        await migrate(self.url(name, LoginRole.MIGRATOR))

    def start_api(self, database: str, name: str = "attune", **settings: str) -> Server:
        """The API service, as in production."""
        environment = {
            "ATTUNE_ENVIRONMENT": "production",
            "ATTUNE_API_DATABASE_URL": self.url(database, LoginRole.API),
            "ATTUNE_REDIS_URL": self.redis_url,
            "ATTUNE_ROOT_KEY": "bench:" + base64.b64encode(self.root_key).decode(),
            "ATTUNE_SECRET_KEY": SECRET,
            # Limits are counted as always, only the number is out of reach.
            "ATTUNE_REQUESTS_PER_MINUTE": "100000000",
        }
        return self.start(name, "attune_api.main", "ATTUNE_LISTEN_PORT", "/readyz", environment | settings)

    def start_worker(self, database: str, name: str = "worker", **settings: str) -> Server:
        """The worker, as in production."""
        environment = {
            "ATTUNE_ENVIRONMENT": "production",
            "ATTUNE_WORKER_DATABASE_URL": self.url(database, LoginRole.WORKER),
            "ATTUNE_REDIS_URL": self.redis_url,
        }
        return self.start(name, "attune_worker.main", "ATTUNE_WORKER_HEALTH_PORT", "/readyz", environment | settings)

    def start_control(self, module: str, database: str, **settings: str) -> Server:
        """A server to compare with: `tests/performance/controls/<module>.py`."""
        environment = {"DATABASE_URL": self.url(database, LoginRole.API), "PYTHONPATH": str(ROOT)}
        return self.start(module, f"tests.performance.controls.{module}", "PORT", "/readyz", environment | settings)

    def start(
        self, name: str, module: str, port_variable: str, ready_path: str, environment: Mapping[str, str]
    ) -> Server:
        """A process that answers at its port."""
        port = ports.any_free()
        log = self.folder / "logs" / f"{name}-{port}.log"
        service = Service(name, module, {**environment, port_variable: str(port)}, log)
        service.start(lambda: _answers(f"http://{ports.LOOPBACK}:{port}{ready_path}"), READY_SECONDS)
        self._closing.callback(service.stop)
        return Server(name, port, service)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  # this machine's
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
