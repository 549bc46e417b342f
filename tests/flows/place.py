"""An installation on a cluster of its own, set up and served the way an operator does it: by commands and processes."""

from __future__ import annotations

import base64
import contextlib
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx

from attune.kernel.roles import LoginRole
from attune_cli.local import ports
from attune_cli.local.postgres import LocalPostgres
from attune_cli.stack.service import Service
from tests.conftest import OPERATOR_ROLE, PASSWORD, Installation, Servers
from tests.flows.client_tour import Caller
from tests.flows.test_cli import Ended, run_attune

READY_SECONDS = 60.0


def new_secrets() -> dict[str, str]:
    """What has to outlive a cluster."""
    return {
        "ATTUNE_ROOT_KEY": "first:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "ATTUNE_SECRET_KEY": secrets.token_urlsafe(48),
    }


@dataclass
class Place:
    """A cluster with an empty database in it, which belongs to an operator who is no superuser."""

    folder: Path
    installation: Installation
    secrets: dict[str, str]
    logs: list[Path] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What an operator sets."""
        return {
            **self.secrets,
            "ATTUNE_REDIS_URL": self.installation.redis_url,
            "ATTUNE_OPERATOR_DATABASE_URL": self.installation.operator_url,
            **{f"{role.upper()}_DATABASE_URL": self.installation.url(role) for role in LoginRole},
        }

    def attune(self, *arguments: str | Path, **changes: str) -> Ended:
        """Run a command."""
        return run_attune(*arguments, environment=self.environment | changes, cwd=self.folder, seconds=120)

    def run(self, *arguments: str | Path) -> str:
        """Run a command that has to succeed; its output."""
        ended = self.attune(*arguments)
        assert ended.status == 0, (arguments, ended.err)
        return ended.out

    def key(self, *scopes: str, person: str | None = None) -> str:
        """A new API key."""
        given = [word for scope in scopes for word in ("--scope", scope)]
        given += ["--person", person] if person else []
        made: str = json.loads(self.run("keys", "create", "--json", "--name", "Operations", *given))["key"]
        return made

    @contextmanager
    def api(self, **environment: str) -> Iterator[str]:
        """A process of the API, once it is ready; its address."""
        with contextlib.closing(ports.listen_on(ports.any_free())) as listener:
            url = f"http://{ports.LOOPBACK}:{listener.getsockname()[1]}"
            given = self._given(LoginRole.API) | {"ATTUNE_LISTEN_FD": str(listener.fileno())} | environment
            service = Service("API", "attune_api.main", given, self._log("api"), [listener.fileno()])
            try:
                service.start(lambda: is_ready(url), READY_SECONDS)
                yield url
            finally:
                service.stop()

    @contextmanager
    def worker(self, **environment: str) -> Iterator[Service]:
        """A process of the worker, once it is ready."""
        port = ports.any_free()
        given = self._given(LoginRole.WORKER) | {"ATTUNE_WORKER_HEALTH_PORT": str(port)} | environment
        service = Service("worker", "attune_worker.main", given, self._log("worker"))
        try:
            service.start(lambda: is_ready(f"http://{ports.LOOPBACK}:{port}"), READY_SECONDS)
            yield service
        finally:
            service.stop()

    @contextmanager
    def serving(self, *scopes: str) -> Iterator[Caller]:
        """API and worker, and a client with these scopes."""
        with ExitStack() as stack:
            url = stack.enter_context(self.api())
            stack.enter_context(self.worker())
            yield stack.enter_context(Caller(url, self.key(*scopes)))

    def _given(self, role: LoginRole) -> dict[str, str]:
        own = f"{role.upper()}_DATABASE_URL"
        shared = {n: value for n, value in self.environment.items() if not n.endswith("_DATABASE_URL") or n == own}
        return {"ATTUNE_ENVIRONMENT": "production"} | shared

    def _log(self, name: str) -> Path:
        log = self.folder / f"{name}-{len(self.logs)}.log"
        self.logs.append(log)
        return log


def is_ready(url: str) -> bool:
    """Whether a service says so."""
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/readyz", timeout=2, trust_env=False).status_code == 200
    return False


@contextmanager
def cluster(folder: Path, redis_url: str, secrets: dict[str, str], bin_dir: Path | None = None) -> Iterator[Place]:
    """A fresh cluster, gone at the end with all that was in it."""
    folder.mkdir()
    postgres = LocalPostgres(folder / "postgres", durable=False, bin_dir=bin_dir)
    try:
        yield Place(folder, Installation(Servers(postgres.start().url, redis_url), "attune"), secrets)
    finally:
        postgres.stop()
        shutil.rmtree(folder / "postgres")


async def make_database(place: Place) -> None:
    """The operator and an empty database, as the provider of a managed PostgreSQL hands them over."""
    connection = await asyncpg.connect(place.installation.servers.superuser_url)
    try:
        await connection.execute(f"CREATE ROLE {OPERATOR_ROLE} LOGIN CREATEROLE PASSWORD '{PASSWORD}'")
        await connection.execute(f"CREATE DATABASE {place.installation.name}")
        await connection.execute(f"GRANT CREATE ON DATABASE {place.installation.name} TO {OPERATOR_ROLE}")
    finally:
        await connection.close()
