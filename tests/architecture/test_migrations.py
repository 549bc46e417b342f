"""Models and migrations agree: columns, indexes and constraints by Alembic, enums by their CHECKs."""

from __future__ import annotations

import ast
import asyncio
import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint

from attune.kernel.migrating import configuration
from attune.kernel.roles import LoginRole
from attune.tables import METADATA
from tests.conftest import Installation

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
