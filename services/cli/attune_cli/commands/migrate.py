"""`attune migrate`: bring the database to the schema of this version."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from attune_cli.commands import options

if TYPE_CHECKING:
    from attune_cli.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="migrate")(run)


class PhaseName(StrEnum):
    """As the phases of migrations; here so that --help needs no database code."""

    PRE = "pre"
    POST = "post"
    ALL = "all"


def run(
    phase: Annotated[
        PhaseName,
        typer.Option("--phase", help="`pre` before the new code starts, `post` after the old code is gone."),
    ] = PhaseName.ALL,
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Bring the database to the newest schema. Safe to repeat, and beside running services.

    A migration of the phase `post` takes away what earlier code needs: it is refused while API or worker of an earlier
    version are connected, as far as PostgreSQL can tell.

    Where ATTUNE_OPERATOR_DATABASE_URL is set, the roles and the schema are made first, each role with the password of
    its own address (ATTUNE_API_DATABASE_URL and so on). The operator needs no superuser: CREATEROLE, and CREATE on the
    database.
    """
    import asyncio

    from attune.kernel.migrating import list_pending
    from attune_cli import output, settings

    before, after = asyncio.run(_migrate(settings.load(data), phase))
    if json:
        output.write_json({"before": before, "after": after})
    else:
        output.write_line(f"The schema is at {after}." if before == after else f"Migrated from {before} to {after}.")
        if left := list_pending(after):
            waiting = ", ".join(f"{each.revision} ({each.phase})" for each in left)
            output.say(f"Still to come: {waiting}. Replace API and worker, then run `attune migrate --phase post`.")


async def _migrate(settings: Settings, phase: PhaseName) -> tuple[str | None, str | None]:
    import asyncpg

    from attune.kernel.migrating import EarlierCodeRuns, Phase, current_revision, migrate
    from attune.kernel.roles import prepare_database
    from attune_cli.failure import CommandFailed
    from attune_cli.installation import DatabaseOutOfReach
    from attune_cli.settings import passwords_of

    variable, url = "ATTUNE_MIGRATOR_DATABASE_URL", settings.require("migrator_database_url")
    operator = settings.operator_database_url
    try:
        if operator is not None:
            variable, url = "ATTUNE_OPERATOR_DATABASE_URL", operator.get_secret_value()
            await prepare_database(url, passwords_of(settings))
            variable, url = "ATTUNE_MIGRATOR_DATABASE_URL", settings.require("migrator_database_url")
        before = await current_revision(url)
        await migrate(url, None if phase is PhaseName.ALL else Phase(phase.value))
        return before, await current_revision(url)
    except EarlierCodeRuns as error:
        raise CommandFailed(str(error)) from error
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise DatabaseOutOfReach(variable, url, error) from error
    except (asyncpg.InvalidCatalogNameError, asyncpg.InsufficientPrivilegeError) as error:
        raise DatabaseOutOfReach(variable, url, error) from error
