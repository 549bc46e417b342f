"""`attune restore`: a backup into an empty database, and nobody served before the erasures since are repeated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attune_cli.commands import options

if TYPE_CHECKING:
    from attune_cli.backups.ledger import Replayed
    from attune_cli.backups.manifest import Manifest
    from attune_cli.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="restore")(run)


def run(
    *,
    source: Annotated[Path, typer.Option("--from", help="The folder with the data of a backup.")],
    keys: Annotated[Path, typer.Option("--keys", help="The folder with the keys: the newest there are.")],
    erasures: Annotated[
        Path | None, typer.Option("--erasures", help="The newest ledger of erasures; can be replayed later.")
    ] = None,
    programs: options.Programs = None,
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Restore a backup into a new, empty database, with roles, grants and row-level security.

    Needs ATTUNE_OPERATOR_DATABASE_URL and ATTUNE_MIGRATOR_DATABASE_URL, for the ledger ATTUNE_ROOT_KEY too. API and
    worker refuse to serve from the database until the erasures since the backup are replayed, here or with
    `attune erasures replay`.
    """
    import asyncio

    from attune_cli import output, settings

    manifest, replayed = asyncio.run(_restore(settings.load(data), source, keys, erasures, programs))
    if json:
        output.write_json(
            {
                "backup_id": manifest.backup_id,
                "made_at": manifest.made_at.isoformat(),
                "rows": sum(manifest.rows.values()),
                "erasures": None if replayed is None else {"again": replayed.again, "already": replayed.already},
                "may_serve": replayed is not None,
            }
        )
        return
    output.write_line(f"Restored {sum(manifest.rows.values())} rows, as of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC.")
    if replayed is None:
        output.write_line("Nobody may serve from it yet: replay the newest ledger with `attune erasures replay`.")
    else:
        output.write_line(
            f"Erased {replayed.again} customers again. It may serve now; `attune doctor` looks at the rest."
        )


async def _restore(
    settings: Settings, source: Path, keys: Path, erasures: Path | None, programs: Path | None
) -> tuple[Manifest, Replayed | None]:
    from attune_cli import output
    from attune_cli.backups.ledger import Ledger
    from attune_cli.backups.restoring import restore_backup
    from attune_cli.commands.erasures import replay_ledger
    from attune_cli.installation import naming_failures
    from attune_cli.settings import passwords_of

    # Read before anything is done: a wrong file or a missing key is found now, not after an hour of restoring.
    ledger = None if erasures is None else Ledger.read(erasures)
    if ledger is not None:
        settings.root_keys  # noqa: B018  # reading it checks its form
    async with (
        naming_failures(settings, "operator_database_url") as operator_url,
        naming_failures(settings, "migrator_database_url") as migrator_url,
    ):
        manifest = await restore_backup(
            operator_url=operator_url,
            migrator_url=migrator_url,
            passwords=passwords_of(settings),
            data=source,
            keys=keys,
            say=output.say,
            folder=programs,
        )
    return manifest, None if ledger is None else await replay_ledger(settings, ledger)
