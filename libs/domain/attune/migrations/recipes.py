"""The house recipes for changing a table that is in use: nobody waits for a migration longer than for a slow request.

What needs a strong lock asks for it briefly and comes back later if somebody has it; whatever takes long takes no strong
lock. Each step commits by itself, so a migration that uses them can be cut off anywhere and run again: its statements say
IF NOT EXISTS, or are asked for by what is missing.
"""

from __future__ import annotations

import random
import time
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

LOCK_TIMEOUT: Final = "200ms"
"""Everybody who comes after a waiting ALTER TABLE waits behind it, so it must not wait long itself."""

ATTEMPTS: Final = 50
_MOST_SECONDS_BETWEEN: Final = 2.0
_LOCK_NOT_AVAILABLE: Final = "55P03"


def change_when_free(statement: str) -> None:
    """Run a statement that needs a strong lock for a moment: add a nullable column, add a constraint NOT VALID, drop.

    Gives up after fifty attempts with PostgreSQL's own error; nothing is changed then.
    """
    with op.get_context().autocommit_block():
        op.execute(sa.text("SELECT set_config('lock_timeout', :timeout, false)").bindparams(timeout=LOCK_TIMEOUT))
        for attempt in range(1, ATTEMPTS + 1):
            try:
                op.execute(statement)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE or attempt == ATTEMPTS:
                    raise
                time.sleep(random.uniform(0.1, min(_MOST_SECONDS_BETWEEN, 0.2 * attempt)))  # noqa: S311  # spreads attempts
            else:
                break


def backfill(statement: str) -> int:
    """Repeat a statement, which takes a batch of rows that still need it, until it finds none; how many rows it changed.

    Runs under the owner's own door in row-level security, which is closed again afterwards.
    """
    changed = 0
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        connection.execute(sa.text("SET attune.backfill = 'on'"))
        try:
            while rows := connection.execute(sa.text(statement)).rowcount:
                changed += rows
        finally:
            connection.execute(sa.text("RESET attune.backfill"))
    return changed


def create_index_beside_traffic(name: str, table: str, columns: str, *, unique: bool = False) -> None:
    """CREATE INDEX CONCURRENTLY. What an attempt that was cut off left behind is invalid, and goes first."""
    kind = "UNIQUE INDEX" if unique else "INDEX"
    with op.get_context().autocommit_block():
        # It waits for transactions, not for locks that others would queue behind.
        op.execute("SET lock_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS attune.{name}")
        op.execute(f"CREATE {kind} CONCURRENTLY {name} ON attune.{table} ({columns})")


def add_check_beside_traffic(table: str, name: str, condition: str) -> None:
    """Hold new rows to a CHECK at once, then the old ones without keeping anybody from writing."""
    change_when_free(f"ALTER TABLE attune.{table} DROP CONSTRAINT IF EXISTS {name}")
    change_when_free(f"ALTER TABLE attune.{table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE attune.{table} VALIDATE CONSTRAINT {name}")
