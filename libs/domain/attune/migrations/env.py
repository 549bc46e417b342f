"""Alembic's environment: runs as the migrator, makes objects as their owner, one migration at a time."""

from __future__ import annotations

import time
from typing import Any, Literal

import asyncpg
import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from attune.kernel.schema import SCHEMA
from attune.tables import METADATA

LOCK = 7_305_812_064
SECONDS_BETWEEN_TRIES = 0.25


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """SQLModel's own column types, written as SQLAlchemy's, so that migrations do not depend on SQLModel."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.Text()"
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Only our schema."""
    return kind != "schema" or name == SCHEMA


def options() -> dict[str, Any]:
    """What offline and online runs share."""
    return {
        "target_metadata": METADATA,
        "render_item": render_item,
        "include_name": include_name,
        "include_schemas": True,
        "compare_type": True,
        "compare_server_default": True,
        "version_table_schema": SCHEMA,
        # Or the locks of the first migration would be held until the last one is done.
        "transaction_per_migration": True,
    }


def run(connection: sa.Connection) -> None:
    """Migrate, holding an advisory lock, with time-outs that keep a migration from blocking the service."""
    _take_turn(connection)
    connection.execute(sa.text("SET ROLE attune_owner"))
    connection.execute(sa.text("SET lock_timeout = '5s'"))
    connection.commit()
    context.configure(connection=connection, **options())
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(sa.text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
    connection.commit()


def _take_turn(connection: sa.Connection) -> None:
    """Wait until no other migration runs. By asking again, not by waiting in the lock: a statement that waits there is
    one that CREATE INDEX CONCURRENTLY, in the migration that has the lock, would wait for."""
    while not connection.scalar(sa.text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.commit()
        time.sleep(SECONDS_BETWEEN_TRIES)
    connection.commit()


async def run_online(url: str) -> None:
    """Connect and migrate."""
    # The driver reads the address itself, since managed services hand out forms that SQLAlchemy does not take
    # (`postgres://`, `?sslmode=`). And Alembic compares tables by schema name: it would take the role's own search path
    # for "no schema".
    engine = create_async_engine(
        "postgresql+asyncpg://",
        poolclass=sa.pool.NullPool,
        async_creator=lambda: asyncpg.connect(url, server_settings={"search_path": "public"}),
    )
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()
elif (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    import asyncio

    asyncio.run(run_online(context.config.attributes["url"]))
