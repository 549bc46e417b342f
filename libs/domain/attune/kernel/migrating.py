"""Running the migrations, and telling how far a database is and what it still has before it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

_FOLDER: Final = Path(__file__).parent.parent / "migrations"

_SERVICES: Final = """
SELECT DISTINCT usename, application_name FROM pg_stat_activity
WHERE datname = current_database() AND usename IN ('attune_api', 'attune_worker') AND pid <> pg_backend_pid()
ORDER BY usename, application_name
"""

_SPEAKS_FOR_ITSELF: Final = re.compile(r"attune-(?:api|worker) (\w+)(?: \d+)?")


class Phase(StrEnum):
    """When a migration runs: before the new code starts (the old one can live with it), or after the old code is gone."""

    PRE = "pre"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step that a database has before it."""

    revision: str
    phase: Phase


class EarlierCodeRuns(Exception):
    """A migration that takes away what earlier code needs was asked for while such code is connected."""


def application_name(service: str) -> str:
    """How a process names its sessions: with the newest revision its code knows, so that a migration can tell its age, and
    with its own number, so that an operator can tell whose session it is."""
    return f"attune-{service} {newest_revision()} {os.getpid()}"


def configuration(url: str | None = None, folders: Sequence[Path] = ()) -> Config:
    """Alembic's configuration, without an ini file. `url` is the migrator's address, as asyncpg takes it; `folders` hold
    migrations that follow those of this code."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    if folders:
        config.set_main_option("version_locations", ":".join(map(str, [_FOLDER / "versions", *folders])))
    if url is not None:
        config.attributes["url"] = url
    return config


def newest_revision() -> str:
    """The revision this code expects."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def needed_revision(folders: Sequence[Path] = ()) -> str:
    """The revision this code cannot do without: the last one that is not `post`, which waits for this code to run."""
    script = ScriptDirectory.from_config(configuration(folders=folders))
    return next((each.revision for each in script.walk_revisions() if phase_of(Path(each.path)) is Phase.PRE), "")


def list_pending(current: str | None, folders: Sequence[Path] = ()) -> list[Migration]:
    """What a database at a revision has before it, in order. Nothing where it is newer than this code."""
    script = ScriptDirectory.from_config(configuration(folders=folders))
    known = [each.revision for each in script.walk_revisions()]
    if current is not None and current not in known:
        return []
    pending = script.iterate_revisions("heads", current or "base")
    return [Migration(each.revision, phase_of(Path(each.path))) for each in reversed(list(pending))]


def phase_of(path: Path) -> Phase:
    """The phase in a migration's name."""
    return Phase(path.name.split("_")[1])


async def migrate(migrator_url: str, phase: Phase | None = None, folders: Sequence[Path] = ()) -> None:
    """Bring a database to the newest schema; waits for a migration that is already running elsewhere.

    `pre` stops before the first migration that is `post`; in an empty database, which no code uses, nothing does. Raises
    `EarlierCodeRuns` before a `post` migration while a service is connected whose code does not know it; nothing after
    the last safe step is changed then.
    """
    current = await current_revision(migrator_url)
    pending = list_pending(current, folders)
    if current is None:
        await _upgrade(migrator_url, pending, folders)
        return
    if not pending:
        # Nothing to do, or a database of a newer version: Alembic knows which, and says so.
        await asyncio.to_thread(command.upgrade, configuration(migrator_url, folders), "heads")
        return
    first_post = next((i for i, each in enumerate(pending) if each.phase is Phase.POST), len(pending))
    # The harmless steps first: what is refused afterwards need not be asked for again with them.
    if phase is not Phase.POST or first_post == 0:
        await _upgrade(migrator_url, pending[:first_post], folders)
    elif first_post:
        raise EarlierCodeRuns(
            f"{pending[0].revision} is to run before the new code starts, and has not: run `attune migrate --phase pre`,"
            " then replace API and worker, then come back."
        )
    if phase is Phase.PRE:
        if blocked := [each.revision for each in pending[first_post:] if each.phase is Phase.PRE]:
            raise EarlierCodeRuns(
                f"{pending[first_post].revision} was to run after the last upgrade, and has not: {blocked[0]} follows it."
                " Run `attune migrate --phase post`."
            )
        return
    for migration in pending[first_post:]:
        if migration.phase is Phase.POST:
            await _refuse_beside_earlier_code(migrator_url, migration)
        await _upgrade(migrator_url, [migration], folders)


async def _upgrade(migrator_url: str, steps: Sequence[Migration], folders: Sequence[Path]) -> None:
    if steps:
        # Alembic opens its own event loop, so it gets a thread of its own.
        await asyncio.to_thread(command.upgrade, configuration(migrator_url, folders), steps[-1].revision)


async def _refuse_beside_earlier_code(migrator_url: str, migration: Migration) -> None:
    """As far as PostgreSQL can tell: by the names of the sessions that are open now."""
    connection = await asyncpg.connect(migrator_url)
    try:
        sessions = await connection.fetch(_SERVICES)
    finally:
        await connection.close()
    earlier = [row for row in sessions if not _knows(row["application_name"], migration.revision)]
    if earlier:
        named = ", ".join(f"{row['usename']} ({row['application_name'] or 'no name'})" for row in earlier)
        raise EarlierCodeRuns(
            f"{migration.revision} takes away what earlier code needs, and such code may be connected: {named}. Replace"
            " API and worker by this version everywhere, then run `attune migrate --phase post`."
        )


def _knows(application: str | None, revision: str) -> bool:
    """Whether a session's code knows a migration. Whoever does not say so may be any code."""
    said = _SPEAKS_FOR_ITSELF.fullmatch(application or "")
    # Revisions count upwards.
    return said is not None and said[1] >= revision


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
