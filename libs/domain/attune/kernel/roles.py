"""The database roles, and the step that makes them: it works for a superuser and for a managed service's operator.

An operator who is no superuser needs CREATEROLE, and CREATE on the database. Roles belong to the whole cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import asyncpg

from attune.kernel.schema import SCHEMA

OWNER: Final = "attune_owner"
"""Owns every object; nobody logs in as it."""


class LoginRole(StrEnum):
    """Who connects: each process as its own role, none of which can bypass row-level security."""

    MIGRATOR = "attune_migrator"
    API = "attune_api"
    WORKER = "attune_worker"
    STEWARD = "attune_steward"
    BACKUP = "attune_backup"


_TIMEOUTS: Final = {
    LoginRole.MIGRATOR: {"lock_timeout": "5s"},
    LoginRole.API: {"statement_timeout": "6s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "15s"},
    LoginRole.WORKER: {"statement_timeout": "60s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "30s"},
    LoginRole.STEWARD: {"statement_timeout": "60s", "default_transaction_read_only": "on"},
    LoginRole.BACKUP: {"default_transaction_read_only": "on"},
}


async def prepare_database(operator_url: str, passwords: Mapping[LoginRole, str]) -> None:
    """Make or update the roles, their passwords and settings, and the schema. Safe to repeat."""
    connection = await asyncpg.connect(operator_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(7305812065)")
            await _make_role(connection, OWNER, "NOLOGIN")
            for role in LoginRole:
                await _make_role(connection, role, "LOGIN")
                if role in passwords:
                    await _run(connection, "ALTER ROLE %I PASSWORD %L", role, passwords[role])
                for setting, value in {"search_path": SCHEMA, **_TIMEOUTS[role]}.items():
                    await _run(connection, "ALTER ROLE %I SET %I = %L", role, setting, value)
            # Needed to hand the schema to its owner where the operator is no superuser. From PostgreSQL 16 on, having
            # made a role means administering it, not being able to act as it.
            acting = " WITH INHERIT TRUE, SET TRUE" if connection.get_server_version().major >= 16 else ""
            await _run(connection, f"GRANT %I TO CURRENT_USER{acting}", OWNER)
            await _run(connection, "GRANT %I TO %I", OWNER, LoginRole.MIGRATOR)
            await _run(connection, "CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I", SCHEMA, OWNER)
            await _run(connection, "SET LOCAL ROLE %I", OWNER)
            for role in LoginRole:
                await _run(connection, "GRANT USAGE ON SCHEMA %I TO %I", SCHEMA, role)
    finally:
        await connection.close()


async def _make_role(connection: asyncpg.Connection, role: str, login: str) -> None:
    if not await connection.fetchval("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)", role):
        await _run(connection, f"CREATE ROLE %I {login} NOCREATEDB NOCREATEROLE", role)


async def _run(connection: asyncpg.Connection, template: str, *parts: str) -> None:
    """Run a statement that takes no arguments; PostgreSQL itself quotes the names and literals."""
    quoted = await connection.fetchval(
        "SELECT format($1, VARIADIC $2::text[])", template, [str(part) for part in parts]
    )
    await connection.execute(quoted)
