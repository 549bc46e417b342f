"""Real servers for every test process: an embedded PostgreSQL and Valkey, a migrated template, organisations per test.

`ATTUNE_TEST_DATABASE_URL` (a superuser), `ATTUNE_TEST_REDIS_URL` and `ATTUNE_TEST_POSTGRES_BIN` (another PostgreSQL's
binaries) replace the embedded ones. The product itself is set up by an operator who is no superuser, as on a managed
PostgreSQL; the superuser plants holes, cuts connections and cleans up.
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
OPERATOR_ROLE = "operator"


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers of this test process are."""

    superuser_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class Installation:
    """A migrated database and the servers around it."""

    servers: Servers
    name: str

    def url(self, role: LoginRole | str) -> str:
        """Where a role of the product, or the operator, connects."""
        parts = urlsplit(self.servers.superuser_url)
        return urlunsplit(
            parts._replace(netloc=f"{role}:{PASSWORD}@{parts.hostname}:{parts.port}", path=f"/{self.name}")
        )

    @property
    def superuser_url(self) -> str:
        """The superuser, in this database."""
        return urlunsplit(urlsplit(self.servers.superuser_url)._replace(path=f"/{self.name}"))

    @property
    def operator_url(self) -> str:
        """The operator, who may create roles and databases and is no superuser."""
        return self.url(OPERATOR_ROLE)

    @property
    def redis_url(self) -> str:
        """Valkey."""
        return self.servers.redis_url

    @asynccontextmanager
    async def database(self, role: LoginRole, **options: object) -> AsyncIterator[Database]:
        """A pool of a role."""
        database = await Database.connect(self.url(role), **options)  # type: ignore[arg-type]  # the tests' own options
        try:
            yield database
        finally:
            await database.close()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL and Valkey, started unless the environment names others."""
    folder = tmp_path_factory.mktemp("servers")
    started: list[LocalPostgres | LocalValkey] = []
    try:
        superuser_url = os.environ.get("ATTUNE_TEST_DATABASE_URL")
        if superuser_url is None:
            binaries = os.environ.get("ATTUNE_TEST_POSTGRES_BIN")
            postgres = LocalPostgres(folder / "postgres", durable=False, bin_dir=Path(binaries) if binaries else None)
            started.append(postgres)
            superuser_url = postgres.start().url
        redis_url = os.environ.get("ATTUNE_TEST_REDIS_URL")
        if redis_url is None:
            valkey = LocalValkey(folder / "valkey", durable=False)
            started.append(valkey)
            redis_url = valkey.start().url
        yield Servers(superuser_url, redis_url)
    finally:
        for server in started:
            server.stop()


async def _run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def template(servers: Servers) -> str:
    """A migrated database that nobody connects to; copies of it take a fraction of a second."""
    return await make_template(servers)


async def make_template(servers: Servers) -> str:
    """Make that database on these servers; its name."""
    made = Installation(servers, f"{TEMPLATE}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    await _run(
        servers.superuser_url,
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{OPERATOR_ROLE}') THEN"
        f" CREATE ROLE {OPERATOR_ROLE} LOGIN CREATEROLE CREATEDB PASSWORD '{PASSWORD}'; END IF; END $$",
        f"DROP DATABASE IF EXISTS {made.name} WITH (FORCE)",
        f"CREATE DATABASE {made.name} OWNER {OPERATOR_ROLE}",
    )
    await prepare_database(made.operator_url, dict.fromkeys(LoginRole, PASSWORD))
    await migrate(made.url(LoginRole.MIGRATOR))
    return made.name


async def make_installation(servers: Servers, template: str) -> Installation:
    """A copy of the template."""
    made = Installation(servers, f"attune_{secrets.token_hex(6)}")
    await _run(servers.superuser_url, f"CREATE DATABASE {made.name} TEMPLATE {template}")
    return made


@pytest.fixture(scope="session")
async def installation(servers: Servers, template: str) -> Installation:
    """The database that tests of one process share; each works in an organisation of its own."""
    return await make_installation(servers, template)


@pytest.fixture
async def fresh_installation(servers: Servers, template: str) -> AsyncIterator[Installation]:
    """A database of one's own."""
    made = await make_installation(servers, template)
    yield made
    await _run(servers.superuser_url, f"DROP DATABASE IF EXISTS {made.name} WITH (FORCE)")


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
def root_key() -> bytes:
    """The root key of this session, under the id `test`."""
    return secrets.token_bytes(KEY_BYTES)


@pytest.fixture(scope="session")
def vault(root_key: bytes) -> Vault:
    """A vault with the session's root key."""
    return Vault(RootKeys("test", {"test": root_key}))


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
