"""Models and migrations agree: columns, indexes and constraints by Alembic, enums by their CHECKs."""

from __future__ import annotations

import ast
import asyncio
import io
import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint

from attune.kernel.migrating import configuration
from attune.kernel.roles import LoginRole
from attune.tables import METADATA
from tests.conftest import Installation

TASTE = "prefer-bigint-over-int,prefer-bigint-over-smallint,prefer-text-field"
"""Rules of the linter that do not hold here: a level of 1 to 5 needs no 64 bits, and a length is an invariant that the
database repeats; neither is ever changed by a rewrite, but by expanding and contracting."""

VERSIONS = Path(__file__).parents[2] / "libs/domain/attune/migrations/versions"


async def test_migrations_make_exactly_the_tables_that_the_models_declare(installation: Installation) -> None:
    await asyncio.to_thread(command.check, configuration(installation.url(LoginRole.MIGRATOR)))


async def test_every_check_of_the_models_is_in_the_database_with_the_same_values(installation: Installation) -> None:
    """Alembic compares no CHECKs, so a new enum member would reach the database by nobody's doing."""
    connection = await asyncpg.connect(installation.superuser_url)
    rows = await connection.fetch(
        "SELECT c.conname, pg_get_constraintdef(c.oid) AS body FROM pg_constraint c"
        " JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = 'attune' AND c.contype = 'c'"
    )
    await connection.close()
    stored = {row["conname"]: set(re.findall(r"'([^']+)'", row["body"])) for row in rows}
    declared = {
        str(constraint.name): set(re.findall(r"'([^']+)'", str(constraint.sqltext)))
        for table in METADATA.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert declared.keys() == stored.keys()
    differing = {name for name, values in declared.items() if not values <= stored[name]}
    differing |= {name for name in declared if name.endswith("_is_known") and declared[name] != stored[name]}
    assert differing == set()


def test_every_enum_column_has_its_check() -> None:
    missing = []
    for cls in _table_classes():
        checks = {str(c.name) for c in cls.__table__.constraints if isinstance(c, CheckConstraint)}
        for name, field in cls.model_fields.items():
            annotation = field.annotation
            kinds = [annotation, *getattr(annotation, "__args__", ())]
            is_enum = any(isinstance(kind, type) and issubclass(kind, StrEnum) for kind in kinds)
            if is_enum and f"{cls.__tablename__}_{name}_is_known" not in checks:
                missing.append(f"{cls.__tablename__}.{name}")
    assert missing == []


def _table_classes() -> list[Any]:
    from attune.kernel.schema import Table  # the subclasses exist once the tables are imported

    return list(Table.__subclasses__())


def test_there_is_one_line_of_migrations_and_each_says_its_phase() -> None:
    assert len(ScriptDirectory.from_config(configuration()).get_heads()) == 1
    for path in VERSIONS.glob("*.py"):
        assert re.fullmatch(r"\d{4}_(pre|post)_[a-z_]+\.py", path.name), path.name
        assert re.search(r"^Phase: (pre|post)", ast.get_docstring(ast.parse(path.read_text())) or "", re.MULTILINE)


def test_every_migration_bounds_its_waiting() -> None:
    for path in VERSIONS.glob("*.py"):
        assert "lock_timeout" in path.read_text(), path.name


def _sql_of(revision: str, follows: str) -> str:
    config = configuration()
    config.output_buffer = io.StringIO()
    command.upgrade(config, f"{follows}:{revision}", sql=True)
    return config.output_buffer.getvalue()


def _lint(sql: str) -> str:
    """What squawk has against SQL that runs beside traffic; nothing where it is content."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "squawk"), "--pg-version=15.0", "--reporter=gcc", f"--exclude={TASTE}"],
        input=sql,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_linter_has_nothing_against_the_sql_of_any_migration() -> None:
    steps = list(reversed(list(ScriptDirectory.from_config(configuration()).walk_revisions())))
    linted = 0
    for step in steps:
        sql = _sql_of(step.revision, str(step.down_revision or "base"))
        assert "UPDATE attune.alembic_version" in sql or "INSERT INTO attune.alembic_version" in sql
        assert _lint(sql) == "", step.revision
        linted += 1
    assert linted == len(list(VERSIONS.glob("*.py")))


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE attune.signal RENAME COLUMN tags TO labels;",
        "CREATE INDEX signal_x_idx ON attune.signal (tenant_id, tags);",
        "ALTER TABLE attune.signal ADD CONSTRAINT x CHECK (value < 2);",
        "ALTER TABLE attune.signal ALTER COLUMN tags SET NOT NULL;",
    ],
)
def test_the_linter_finds_what_would_stop_the_traffic(sql: str) -> None:
    assert _lint(sql) != ""
