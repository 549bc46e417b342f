"""One machine: PostgreSQL, Valkey, the API and the worker, started in order and stopped in the opposite one."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

import asyncpg
import httpx

from attune.kernel.migrating import migrate
from attune.kernel.roles import LoginRole, prepare_database
from attune_cli.local import ports
from attune_cli.local.postgres import LocalPostgres, PostgresServer
from attune_cli.local.valkey import LocalValkey, ValkeyServer
from attune_cli.stack.data_folder import DataFolder
from attune_cli.stack.service import Service

DATABASE: Final = "attune"
API_PORT: Final = 8000
POSTGRES_PORT: Final = 54320
VALKEY_PORT: Final = 63790
READY_SECONDS: Final = 60.0


class Machine:
    """A running installation. As a context manager: started on entry, and nothing is left of it after the exit."""

    def __init__(
        self, data: DataFolder, *, port: int | None = None, durable: bool = True, say: Callable[[str], None] = print
    ) -> None:
        self.data = data
        self.url = ""
        self.environment: dict[str, str] = {}
        """The installation's settings, as the services and other commands read them."""
        self._wanted_port = port or API_PORT
        self._durable = durable
        self._say = say
        self._closing = contextlib.ExitStack()
        self.parts: list[LocalPostgres | LocalValkey | Service] = []
        """What runs, in the order it was started."""

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closing.close()

    def ended(self) -> str | None:
        """None while all parts run; else which one ended, and its last words."""
        for part in self.parts:
            reason = part.ended()
            if reason is not None:
                return reason
        return None

    def _start(self) -> None:
        self._closing.callback(self.data.lock().release)
        secrets = self.data.secrets()
        self._say("Starting PostgreSQL and Valkey")
        postgres = LocalPostgres(self.data.postgres, port=POSTGRES_PORT, durable=self._durable)
        self._closing.callback(postgres.stop)
        postgres_server = postgres.start()
        valkey = LocalValkey(self.data.valkey, port=VALKEY_PORT, durable=self._durable)
        self._closing.callback(valkey.stop)
        valkey_server = valkey.start()
        for server in (postgres_server, valkey_server):
            if server.notice:
                self._say(server.notice)
        self._say("Preparing the database")
        asyncio.run(_prepare(postgres_server, secrets.passwords))
        self.parts = [postgres, valkey]
        self.environment = _environment(self.data, postgres_server, valkey_server, secrets.passwords)
        self._say("Starting the API and the worker")
        self.start_worker()
        self._start_api()
        self.data.publish(self.environment)
        self._closing.callback(self.data.withdraw)

    def start_worker(self) -> Service:
        """A worker that is ready. There may be several."""
        port = ports.any_free()
        environment = self._settings_of(LoginRole.WORKER) | {"ATTUNE_WORKER_HEALTH_PORT": str(port)}
        worker = Service("worker", "attune_worker.main", environment, self.data.logs / "worker.log")
        self._closing.callback(worker.stop)
        worker.start(lambda: _is_ready(f"http://{ports.LOOPBACK}:{port}"), READY_SECONDS)
        self.parts.append(worker)
        return worker

    def _start_api(self) -> None:
        """On the wanted port, or on another one. It is handed the open socket: two machines that start together would
        both find a port free, and take the other's API for their own."""
        with contextlib.closing(ports.listen_on(self._wanted_port)) as listener:
            port = listener.getsockname()[1]
            self.url = f"http://{ports.LOOPBACK}:{port}"
            self.environment |= {"ATTUNE_LISTEN_PORT": str(port), "ATTUNE_PUBLIC_URL": self.url}
            environment = self._settings_of(LoginRole.API) | {"ATTUNE_LISTEN_FD": str(listener.fileno())}
            api = Service("API", "attune_api.main", environment, self.data.logs / "api.log", [listener.fileno()])
            api.start(lambda: _is_ready(self.url), READY_SECONDS)
        self._closing.callback(api.stop)
        self.parts.append(api)
        if port != self._wanted_port:
            self._say(f"Port {self._wanted_port} is taken: the API listens on {port}.")

    def _settings_of(self, role: LoginRole) -> dict[str, str]:
        """What a service is given: of the databases' addresses only its own."""
        own = _database_url_variable(role)
        return {n: value for n, value in self.environment.items() if n == own or not n.endswith("_DATABASE_URL")}


def _is_ready(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/readyz", timeout=2, trust_env=False).status_code == 200
    return False


async def _prepare(server: PostgresServer, passwords: Mapping[LoginRole, str]) -> None:
    """The database, its roles, and the newest schema. Safe to repeat."""
    connection = await asyncpg.connect(server.url)
    try:
        if not await connection.fetchval("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()
    await prepare_database(server.url_of(DATABASE), passwords)
    await migrate(_url(server, LoginRole.MIGRATOR, passwords))


def _environment(
    data: DataFolder, postgres: PostgresServer, valkey: ValkeyServer, passwords: Mapping[LoginRole, str]
) -> dict[str, str]:
    return {
        "ATTUNE_ENVIRONMENT": "development",
        "ATTUNE_REDIS_URL": valkey.url,
        "ATTUNE_ROOT_KEY_FILE": str(data.secret_file("root_key")),
        "ATTUNE_SECRET_KEY_FILE": str(data.secret_file("secret_key")),
        **{_database_url_variable(role): _url(postgres, role, passwords) for role in LoginRole},
        **{name: value for name, value in os.environ.items() if name in _PASSED_ON},
    }


_PASSED_ON: Final = frozenset({"ATTUNE_LOG_LEVEL", "ATTUNE_LOG_REQUESTS"})


def _database_url_variable(role: LoginRole) -> str:
    return f"{role.upper()}_DATABASE_URL"


def _url(server: PostgresServer, role: LoginRole, passwords: Mapping[LoginRole, str]) -> str:
    return f"postgresql://{role}:{quote(passwords[role])}@{server.host}:{server.port}/{DATABASE}"
