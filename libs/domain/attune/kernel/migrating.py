"""Running the migrations, and telling how far a database is."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

_FOLDER: Final = Path(__file__).parent.parent / "migrations"


def configuration(url: str | None = None) -> Config:
    """Alembic's configuration, without an ini file. `url` is the migrator's address, as asyncpg takes it."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    if url is not None:
        config.attributes["url"] = url
    return config


def newest_revision() -> str:
    """The revision this code expects."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


async def migrate(migrator_url: str, revision: str = "head") -> None:
    """Bring a database to a revision; waits for a migration that is already running elsewhere."""
    # Alembic opens its own event loop, so it gets a thread of its own.
    await asyncio.to_thread(command.upgrade, configuration(migrator_url), revision)


async def current_revision(url: str) -> str | None:
    """The revision of a database, or None before the first migration."""
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('attune.alembic_version')") is None:
            return None
        revision: str | None = await connection.fetchval("SELECT version_num FROM attune.alembic_version")
        return revision
    finally:
        await connection.close()
