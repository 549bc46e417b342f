"""`attune bootstrap`: the first organisation of an installation, and its first administrator."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from attune_cli.commands import options

if TYPE_CHECKING:
    from attune_cli.organising import Bootstrapped
    from attune_cli.settings import Settings


class ModeName(StrEnum):
    """As the organisation's mode; here so that --help needs no database code."""

    LIVE = "live"
    TEST = "test"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="bootstrap")(run)


def run(
    *,
    organisation: Annotated[str, typer.Option("--organisation", help="Its name.")],
    admin: Annotated[str, typer.Option("--admin", help="The first administrator's name.")],
    mode: Annotated[ModeName, typer.Option("--mode", help="`test` is a sandbox: its keys say so.")] = ModeName.LIVE,
    another: Annotated[bool, typer.Option("--another", help="Make one more where there are some already.")] = False,
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="How long the administrator's key lives.")] = 30,
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Make the first organisation and its administrator, and show the administrator's API key once."""
    import asyncio

    from attune_cli import output, settings

    made, expires_at = asyncio.run(
        _bootstrap(settings.load(data), organisation, admin, mode, another=another, life=timedelta(days=days))
    )
    if json:
        output.write_json(
            {
                "organisation_id": made.tenant_id,
                "administrator_id": made.administrator_id,
                "key": made.key,
                "key_expires_at": expires_at.isoformat(),
            }
        )
        return
    output.say(
        f"Organisation {organisation} is {made.tenant_id}, its administrator {admin} is {made.administrator_id}."
    )
    output.say(f"The administrator's key lives until {expires_at:%Y-%m-%d}. It is shown only this once:")
    output.write_line(made.key)
    output.say("Next: a key for each integration with `attune keys create`.")


async def _bootstrap(
    settings: Settings, name: str, admin: str, mode: ModeName, *, another: bool, life: timedelta
) -> tuple[Bootstrapped, datetime]:
    from attune.kernel.clock import utc_now
    from attune.kernel.vault import Vault
    from attune.organisations.model import Mode
    from attune_cli.failure import CommandFailed
    from attune_cli.installation import all_organisations, open_database
    from attune_cli.organising import begin_organisation

    expires_at = utc_now() + life
    async with open_database(settings, "migrator_database_url") as database:
        known = await all_organisations(database)
        if known and not another:
            names = ", ".join(f"{o.name} ({o.tenant_id})" for o in known)
            raise CommandFailed(
                f"This installation has been bootstrapped: {names}. Nothing was changed. "
                "--another makes one more organisation."
            )
        made = await begin_organisation(
            database,
            Vault(settings.root_keys),
            settings.secret,
            name=name,
            admin=admin,
            mode=Mode(mode),
            expires_at=expires_at,
        )
    return made, expires_at
