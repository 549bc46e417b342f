"""What PostgreSQL's own catalogue says about the walls: each question returns the offenders, by name."""

from __future__ import annotations

import asyncpg

from attune.kernel.schema import WITHOUT_TENANT

BEFORE_THE_TENANT_IS_KNOWN = {"api_key_lookup_idx", "identity_provider_lookup_idx"}
"""The two look-ups that happen before a request's organisation is known."""

_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) AS owner, c.relispartition
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'attune' AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
"""

_RUNNING = ("attune_api", "attune_worker", "attune_steward")


async def tables_without_forced_security(connection: asyncpg.Connection) -> list[str]:
    """Tables of tenants whose rows are not behind forced row-level security."""
    return sorted(
        row["relname"]
        for row in await connection.fetch(_TABLES)
        if row["relname"] not in WITHOUT_TENANT and not (row["relrowsecurity"] and row["relforcerowsecurity"])
    )


async def tables_not_owned_by_the_owner(connection: asyncpg.Connection) -> list[str]:
    """Tables that belong to somebody who can log in."""
    return sorted(row["relname"] for row in await connection.fetch(_TABLES) if row["owner"] != "attune_owner")


async def tables_whose_policy_ignores_the_tenant(connection: asyncpg.Connection) -> list[str]:
    """Tables without a policy for everybody that compares the tenant, both for reading and for writing."""
    rows = await connection.fetch(
        "SELECT tablename FROM pg_policies WHERE schemaname = 'attune' AND policyname = 'tenant' AND cmd = 'ALL'"
        " AND qual LIKE '%attune.tenant()%' AND with_check LIKE '%attune.tenant()%' AND roles = '{public}'"
    )
    walled = {row["tablename"] for row in rows}
    return sorted(
        row["relname"]
        for row in await connection.fetch(_TABLES)
        if row["relname"] not in WITHOUT_TENANT | walled and not row["relispartition"]
    )


async def permissive_policies_that_open_a_table(connection: asyncpg.Connection) -> list[str]:
    """Permissive policies other than the known doors: each would be ORed with the tenant's."""
    rows = await connection.fetch(
        "SELECT tablename, policyname, roles FROM pg_policies WHERE schemaname = 'attune' AND permissive = 'PERMISSIVE'"
        " AND NOT (policyname = 'tenant' OR (policyname = 'backup' AND roles = '{attune_backup}' AND cmd = 'SELECT')"
        " OR (policyname = 'backfill' AND roles = '{attune_owner}' AND qual LIKE '%attune.backfill%')"
        " OR (policyname = 'lookup' AND roles = '{attune_api}' AND cmd = 'SELECT' AND qual LIKE '%attune.lookup()%'))"
    )
    return sorted(f"{row['tablename']}.{row['policyname']}" for row in rows)


async def grants_beyond_the_policies(connection: asyncpg.Connection) -> list[str]:
    """Rights that row-level security does not cover, or that bypass a parent's: TRUNCATE, REFERENCES, TRIGGER, a
    partition's own table, anything for PUBLIC, and writing to the event log beyond INSERT."""
    rows = await connection.fetch(
        "SELECT g.table_name, g.grantee, g.privilege_type, c.relispartition FROM information_schema.role_table_grants g"
        " JOIN pg_class c ON c.oid = format('%I.%I', g.table_schema, g.table_name)::regclass"
        " WHERE g.table_schema = 'attune' AND g.grantee <> 'attune_owner'"
        " AND (g.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER') OR g.grantee = 'PUBLIC' OR c.relispartition"
        " OR (g.table_name IN ('event', 'event_order') AND g.privilege_type NOT IN ('INSERT', 'SELECT'))"
        " OR (g.grantee = 'attune_backup' AND g.privilege_type <> 'SELECT'))"
    )
    return sorted(f"{row['grantee']}: {row['privilege_type']} on {row['table_name']}" for row in rows)


async def views_with_their_owners_rights(connection: asyncpg.Connection) -> list[str]:
    """Views that would read as their owner instead of as the caller, and materialised views, which have no policies."""
    rows = await connection.fetch(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'attune' AND (c.relkind = 'm' OR (c.relkind = 'v' AND"
        " NOT coalesce(c.reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on'], false)))"
    )
    return sorted(row["relname"] for row in rows)


async def keys_without_tenant(connection: asyncpg.Connection) -> list[str]:
    """Primary keys, unique keys and indexes of tenants' tables that do not lead with the tenant."""
    rows = await connection.fetch(
        "SELECT i.relname AS index, t.relname AS table, a.attname AS first FROM pg_index x"
        " JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid"
        " JOIN pg_namespace n ON n.oid = t.relnamespace"
        " LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]"
        " WHERE n.nspname = 'attune' AND t.relname <> 'alembic_version'"
    )
    return sorted(
        row["index"]
        for row in rows
        if row["table"] not in WITHOUT_TENANT
        and row["first"] != "tenant_id"
        and row["index"] not in BEFORE_THE_TENANT_IS_KNOWN
    )


async def foreign_keys_without_tenant(connection: asyncpg.Connection) -> list[str]:
    """Foreign keys that could point into another organisation: their checks do not see policies."""
    rows = await connection.fetch(
        "SELECT c.conname, (SELECT array_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.conrelid"
        " AND a.attnum = ANY(c.conkey)) AS columns FROM pg_constraint c"
        " JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = 'attune' AND c.contype = 'f'"
    )
    return sorted(row["conname"] for row in rows if "tenant_id" not in row["columns"])


async def functions_with_loose_rights(connection: asyncpg.Connection) -> list[str]:
    """Functions that run as their owner without a pinned search path."""
    rows = await connection.fetch(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'attune'"
        " AND p.prosecdef AND NOT coalesce(array_to_string(p.proconfig, ',') LIKE '%search_path=%', false)"
    )
    return sorted(row["proname"] for row in rows)


async def roles_that_could_climb(connection: asyncpg.Connection) -> list[str]:
    """Running roles that are superuser, bypass row-level security, own something, or are members of the owner."""
    rows = await connection.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY($1::text[]) AND (rolsuper OR rolbypassrls OR rolcreaterole"
        " OR rolcreatedb OR pg_has_role(rolname, 'attune_owner', 'MEMBER')"
        " OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = pg_roles.oid))",
        list(_RUNNING),
    )
    return sorted(row["rolname"] for row in rows)


QUESTIONS = (
    tables_without_forced_security,
    tables_not_owned_by_the_owner,
    tables_whose_policy_ignores_the_tenant,
    permissive_policies_that_open_a_table,
    grants_beyond_the_policies,
    views_with_their_owners_rights,
    keys_without_tenant,
    foreign_keys_without_tenant,
    functions_with_loose_rights,
    roles_that_could_climb,
)
