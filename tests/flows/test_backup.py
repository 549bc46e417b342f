"""The backup role sees every row, so that a backup is whole: what it counts is what a superuser counts."""

from __future__ import annotations

import json
from pathlib import Path

import asyncpg
import pytest

from attune_cli.backups.making import TABLES
from tests.conftest import Installation
from tests.flows.place import Place, new_secrets


async def _rows(url: str) -> dict[str, int]:
    """How many rows each table has."""
    connection = await asyncpg.connect(url)
    try:
        tables = [row["relname"] for row in await connection.fetch(TABLES)]
        return {table: await connection.fetchval(f"SELECT count(*) FROM attune.{table}") for table in tables}
    finally:
        await connection.close()


@pytest.mark.usefixtures("organisation", "other_organisation")
async def test_a_backup_holds_every_row_of_every_organisation(installation: Installation, tmp_path: Path) -> None:
    place = Place(tmp_path, installation, new_secrets())
    place.run("backup", "--to", tmp_path / "data", "--keys-to", tmp_path / "keys")
    manifests = [json.loads((tmp_path / part / "manifest.json").read_text()) for part in ("data", "keys")]
    backed_up = manifests[0]["rows"] | manifests[1]["rows"]
    assert backed_up["organisation"] >= 2
    assert backed_up == await _rows(installation.superuser_url)
    assert manifests[0]["backup_id"] == manifests[1]["backup_id"]


async def test_a_table_that_hides_rows_from_the_backup_is_noticed(
    fresh_installation: Installation, tmp_path: Path
) -> None:
    """Planted: one table loses the door of the backup."""
    place = Place(tmp_path, fresh_installation, new_secrets())
    place.run("bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad")
    connection = await asyncpg.connect(fresh_installation.superuser_url)
    await connection.execute("DROP POLICY backup ON attune.person")
    await connection.close()
    place.run("backup", "--to", tmp_path / "data", "--keys-to", tmp_path / "keys")
    backed_up = json.loads((tmp_path / "data" / "manifest.json").read_text())["rows"]
    assert backed_up["person"] != (await _rows(fresh_installation.superuser_url))["person"]
