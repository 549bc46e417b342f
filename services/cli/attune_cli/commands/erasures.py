"""`attune erasures`: the ledger that outlives the database, and its replay after a restore."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attune_cli.commands import options

if TYPE_CHECKING:
    from attune_cli.backups.ledger import Ledger, Replayed
    from attune_cli.settings import Settings

app = typer.Typer(help="The ledger of erasures, and its replay after a restore.", no_args_is_help=True)


@app.command()
def export(
    to: Annotated[Path, typer.Option("--to", help="The file; the ledger that is there is replaced.")],
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Write who was erased and when, by ids alone. Do it often, and keep it outside of every backup.

    What was erased after the last export cannot be replayed if the database is lost.
    """
    import asyncio

    from attune_cli import output, settings

    ledger = asyncio.run(_export(settings.load(data), to))
    if json:
        output.write_json({"exported_at": ledger.exported_at.isoformat(), "erasures": len(ledger.erasures), "file": to})
    else:
        output.write_line(f"{len(ledger.erasures)} erasures up to {ledger.exported_at:%Y-%m-%d %H:%M:%S} UTC in {to}")


@app.command()
def replay(
    ledger: Annotated[Path, typer.Argument(help="The newest ledger there is.")],
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Erase again whoever a restore brought back, and let API and worker serve. Safe to repeat."""
    import asyncio

    from attune_cli import output, settings
    from attune_cli.backups.ledger import Ledger

    replayed = asyncio.run(replay_ledger(settings.load(data), Ledger.read(ledger)))
    if json:
        output.write_json({"again": replayed.again, "already": replayed.already, "unknown": replayed.unknown})
        return
    output.write_line(
        f"Erased {replayed.again} customers again; {replayed.already} were erased already, {replayed.unknown} are not"
        " in this database. It may serve now."
    )


@app.command()
def require(
    since: Annotated[
        datetime,
        typer.Option("--since", help="What the database was restored to, in UTC.", formats=["%Y-%m-%dT%H:%M:%S"]),
    ],
    data: options.Data = options.DEFAULT_DATA,
) -> None:
    """Say that this database was restored by other means (a snapshot, a point in time), before anybody serves from it.

    API and worker refuse to serve until a ledger from after that moment is replayed.
    """
    import asyncio

    from attune_cli import output, settings

    asyncio.run(_require(settings.load(data), since.replace(tzinfo=UTC)))
    output.write_line("Nobody may serve from it until `attune erasures replay` has run.")


async def replay_ledger(settings: Settings, ledger: Ledger) -> Replayed:
    """Replay it, with progress."""
    from attune.kernel.vault import Vault
    from attune_cli import output
    from attune_cli.backups.ledger import replay
    from attune_cli.installation import open_database

    async with open_database(settings, "migrator_database_url") as database:
        with output.steps() as steps:
            steps.begin("Replaying erasures", len(ledger.erasures))
            return await replay(
                database, Vault(settings.root_keys), ledger, lambda: steps.advance("Replaying erasures")
            )


async def _export(settings: Settings, to: Path) -> Ledger:
    from attune_cli.backups.ledger import read_ledger
    from attune_cli.failure import CommandFailed
    from attune_cli.installation import open_database

    async with open_database(settings, "backup_database_url") as database:
        ledger = await read_ledger(database)
    try:
        ledger.write(to)
    except OSError as error:
        raise CommandFailed(f"{to} cannot be written: {error.strerror}.") from error
    return ledger


async def _require(settings: Settings, since: datetime) -> None:
    from attune.kernel.restoration import require_erasures
    from attune_cli.installation import open_database

    async with open_database(settings, "migrator_database_url") as database, database.write(None) as tx:
        await require_erasures(tx, since)
