"""Holes in the walls, each with the question that has to find it, and by which name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg

from tests.architecture import catalogue, catalogue_rights

Question = Callable[[asyncpg.Connection], Awaitable[list[str]]]

PARTED = (
    "CREATE TABLE attune.parted (tenant_id uuid NOT NULL) PARTITION BY HASH (tenant_id);"
    "CREATE TABLE attune.child PARTITION OF attune.parted FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
)
ANYBODYS = "tenant_id = (SELECT attune.tenant()) OR true"
SOMEBODY = "01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d"

TABLES: list[tuple[Question, str, str]] = [
    (catalogue.tables_without_forced_security, "hole", "CREATE TABLE attune.hole (tenant_id uuid PRIMARY KEY)"),
    (
        catalogue.tables_without_forced_security,
        "hole",
        "CREATE TABLE attune.hole (tenant_id uuid PRIMARY KEY); ALTER TABLE attune.hole ENABLE ROW LEVEL SECURITY",
    ),
    (catalogue.tables_without_forced_security, "signal", "ALTER TABLE attune.signal NO FORCE ROW LEVEL SECURITY"),
    (catalogue.tables_without_forced_security, "signal", "ALTER TABLE attune.signal DISABLE ROW LEVEL SECURITY"),
    (catalogue.tables_without_forced_security, "child", PARTED),
    (catalogue.tables_whose_policy_ignores_the_tenant, "customer", "DROP POLICY tenant ON attune.customer"),
    (
        catalogue.tables_whose_policy_ignores_the_tenant,
        "customer",
        f"ALTER POLICY tenant ON attune.customer USING ({ANYBODYS})",
    ),
    (
        catalogue.tables_whose_policy_ignores_the_tenant,
        "customer",
        f"ALTER POLICY tenant ON attune.customer WITH CHECK ({ANYBODYS})",
    ),
    (
        catalogue.tables_whose_policy_ignores_the_tenant,
        "customer",
        "ALTER POLICY tenant ON attune.customer TO attune_api",
    ),
    (
        catalogue.permissive_policies_that_open_a_table,
        "signal.all_in",
        "CREATE POLICY all_in ON attune.signal USING (true)",
    ),
    (
        catalogue.permissive_policies_that_open_a_table,
        "team.backup",
        "ALTER POLICY backup ON attune.team TO attune_backup, attune_worker",
    ),
    (
        catalogue.permissive_policies_that_open_a_table,
        "team.backfill",
        "ALTER POLICY backfill ON attune.team USING (current_setting('attune.backfill', true) = 'on' OR true)",
    ),
    (
        catalogue.permissive_policies_that_open_a_table,
        "api_key.lookup",
        "ALTER POLICY lookup ON attune.api_key USING (key_hash = (SELECT attune.lookup()) OR revoked_at IS NULL)",
    ),
    (
        catalogue.emotional_tables_without_their_gate,
        "signal.consent_to_read",
        "DROP POLICY consent_to_read ON attune.signal",
    ),
    (
        catalogue.tables_of_everybody_that_hold_more_than_counts,
        "tenant_directory.name",
        "ALTER TABLE attune.tenant_directory ADD COLUMN name text",
    ),
    (
        catalogue.policies_that_are_no_index_condition,
        "customer",
        "ALTER POLICY tenant ON attune.customer USING (tenant_id = attune.tenant())",
    ),
    (
        catalogue.policies_that_are_no_index_condition,
        "event",
        "ALTER POLICY tenant ON attune.event USING (tenant_id::text = attune.tenant()::text)",
    ),
    (catalogue.keys_without_tenant, "hole_key", "CREATE UNIQUE INDEX hole_key ON attune.customer (id)"),
    (
        catalogue.keys_without_tenant,
        "hole_pk",
        "CREATE TABLE attune.hole (tenant_id uuid, id uuid CONSTRAINT hole_pk PRIMARY KEY)",
    ),
    (
        catalogue.foreign_keys_without_tenant,
        "hole",
        "CREATE UNIQUE INDEX x ON attune.team (id); ALTER TABLE attune.person ADD CONSTRAINT hole FOREIGN KEY (team_id)"
        " REFERENCES attune.team (id)",
    ),
    (
        catalogue.foreign_keys_without_tenant,
        "crossed",
        "CREATE TABLE attune.hole (tenant_id uuid, id uuid, CONSTRAINT crossed FOREIGN KEY (id, tenant_id)"
        " REFERENCES attune.team (tenant_id, id))",
    ),
]

RIGHTS: list[tuple[Question, str, str]] = [
    (catalogue_rights.things_not_owned_by_the_owner, "person", "ALTER TABLE attune.person OWNER TO attune_api"),
    (
        catalogue_rights.things_not_owned_by_the_owner,
        "own",
        "CREATE FUNCTION attune.own() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ),
    (
        catalogue_rights.grants_beyond_the_policies,
        "attune_api: SELECT on child",
        PARTED + "GRANT SELECT ON attune.child TO attune_api",
    ),
    (
        catalogue_rights.grants_beyond_the_policies,
        "attune_worker: UPDATE on event",
        "GRANT UPDATE ON attune.event TO attune_worker",
    ),
    (
        catalogue_rights.grants_beyond_the_policies,
        "attune_api: TRUNCATE on signal",
        "GRANT TRUNCATE ON attune.signal TO attune_api",
    ),
    (catalogue_rights.grants_beyond_the_policies, "PUBLIC: SELECT on team", "GRANT SELECT ON attune.team TO PUBLIC"),
    (
        catalogue_rights.grants_beyond_the_policies,
        "attune_api: SELECT on team",
        "GRANT SELECT ON attune.team TO attune_api WITH GRANT OPTION",
    ),
    (
        catalogue_rights.grants_beyond_the_policies,
        "attune_steward: INSERT on audit_entry",
        "GRANT INSERT ON attune.audit_entry TO attune_steward",
    ),
    (
        catalogue_rights.grants_beyond_the_policies,
        "attune_api: UPDATE on event_pos_seq",
        "GRANT UPDATE ON SEQUENCE attune.event_pos_seq TO attune_api",
    ),
    (
        catalogue_rights.grants_on_columns,
        "signal.note_sealed: attune_steward SELECT",
        "GRANT SELECT (note_sealed) ON attune.signal TO attune_steward",
    ),
    (catalogue_rights.grants_on_the_schema, "attune_api: CREATE", "GRANT CREATE ON SCHEMA attune TO attune_api"),
    (catalogue_rights.grants_on_the_schema, "PUBLIC: USAGE", "GRANT USAGE ON SCHEMA attune TO PUBLIC"),
    (
        catalogue_rights.grants_on_what_will_be_made,
        "attune_api: SELECT",
        "ALTER DEFAULT PRIVILEGES FOR ROLE attune_owner IN SCHEMA attune GRANT SELECT ON TABLES TO attune_api",
    ),
    (
        catalogue_rights.views_with_their_owners_rights,
        "peep",
        "CREATE VIEW attune.peep AS SELECT * FROM attune.signal",
    ),
    (
        catalogue_rights.views_with_their_owners_rights,
        "peep",
        "CREATE MATERIALIZED VIEW attune.peep AS SELECT * FROM attune.signal",
    ),
    (catalogue_rights.views_with_their_owners_rights, "out", "CREATE PUBLICATION out FOR TABLE attune.signal"),
    (
        catalogue_rights.functions_with_loose_rights,
        "climb",
        "CREATE FUNCTION attune.climb() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';"
        "ALTER FUNCTION attune.climb() OWNER TO attune_owner",
    ),
    (
        catalogue_rights.functions_with_loose_rights,
        "climb",
        "CREATE FUNCTION attune.climb() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = attune AS 'SELECT 1'",
    ),
    (
        catalogue_rights.functions_with_loose_rights,
        "tell",
        "CREATE FUNCTION attune.tell(text) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true'",
    ),
    (catalogue_rights.roles_that_could_climb, "attune_api", "GRANT attune_owner TO attune_api"),
    (catalogue_rights.roles_that_could_climb, "attune_steward", "GRANT pg_read_all_data TO attune_steward"),
    (catalogue_rights.roles_that_could_climb, "attune_worker", "ALTER ROLE attune_worker BYPASSRLS"),
    (catalogue_rights.roles_that_could_climb, "attune_api", "ALTER ROLE attune_api SUPERUSER"),
    (catalogue_rights.roles_that_could_climb, "attune_backup", "ALTER ROLE attune_backup REPLICATION"),
    (catalogue_rights.roles_that_could_climb, "attune_owner", "ALTER ROLE attune_owner LOGIN"),
    (
        catalogue_rights.settings_that_stay,
        f"attune.tenant={SOMEBODY}",
        f"ALTER ROLE attune_api SET attune.tenant = '{SOMEBODY}'",
    ),
]
