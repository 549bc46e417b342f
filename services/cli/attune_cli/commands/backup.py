"""`attune backup`: data and keys of one moment, apart from each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attune_cli.commands import options

if TYPE_CHECKING:
    from attune_cli.backups.manifest import Manifest
    from attune_cli.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="backup")(run)


def run(
    *,
    to: Annotated[Path, typer.Option("--to", help="A new folder for the data, without the keys.")],
    keys_to: Annotated[Path, typer.Option("--keys-to", help="A new folder for the keys, somewhere else.")],
    programs: options.Programs = None,
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Back up the database beside running services: the data into one folder, the keys into another.

    Keep them apart, and the keys for a short time only: whoever has both, and the root key, can read everything, and an
    erasure has reached the last backup only when the keys from before it are gone.
    """
    import asyncio

    from attune_cli import output, settings

    made, keys = asyncio.run(_back_up(settings.load(data), to, keys_to, programs))
    if json:
        output.write_json(
            {
                "backup_id": made.backup_id,
                "made_at": made.made_at.isoformat(),
                "revision": made.revision,
                "rows": sum(made.rows.values()),
                "data": {"folder": to, "bytes": made.bytes, "sha256": made.sha256},
                "keys": {"folder": keys_to, "bytes": keys.bytes, "sha256": keys.sha256},
            }
        )
        return
    output.write_line(f"{sum(made.rows.values())} rows of {len(made.rows)} tables in {to}, {made.bytes} bytes")
    output.write_line(f"{sum(keys.rows.values())} keys in {keys_to}, {keys.bytes} bytes")
    output.say("The root key is in neither. A restore also needs the newest ledger: `attune erasures export`.")


async def _back_up(settings: Settings, to: Path, keys_to: Path, programs: Path | None) -> tuple[Manifest, Manifest]:
    from attune_cli import output
    from attune_cli.backups.making import make_backup
    from attune_cli.installation import naming_failures

    async with naming_failures(settings, "backup_database_url") as url:
        return await make_backup(url, to, keys_to, output.say, programs)
