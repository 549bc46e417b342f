"""An installation's databases and organisations, opened for one command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from attune.kernel.context import OPERATOR, Context
from attune.kernel.db import Database, DatabaseUnavailable
from attune.kernel.rounds import list_organisations
from attune.organisations.model import Organisation
from attune.organisations.repository import get_organisation
from attune_cli.failure import CommandFailed
from attune_cli.settings import Settings
from attune_settings.reading import variable_of


class DatabaseOutOfReach(CommandFailed):
    """PostgreSQL does not answer, or not to this role."""

    def __init__(self, variable: str, url: str, cause: BaseException) -> None:
        parts = urlsplit(url)
        reason = str(cause).strip() or type(cause).__name__
        super().__init__(
            f"PostgreSQL at {parts.hostname}:{parts.port or 5432} cannot be used as {parts.username}: {reason}. "
            f"Check {variable}, or start the installation of this folder with `attune up`."
        )


@asynccontextmanager
async def naming_failures(settings: Settings, name: str) -> AsyncIterator[str]:
    """The address in the setting `name`; whatever keeps it from being used is told with its variable."""
    url = settings.require(name)
    try:
        yield url
    except (
        OSError,
        asyncpg.PostgresConnectionError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.InsufficientPrivilegeError,
    ) as error:
        raise DatabaseOutOfReach(variable_of(name), url, error) from error


@asynccontextmanager
async def open_database(settings: Settings, name: str) -> AsyncIterator[Database]:
    """A small pool of the role whose address is the setting `name`."""
    url, variable = settings.require(name), variable_of(name)
    try:
        database = await Database.connect(url, max_size=2, acquire_timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise DatabaseOutOfReach(variable, url, error) from error
    try:
        yield database
    except DatabaseUnavailable as error:
        raise DatabaseOutOfReach(variable, url, error) from error
    except asyncpg.UndefinedTableError as error:
        raise CommandFailed("The database has no Attune tables yet. Run `attune migrate` first.") from error
    finally:
        await database.close()


async def all_organisations(database: Database) -> list[Organisation]:
    """Every organisation, oldest first; for the migrator's role."""
    found = []
    for tenant_id in await list_organisations(database):
        async with database.read(Context(tenant_id, OPERATOR)) as tx:
            organisation = await get_organisation(tx)
            if organisation is not None:
                found.append(organisation)
    return found


async def choose_organisation(database: Database, wanted: str | None) -> Organisation:
    """The organisation with that name or id, or the only one there is."""
    known = await all_organisations(database)
    chosen = [o for o in known if wanted is None or wanted in {o.name, str(o.tenant_id)}]
    if len(chosen) == 1:
        return chosen[0]
    if not known:
        raise CommandFailed("There is no organisation yet. Make one with `attune bootstrap`.")
    names = ", ".join(f"{o.name} ({o.tenant_id})" for o in known)
    problem = "Say which organisation with --organisation" if len(chosen) > 1 else "There is no such organisation"
    raise CommandFailed(f"{problem}: {names}.")


def as_operator(tenant_id: UUID) -> Context:
    """Acting in an organisation from the command line."""
    return Context(tenant_id, OPERATOR)


async def tenants_of(settings: Settings, wanted: str | None) -> list[UUID]:
    """The id of one organisation, or of all where none is named."""
    async with open_database(settings, "migrator_database_url") as database:
        if wanted is not None:
            return [(await choose_organisation(database, wanted)).tenant_id]
        return await list_organisations(database)
