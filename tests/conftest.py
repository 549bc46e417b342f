"""Real servers for every test process: an embedded PostgreSQL and Valkey, a migrated template, organisations per test.

`ATTUNE_TEST_DATABASE_URL` (an operator who may create roles and databases), `ATTUNE_TEST_REDIS_URL` and
`ATTUNE_TEST_POSTGRES_BIN` (another PostgreSQL's binaries) replace the embedded ones.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest

from attune.kernel.context import OPERATOR, Actor, ActorKind, Context
from attune.kernel.db import Database
from attune.kernel.migrating import migrate
from attune.kernel.purposes import Purpose
from attune.kernel.roles import LoginRole, prepare_database
from attune.kernel.vault import KEY_BYTES, RootKeys, Vault
from attune_cli.local.postgres import LocalPostgres
from attune_cli.local.valkey import LocalValkey

PASSWORD = "only-for-tests"
TEMPLATE = "attune_template"


@dataclass(frozen=True, slots=True)
class Installation:
    """A migrated database and the servers around it."""

    operator_url: str
    name: str
    redis_url: str

    def url(self, role: LoginRole) -> str:
        """Where a role of the product connects."""
        parts = urlsplit(self.operator_url)
        return urlunsplit(
            parts._replace(netloc=f"{role}:{PASSWORD}@{parts.hostname}:{parts.port}", path=f"/{self.name}")
        )

    @property
    def superuser_url(self) -> str:
        """The operator, in this database."""
        return urlunsplit(urlsplit(self.operator_url)._replace(path=f"/{self.name}"))

    @asynccontextmanager
    async def database(self, role: LoginRole, **options: object) -> AsyncIterator[Database]:
        """A pool of a role."""
        database = await Database.connect(self.url(role), **options)  # type: ignore[arg-type]  # the tests' own options
        try:
            yield database
        finally:
            await database.close()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Operator and Redis addresses."""
    folder = tmp_path_factory.mktemp("servers")
    started: list[LocalPostgres | LocalValkey] = []
    try:
        operator_url = os.environ.get("ATTUNE_TEST_DATABASE_URL")
        if operator_url is None:
            binaries = os.environ.get("ATTUNE_TEST_POSTGRES_BIN")
            postgres = LocalPostgres(folder / "postgres", durable=False, bin_dir=Path(binaries) if binaries else None)
            started.append(postgres)
            operator_url = postgres.start().url
        redis_url = os.environ.get("ATTUNE_TEST_REDIS_URL")
        if redis_url is None:
            valkey = LocalValkey(folder / "valkey", durable=False)
            started.append(valkey)
            redis_url = valkey.start().url
        yield operator_url, redis_url
    finally:
        for server in started:
            server.stop()


async def _create(operator_url: str, name: str, template: str | None = None) -> None:
    connection = await asyncpg.connect(operator_url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def template(servers: tuple[str, str]) -> str:
    """A migrated database that nobody connects to; copies of it take a fraction of a second."""
    operator_url, _ = servers
    name = f"{TEMPLATE}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    await _create(operator_url, name)
    made = Installation(operator_url, name, "")
    await prepare_database(made.superuser_url, dict.fromkeys(LoginRole, PASSWORD))
    await migrate(made.url(LoginRole.MIGRATOR))
    return name


async def _installation(servers: tuple[str, str], template: str) -> Installation:
    name = f"attune_{secrets.token_hex(6)}"
    await _create(servers[0], name, template)
    return Installation(servers[0], name, servers[1])


@pytest.fixture(scope="session")
async def installation(servers: tuple[str, str], template: str) -> Installation:
    """The database that tests of one process share; each works in an organisation of its own."""
    return await _installation(servers, template)


@pytest.fixture
async def fresh_installation(servers: tuple[str, str], template: str) -> AsyncIterator[Installation]:
    """A database of one's own."""
    made = await _installation(servers, template)
    yield made
    connection = await asyncpg.connect(servers[0])
    await connection.execute(f"DROP DATABASE IF EXISTS {made.name} WITH (FORCE)")
    await connection.close()


@pytest.fixture(scope="session")
async def database(installation: Installation) -> AsyncIterator[Database]:
    """A pool of the API's role."""
    async with installation.database(LoginRole.API) as opened:
        yield opened


@pytest.fixture(scope="session")
async def worker_database(installation: Installation) -> AsyncIterator[Database]:
    """A pool of the worker's role."""
    async with installation.database(LoginRole.WORKER) as opened:
        yield opened


@pytest.fixture(scope="session")
async def migrator_database(installation: Installation) -> AsyncIterator[Database]:
    """A pool of the migrator's role, which the command line uses."""
    async with installation.database(LoginRole.MIGRATOR) as opened:
        yield opened


@pytest.fixture(scope="session")
def vault() -> Vault:
    """A vault with a root key of this session."""
    return Vault(RootKeys("test", {"test": secrets.token_bytes(KEY_BYTES)}))


@dataclass(frozen=True, slots=True)
class Organisation:
    """A tenant made for one test."""

    tenant_id: UUID

    def context(self, purpose: Purpose | None = None, person_id: UUID | None = None) -> Context:
        """Acting for it, as a person of it or as the operator."""
        actor = OPERATOR if person_id is None else Actor(ActorKind.PERSON, person_id)
        return Context(self.tenant_id, actor, purpose)


async def new_organisation(migrator_database: Database, vault: Vault, name: str = "Brightline Care") -> Organisation:
    """An organisation made the way `attune bootstrap` makes one."""
    from attune.organisations.model import Mode  # fixtures load without the nouns
    from attune.organisations.service import create_organisation

    tenant_id = await create_organisation(migrator_database, vault, name=name, mode=Mode.LIVE)
    return Organisation(tenant_id)


@pytest.fixture
async def organisation(migrator_database: Database, vault: Vault) -> Organisation:
    """A new organisation."""
    return await new_organisation(migrator_database, vault)


@pytest.fixture
async def other_organisation(migrator_database: Database, vault: Vault) -> Organisation:
    """Another one, which must never notice the first."""
    return await new_organisation(migrator_database, vault, "Northgate Support")
