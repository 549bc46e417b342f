"""How tables are declared: SQLModel classes that share names for constraints, small types and composite keys.

Table classes do not validate, so the same invariant stands twice on purpose: in the request schema that answers a
person, and as a named CHECK here, which nothing gets around.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, MetaData, UniqueConstraint, text
from sqlmodel import SQLModel

SCHEMA: Final = "attune"

METADATA: Final = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(constraint_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_1_name)s_fk",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    },
)

WITHOUT_TENANT: Final = frozenset(
    {
        "tenant_directory",
        "event_pending",
        "event_order",
        "event_head",
        "projection",
        "projection_cursor",
        "cron_run",
        "restoration",
        "reliability_queue",
    }
)
"""The tables that stand outside row-level security: order, cursors, the clock's slots and restores. They hold ids, counts
and times."""


class Table(SQLModel):
    """The base of every table class."""

    metadata = METADATA


def one_of(column: str, allowed: type[StrEnum] | Sequence[StrEnum]) -> CheckConstraint:
    """A named CHECK that a column holds one of an enum's values (NULL passes, where the column allows it)."""
    values = ", ".join(f"'{member.value}'" for member in allowed)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_is_known")


def check(name: str, condition: str) -> CheckConstraint:
    """A named CHECK; the name finishes the sentence "… in this row"."""
    return CheckConstraint(condition, name=name)


def belongs_to(table: str, column: str, target: str = "id") -> ForeignKeyConstraint:
    """A foreign key that cannot point into another organisation: it always carries the tenant."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{SCHEMA}.{table}.tenant_id", f"{SCHEMA}.{table}.{target}"])


def unique(name: str, *columns: str) -> UniqueConstraint:
    """A unique constraint within an organisation: without the tenant it would tell one about another's rows."""
    return UniqueConstraint("tenant_id", *columns, name=name)


def unique_reference() -> Index:
    """At most one row for each reference of an integrator, within an organisation."""
    return Index(
        None,
        "tenant_id",
        "external_source",
        "external_id",
        unique=True,
        postgresql_where=text("external_id IS NOT NULL"),
    )


def index(*columns: str, **options: Any) -> Index:
    """An index that leads with the tenant."""
    return Index(None, "tenant_id", *columns, **options)


def part_of_organisation() -> ForeignKeyConstraint:
    """A foreign key to the organisation itself."""
    return ForeignKeyConstraint(["tenant_id"], [f"{SCHEMA}.organisation.tenant_id"])
