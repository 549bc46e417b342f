"""What PostgreSQL's own catalogue says about tables, policies and keys: each question returns the offenders, by name."""

from __future__ import annotations

import re

import asyncpg

from attune.kernel.schema import WITHOUT_TENANT

BEFORE_THE_TENANT_IS_KNOWN = {"api_key_lookup_idx", "identity_provider_lookup_idx"}
"""The two look-ups that happen before a request's organisation is known."""

_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) AS owner, c.relispartition
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'attune' AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
"""

_TENANT = "(tenant_id = ( SELECT attune.tenant() AS tenant))"
_BACKFILL = "(( SELECT current_setting('attune.backfill'::text, true) AS current_setting) = 'on'::text)"
_LOOKUP = {
    "api_key": "(key_hash = ( SELECT attune.lookup() AS lookup))",
    "identity_provider": "(lookup_hash = ( SELECT attune.lookup() AS lookup))",
}
"""The conditions as PostgreSQL writes them down, word for word: a policy that holds one of them *or something else* holds
nothing."""

_EMOTIONAL = ("emotional_context", "signal", "turn_text")
_GATE = {
    "consent_to_read": "SELECT",
    "consent_to_write": "INSERT",
    "rights_to_update": "UPDATE",
    "rights_to_delete": "DELETE",
}

_ASKED_ONCE = re.compile(r"Index Cond: \(tenant_id = (\$\d+|\(InitPlan \d+\)\.col1)\)")
"""In the words of PostgreSQL up to 16, and since."""

_FILTER = re.compile(r"Filter: .*")

_COUNTABLE = {"uuid", "smallint", "integer", "bigint", "timestamp with time zone"}
_NAMES_OF_OURS = {"projection.name", "projection_cursor.projection", "cron_run.name"}


async def tables_without_forced_security(connection: asyncpg.Connection) -> list[str]:
    """Tables of tenants whose rows are not behind forced row-level security."""
    return sorted(
        row["relname"]
        for row in await connection.fetch(_TABLES)
        if row["relname"] not in WITHOUT_TENANT and not (row["relrowsecurity"] and row["relforcerowsecurity"])
    )


async def tables_whose_policy_ignores_the_tenant(connection: asyncpg.Connection) -> list[str]:
    """Tables without a policy for everybody that compares the tenant and nothing else, for reading and for writing."""
    rows = await connection.fetch(
        "SELECT tablename FROM pg_policies WHERE schemaname = 'attune' AND policyname = 'tenant' AND cmd = 'ALL'"
        " AND qual = $1 AND with_check = $1 AND roles = '{public}' AND permissive = 'PERMISSIVE'",
        _TENANT,
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
        "SELECT tablename, policyname, roles::text AS roles, cmd, qual, with_check FROM pg_policies"
        " WHERE schemaname = 'attune' AND permissive = 'PERMISSIVE'"
    )
    return sorted(f"{row['tablename']}.{row['policyname']}" for row in rows if not _is_a_known_door(row))


def _is_a_known_door(policy: asyncpg.Record) -> bool:
    to = (policy["roles"], policy["cmd"])
    match policy["policyname"]:
        case "tenant":
            return to == ("{public}", "ALL")
        case "backup":
            return to == ("{attune_backup}", "SELECT")
        case "backfill":
            return to == ("{attune_owner}", "ALL") and policy["qual"] == policy["with_check"] == _BACKFILL
        case "lookup":
            return to == ("{attune_api}", "SELECT") and policy["qual"] == _LOOKUP.get(policy["tablename"])
        case _:
            return False


async def emotional_tables_without_their_gate(connection: asyncpg.Connection) -> list[str]:
    """Emotional tables that lack a restrictive policy for one of the four commands."""
    rows = await connection.fetch(
        "SELECT tablename, policyname, cmd FROM pg_policies WHERE schemaname = 'attune' AND permissive = 'RESTRICTIVE'"
        " AND roles = '{public}'"
    )
    there = {(row["tablename"], row["policyname"], row["cmd"]) for row in rows}
    wanted = {(table, policy, command) for table in _EMOTIONAL for policy, command in _GATE.items()}
    return sorted(f"{table}.{policy}" for table, policy, _ in wanted - there)


async def tables_of_everybody_that_hold_more_than_counts(connection: asyncpg.Connection) -> list[str]:
    """Columns outside row-level security that could hold something about somebody."""
    rows = await connection.fetch(
        "SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'attune'::regnamespace AND a.attnum > 0"
        " AND NOT a.attisdropped AND c.relname = ANY($1::text[])",
        sorted(WITHOUT_TENANT),
    )
    return sorted(row["name"] for row in rows if row["type"] not in _COUNTABLE and row["name"] not in _NAMES_OF_OURS)


async def policies_that_are_no_index_condition(connection: asyncpg.Connection) -> list[str]:
    """Tables whose tenant is not asked once and then looked up: a function in a filter runs for every row."""
    readable = await connection.fetch(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'attune'::regnamespace AND c.relrowsecurity"
        " AND has_table_privilege('attune_api', c.oid, 'SELECT')"
    )
    found = []
    await connection.execute("SET LOCAL ROLE attune_api; SET LOCAL enable_seqscan = off")
    for row in readable:
        statement = await connection.fetchval(
            "SELECT format('EXPLAIN SELECT * FROM attune.%I', $1::text)", row["relname"]
        )
        plan = "\n".join(line[0] for line in await connection.fetch(statement))
        filters = "".join(_FILTER.findall(plan))
        if not _ASKED_ONCE.search(plan) or "current_setting" in filters or "tenant()" in filters:
            found.append(row["relname"])
    await connection.execute("RESET ROLE; RESET enable_seqscan")
    return sorted(found)


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
    """Foreign keys that could point into another organisation: their checks do not see policies, so the tenant of the
    one has to be the tenant of the other."""
    rows = await connection.fetch(
        "SELECT c.conname FROM pg_constraint c WHERE c.connamespace = 'attune'::regnamespace AND c.contype = 'f'"
        " AND NOT EXISTS (SELECT 1 FROM unnest(c.conkey, c.confkey) AS pair (here, there)"
        " JOIN pg_attribute h ON h.attrelid = c.conrelid AND h.attnum = pair.here"
        " JOIN pg_attribute t ON t.attrelid = c.confrelid AND t.attnum = pair.there"
        " WHERE h.attname = 'tenant_id' AND t.attname = 'tenant_id')"
    )
    return sorted(row["conname"] for row in rows)


QUESTIONS = (
    tables_without_forced_security,
    tables_whose_policy_ignores_the_tenant,
    permissive_policies_that_open_a_table,
    emotional_tables_without_their_gate,
    tables_of_everybody_that_hold_more_than_counts,
    policies_that_are_no_index_condition,
    keys_without_tenant,
    foreign_keys_without_tenant,
)
