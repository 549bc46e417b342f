"""The backup of docs/deployment.md: dumped by its own role, whole, and restored."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import asyncpg

from attune.kernel.roles import LoginRole
from attune_cli.local import wheels
from tests.conftest import Installation, Organisation

TABLES = "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'attune' ORDER BY relname"


def _run(program: str, *arguments: str) -> None:
    folder = Path(os.environ.get("ATTUNE_TEST_POSTGRES_BIN") or wheels.postgres_programs())
    done = subprocess.run([str(folder / program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def _rows(url: str) -> dict[str, int]:
    """How many rows each table has."""
    connection = await asyncpg.connect(url)
    try:
        tables = [row["relname"] for row in await connection.fetch(TABLES)]
        return {table: await connection.fetchval(f"SELECT count(*) FROM attune.{table}") for table in tables}
    finally:
        await connection.close()


async def test_the_backup_role_dumps_every_row_and_the_dump_restores(
    installation: Installation, organisation: Organisation, fresh_installation: Installation, tmp_path: Path
) -> None:
    dump = str(tmp_path / "attune.dump")
    url = installation.url(LoginRole.BACKUP)
    _run("pg_dump", f"--dbname={url}", "--enable-row-security", "--format=custom", f"--file={dump}")
    _run(
        "pg_restore",
        f"--dbname={fresh_installation.superuser_url}",
        "--clean",
        "--if-exists",
        "--single-transaction",
        "--exit-on-error",
        dump,
    )
    kept = await _rows(installation.superuser_url)
    assert kept["organisation"] > 0
    assert await _rows(fresh_installation.superuser_url) == kept
