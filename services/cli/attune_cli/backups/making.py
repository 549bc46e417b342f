"""Making a backup: data and keys of the same moment, in two folders that never lie together."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from attune.kernel.ids import new_id
from attune.kernel.schema import SCHEMA
from attune_cli.backups import programs
from attune_cli.backups.manifest import DUMP, Manifest, Part, measure
from attune_cli.failure import CommandFailed

KEY_TABLES: Final = ("tenant_key", "subject_key")
"""What makes sealed texts readable, once the root key is there too."""

TABLES: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'attune' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname
"""

_COUNT: Final = "SELECT format('SELECT count(*) FROM attune.%I', $1::text)"

_CONTENT: Final = {
    Part.DATA: (f"--schema={SCHEMA}", *(f"--exclude-table-data={SCHEMA}.{table}" for table in KEY_TABLES)),
    Part.KEYS: ("--data-only", *(f"--table={SCHEMA}.{table}" for table in KEY_TABLES)),
}


async def make_backup(
    backup_url: str, to: Path, keys_to: Path, say: Callable[[str], None], folder: Path | None = None
) -> tuple[Manifest, Manifest]:
    """Write both halves; their manifests. Nothing is there before all of it is, and nothing is overwritten."""
    targets = _targets(to, keys_to)
    pg_dump = programs.find("pg_dump", folder)
    connection = await asyncpg.connect(backup_url)
    made: dict[Part, Manifest] = {}
    try:
        # Both dumps, the counts and the time are of one snapshot: as if the world had stood still.
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            facts = await _read_facts(connection)
            for part, target in targets.items():
                say(f"Dumping the {part} to {target}")
                made[part] = await _dump(pg_dump, backup_url, part, target, facts)
        for target in targets.values():
            _unfinished(target).rename(target)
    finally:
        await connection.close()
        for target in targets.values():
            shutil.rmtree(_unfinished(target), ignore_errors=True)
    return made[Part.DATA], made[Part.KEYS]


async def count_rows(connection: asyncpg.Connection, tables: Sequence[str]) -> dict[str, int]:
    """How many rows each of the tables has."""
    counted = {}
    for table in tables:
        counted[table] = int(await connection.fetchval(await connection.fetchval(_COUNT, table)))
    return counted


def _targets(to: Path, keys_to: Path) -> dict[Part, Path]:
    """Where the halves go: two folders that are not there yet, neither of them in the other."""
    data, keys = to.resolve(), keys_to.resolve()
    if data == keys or data in keys.parents or keys in data.parents:
        raise CommandFailed("The keys must not lie with the data: name two folders, neither of them in the other.")
    for target in (data, keys):
        if target.exists():
            raise CommandFailed(f"{target} exists. Nothing is overwritten: name a new folder, by date for instance.")
        if not target.parent.is_dir():
            raise CommandFailed(f"{target.parent} is no folder.")
    return {Part.DATA: data, Part.KEYS: keys}


async def _read_facts(connection: asyncpg.Connection) -> dict[str, Any]:
    snapshot: str = await connection.fetchval("SELECT pg_export_snapshot()")
    made_at: datetime = await connection.fetchval("SELECT now()")
    tables = [row["relname"] for row in await connection.fetch(TABLES)]
    if "alembic_version" not in tables:
        raise CommandFailed(
            "There is nothing to back up: the database has no Attune tables. Run `attune migrate` first."
        )
    organisations = await connection.fetch("SELECT tenant_id FROM attune.tenant_directory ORDER BY tenant_id")
    return {
        "snapshot": snapshot,
        "backup_id": new_id(),
        "made_at": made_at,
        "revision": await connection.fetchval("SELECT version_num FROM attune.alembic_version"),
        "server_version": connection.get_server_version().major,
        # asyncpg has a class of its own for ids.
        "organisations": tuple(UUID(int=row["tenant_id"].int) for row in organisations),
        "rows": await count_rows(connection, tables),
    }


async def _dump(pg_dump: str, url: str, part: Part, target: Path, facts: dict[str, Any]) -> Manifest:
    unfinished = _unfinished(target)
    unfinished.mkdir(mode=0o700)
    await programs.run(
        pg_dump,
        url,
        *_CONTENT[part],
        "--enable-row-security",
        "--format=custom",
        "--lock-wait-timeout=30s",
        f"--snapshot={facts['snapshot']}",
        f"--file={unfinished / DUMP}",
    )
    size, sha256 = measure(unfinished / DUMP)
    given = {name: value for name, value in facts.items() if name not in {"snapshot", "rows"}}
    rows = {table: count for table, count in facts["rows"].items() if (table in KEY_TABLES) is (part is Part.KEYS)}
    manifest = Manifest(part=part, rows=rows, bytes=size, sha256=sha256, **given)
    manifest.write(unfinished)
    return manifest


def _unfinished(target: Path) -> Path:
    return target.with_name(f"{target.name}.unfinished")
