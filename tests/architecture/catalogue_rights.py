"""What PostgreSQL's own catalogue says about who may do what: each question returns the offenders, by name."""

from __future__ import annotations

import asyncpg

from attune.kernel.roles import OWNER, LoginRole

_ROLES = [role.value for role in LoginRole]
_APPEND_ONLY = ("event", "event_order")
_COLUMN_GRANTS = {"consent_record.evidence_sealed: attune_api UPDATE"}
"""Erasing a customer blanks the evidence of their choices; the choices themselves stay."""

_READERS = ("attune_backup", "attune_steward")


async def things_not_owned_by_the_owner(connection: asyncpg.Connection) -> list[str]:
    """Tables, views, sequences and functions that belong to somebody who can log in."""
    rows = await connection.fetch(
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'attune'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND relname <> 'alembic_version'"
        " AND relowner <> $1::text::regrole"
        " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'attune'::regnamespace AND proowner <> $1::text::regrole",
        OWNER,
    )
    return sorted(row["name"] for row in rows)


async def grants_beyond_the_policies(connection: asyncpg.Connection) -> list[str]:
    """Rights that row-level security does not cover, or that bypass a parent's: TRUNCATE, REFERENCES, TRIGGER, a
    partition's own table, anything for PUBLIC or to be passed on, sequences, and changing what is only appended to."""
    rows = await connection.fetch(
        "SELECT c.relname, c.relkind = 'S' AS is_sequence, c.relispartition, a.is_grantable, a.privilege_type,"
        " coalesce(r.rolname, 'PUBLIC') AS grantee FROM pg_class c CROSS JOIN aclexplode(c.relacl) a"
        " LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE c.relnamespace = 'attune'::regnamespace AND r.rolname IS"
        " DISTINCT FROM $1",
        OWNER,
    )
    return sorted(
        f"{row['grantee']}: {row['privilege_type']} on {row['relname']}" for row in rows if not _is_allowed(row)
    )


def _is_allowed(grant: asyncpg.Record) -> bool:
    may = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    if grant["relname"] in _APPEND_ONLY:
        may = {"SELECT", "INSERT"}
    if grant["grantee"] in _READERS:
        may = {"SELECT"}
    if grant["grantee"] not in _ROLES or grant["is_grantable"] or grant["relispartition"]:
        return False
    if grant["is_sequence"] and grant["grantee"] != "attune_backup":
        return False
    return grant["privilege_type"] in may


async def grants_on_columns(connection: asyncpg.Connection) -> list[str]:
    """Rights to single columns, which no list of a table's grants shows, other than the one that is known."""
    rows = await connection.fetch(
        "SELECT c.relname || '.' || t.attname || ': ' || coalesce(r.rolname, 'PUBLIC') || ' ' || a.privilege_type AS name"
        " FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid CROSS JOIN aclexplode(t.attacl) a"
        " LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE c.relnamespace = 'attune'::regnamespace"
    )
    return sorted(row["name"] for row in rows if row["name"] not in _COLUMN_GRANTS)


async def grants_on_the_schema(connection: asyncpg.Connection) -> list[str]:
    """Who may make things in the schema, or see it without being one of ours."""
    rows = await connection.fetch(
        "SELECT coalesce(r.rolname, 'PUBLIC') AS grantee, a.privilege_type FROM pg_namespace n CROSS JOIN"
        " aclexplode(n.nspacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = 'attune'"
    )
    return sorted(
        f"{row['grantee']}: {row['privilege_type']}"
        for row in rows
        if row["grantee"] != OWNER and (row["privilege_type"] != "USAGE" or row["grantee"] not in _ROLES)
    )


async def grants_on_what_will_be_made(connection: asyncpg.Connection) -> list[str]:
    """Default privileges beyond the backup's reading: each would open every table that is still to come."""
    rows = await connection.fetch(
        "SELECT coalesce(r.rolname, 'PUBLIC') AS grantee, a.privilege_type FROM pg_default_acl d CROSS JOIN"
        " aclexplode(d.defaclacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee"
        " WHERE d.defaclrole::regrole::text <> coalesce(r.rolname, '')"
    )
    return sorted(
        f"{row['grantee']}: {row['privilege_type']}"
        for row in rows
        if (row["grantee"], row["privilege_type"]) != ("attune_backup", "SELECT")
    )


async def views_with_their_owners_rights(connection: asyncpg.Connection) -> list[str]:
    """Views that would read as their owner instead of as the caller; and materialised views, foreign tables and
    publications, which have no policies."""
    rows = await connection.fetch(
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'attune'::regnamespace AND (relkind IN ('m', 'f')"
        " OR (relkind = 'v' AND NOT coalesce(reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on'],"
        " false))) UNION ALL SELECT pubname FROM pg_publication"
    )
    return sorted(row["name"] for row in rows)


async def functions_with_loose_rights(connection: asyncpg.Connection) -> list[str]:
    """Functions that run as somebody else than their caller (without a pinned search path, or as anybody but the owner,
    whom forced security binds too), and functions that claim to be leakproof, which run before a policy."""
    rows = await connection.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'attune'::regnamespace AND (proleakproof OR (prosecdef AND"
        " (proowner <> $1::text::regrole OR NOT coalesce(array_to_string(proconfig, ',') LIKE '%search_path=%', false))))",
        OWNER,
    )
    return sorted(row["proname"] for row in rows)


async def roles_that_could_climb(connection: asyncpg.Connection) -> list[str]:
    """Roles of ours that are superuser, bypass row-level security, replicate, make roles, own something or are members
    of another role. The owner logs in nowhere, and only the migrator acts as it."""
    rows = await connection.fetch(
        "SELECT r.rolname FROM pg_roles r WHERE r.rolname = ANY($1::text[] || $2::text) AND (r.rolsuper OR r.rolbypassrls"
        " OR r.rolreplication OR r.rolcreaterole OR r.rolcreatedb OR (r.rolname = $2 AND r.rolcanlogin)"
        " OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid"
        "   AND (r.rolname, m.roleid::regrole::text) <> ('attune_migrator', $2))"
        " OR (r.rolname <> $2 AND EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid AND c.relname <> 'alembic_version')))",
        _ROLES,
        OWNER,
    )
    return sorted(row["rolname"] for row in rows)


async def settings_that_stay(connection: asyncpg.Connection) -> list[str]:
    """Settings of a role or a database that would be there before any transaction says for whom it is."""
    rows = await connection.fetch(
        "SELECT setting FROM pg_db_role_setting CROSS JOIN unnest(setconfig) AS setting"
        " WHERE setting LIKE 'attune.%' OR setting ILIKE 'row_security=%' OR setting ILIKE 'role=%'"
    )
    return sorted(row["setting"] for row in rows)


QUESTIONS = (
    things_not_owned_by_the_owner,
    grants_beyond_the_policies,
    grants_on_columns,
    grants_on_the_schema,
    grants_on_what_will_be_made,
    views_with_their_owners_rights,
    functions_with_loose_rights,
    roles_that_could_climb,
    settings_that_stay,
)
