"""Restoring a backup into a database with nothing in it, marked from its first row as one that owes its erasures."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import asyncpg

from attune.kernel.db import Database
from attune.kernel.migrating import needed_revision, newest_revision
from attune.kernel.restoration import require_erasures
from attune.kernel.roles import OWNER, LoginRole, prepare_database
from attune_cli.backups import programs
from attune_cli.backups.making import KEY_TABLES, TABLES, count_rows
from attune_cli.backups.manifest import DUMP, BackupUnusable, Manifest, Part
from attune_cli.failure import CommandFailed

_SCHEMA_ENTRY: Final = " SCHEMA - attune "
"""Made with the roles, by the operator: the owner, who restores the rest, may make no schema."""


class RestoreIncomplete(CommandFailed):
    """What is in the database now is not the backup."""


async def restore_backup(
    *,
    operator_url: str,
    migrator_url: str,
    passwords: Mapping[LoginRole, str],
    data: Path,
    keys: Path,
    say: Callable[[str], None],
    folder: Path | None = None,
) -> Manifest:
    """Restore both halves, grants and row-level security included; the manifest of the data.

    The keys may be of a newer backup than the data, and should be: newer ones lack only the keys of who was erased.
    Raises `BackupUnusable` before anything is changed, `RestoreIncomplete` where rows are missing at the end.
    """
    say("Checking the backup")
    manifest, keys_manifest = Manifest.read(data, Part.DATA), Manifest.read(keys, Part.KEYS)
    pg_restore = programs.find("pg_restore", folder)
    await _refuse_unsuitable(manifest, keys_manifest, operator_url)
    say("Making roles and schema")
    await prepare_database(operator_url, passwords)
    dump = str(data / DUMP)
    common = ("--no-owner", f"--role={OWNER}", "--exit-on-error", "--single-transaction")
    with tempfile.TemporaryDirectory() as scratch:
        entries = Path(scratch) / "entries"
        listed = (await programs.run_offline(pg_restore, "--list", dump)).splitlines()
        entries.write_text("\n".join(line for line in listed if _SCHEMA_ENTRY not in line) + "\n")
        chosen = (*common, f"--use-list={entries}")
        say("Restoring tables")
        await programs.run(pg_restore, migrator_url, *chosen, "--section=pre-data", dump)
        await _mark(migrator_url, manifest)
        say("Restoring rows")
        await programs.run(pg_restore, migrator_url, *chosen, "--section=data", dump)
        say("Restoring keys")
        await programs.run(pg_restore, migrator_url, *common, "--section=data", str(keys / DUMP))
        say("Restoring indexes, constraints and row-level security")
        await programs.run(pg_restore, migrator_url, *chosen, "--section=post-data", dump)
    say("Comparing with the manifests")
    await _compare(migrator_url, manifest, keys_manifest)
    return manifest


async def _refuse_unsuitable(manifest: Manifest, keys: Manifest, operator_url: str) -> None:
    # Revisions count upwards.
    if not needed_revision() <= manifest.revision <= newest_revision():
        raise BackupUnusable(
            f"The backup's schema is {manifest.revision}, this version's is {newest_revision()}: restore with the version"
            " that made it, then upgrade."
        )
    if keys.made_at < manifest.made_at:
        raise BackupUnusable(
            f"The keys are of {keys.made_at:%Y-%m-%d %H:%M:%S}, the data of {manifest.made_at:%Y-%m-%d %H:%M:%S}: texts of"
            " who came in between could not be read. Use the newest keys there are."
        )
    if not set(manifest.organisations) <= set(keys.organisations):
        raise BackupUnusable("The keys are of another installation than the data.")
    connection = await asyncpg.connect(operator_url)
    try:
        if connection.get_server_version().major < manifest.server_version:
            raise BackupUnusable(f"The backup is of PostgreSQL {manifest.server_version}; this server is older.")
        if found := await connection.fetch(TABLES):
            raise CommandFailed(
                f"The database is not empty: there are {len(found)} tables of Attune in it. Nothing was changed."
                " Restore into a new one."
            )
    finally:
        await connection.close()


async def _mark(migrator_url: str, manifest: Manifest) -> None:
    database = await Database.connect(migrator_url, max_size=1)
    try:
        async with database.write(None) as tx:
            await require_erasures(tx, manifest.made_at)
    finally:
        await database.close()


async def _compare(migrator_url: str, manifest: Manifest, keys: Manifest) -> None:
    """Row by row counts, past row-level security by the migrator's own door."""
    expected = {**manifest.rows, **{table: keys.rows[table] for table in KEY_TABLES}}
    expected["restoration"] = expected.get("restoration", 0) + 1  # our mark
    connection = await asyncpg.connect(migrator_url, server_settings={"attune.backfill": "on"})
    try:
        found = await count_rows(connection, sorted(expected))
    finally:
        await connection.close()
    differing = [f"{table} ({found[table]} of {rows})" for table, rows in expected.items() if found[table] != rows]
    if differing:
        raise RestoreIncomplete(f"Rows are missing in: {', '.join(differing)}. Restore again into a new database.")
