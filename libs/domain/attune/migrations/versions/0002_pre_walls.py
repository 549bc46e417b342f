"""The walls: who may touch which table, tenants apart, and emotional data behind consent and purpose.

Phase: pre (expands).

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

# What each role may do, table by table: S(elect), I(nsert), U(pdate), D(elete). A table not named for a role is closed to it.
GRANTS = {
    "attune_api": {
        "organisation": "S", "identity_provider": "SID", "tenant_key": "S",
        "event": "SI", "event_pending": "I", "event_head": "S", "projection": "S", "projection_cursor": "S",
        "idempotency_key": "SIU", "subject_key": "SID",
        "person": "SIU", "person_identity": "SIUD", "team": "SIU", "customer": "SIU",
        "consent_record": "SI", "consent_state": "SIU",
        "interaction": "SIU", "turn": "SID", "turn_text": "SID",
        "signal": "SIUD", "signal_reference": "SID",
        "check_in": "SIU", "rubric": "SI", "rubric_version": "SI",
        "evaluation": "SIU", "evaluation_score": "SID",
        "escalation": "SIU", "emotional_context": "SIUD",
        "team_dashboard": "S", "team_dashboard_contributor": "S",
        "fatigue_state": "S", "fatigue_contribution": "S", "fatigue_episode": "S",
        "audit_entry": "S", "audit_head": "S", "api_key": "S",
        "alembic_version": "S",
    },
    "attune_worker": {
        "organisation": "S", "tenant_directory": "S", "cron_run": "SID", "alembic_version": "S",
        "event": "SI", "event_pending": "SID", "event_order": "SI", "event_head": "SU",
        "projection": "SIU", "projection_cursor": "SIUD", "dead_letter": "SIUD",
        "idempotency_key": "SD", "api_key": "S",
        "person": "S", "team": "S", "customer": "S", "interaction": "S", "turn": "S",
        "consent_record": "SI", "consent_state": "SU",
        "signal": "S", "check_in": "S", "rubric": "S", "rubric_version": "S",
        "evaluation": "S", "evaluation_score": "S", "escalation": "S",
        "team_dashboard": "SIUD", "team_dashboard_contribution": "SIUD", "team_dashboard_contributor": "SIUD",
        "fatigue_contribution": "SIUD", "fatigue_state": "SIUD", "fatigue_episode": "SIUD",
        "audit_entry": "SID", "audit_head": "SIUD",
    },
    "attune_steward": {"audit_entry": "S", "audit_head": "S", "projection": "S", "event": "S", "organisation": "S"},
}  # fmt: skip
VERBS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}

# Every table but order, cursors and cron slots, which hold ids and counts and are read across organisations.
TENANT_TABLES = (
    "organisation", "api_key", "identity_provider", "tenant_key", "subject_key", "idempotency_key", "event",
    "dead_letter", "person", "person_identity", "team", "customer", "consent_record", "consent_state",
    "interaction", "turn", "turn_text", "signal", "signal_reference", "check_in", "rubric", "rubric_version",
    "evaluation", "evaluation_score", "escalation", "emotional_context", "team_dashboard",
    "team_dashboard_contribution", "team_dashboard_contributor", "fatigue_contribution", "fatigue_state",
    "fatigue_episode", "audit_entry", "audit_head",
)  # fmt: skip

# Emotional tables, and the consent that writing to them needs (None: any live consent of that customer).
GATED = {"signal": None, "emotional_context": "service_contact", "turn_text": "quality_review"}

FUNCTIONS = (
    """
    CREATE FUNCTION attune.tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
      AS $$ SELECT nullif(current_setting('attune.tenant', true), '')::uuid $$
    """,
    """
    CREATE FUNCTION attune.purpose() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
      AS $$ SELECT nullif(current_setting('attune.purpose', true), '') $$
    """,
    """
    CREATE FUNCTION attune.under_maintenance() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
      AS $$ SELECT current_user = 'attune_backup' OR (pg_has_role(current_user, 'attune_owner', 'MEMBER')
        AND coalesce(current_setting('attune.backfill', true), '') = 'on') $$
    """,
    """
    CREATE FUNCTION attune.lookup() RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
      AS $$ SELECT decode(nullif(current_setting('attune.lookup', true), ''), 'hex') $$
    """,
    """
    CREATE FUNCTION attune.require_live_key(key uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$
    BEGIN
      IF NOT EXISTS (
        SELECT 1 FROM attune.api_key k LEFT JOIN attune.person p ON p.tenant_id = k.tenant_id AND p.id = k.person_id
        WHERE k.tenant_id = attune.tenant() AND k.id = key AND k.revoked_at IS NULL AND k.expires_at > clock_timestamp()
          AND (k.person_id IS NULL OR p.status = 'active')
      ) THEN RAISE EXCEPTION 'credential ended' USING ERRCODE = 'AT401'; END IF;
    END $$
    """,
    """
    CREATE FUNCTION attune.require_live_person(person uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$
    BEGIN
      IF NOT EXISTS (
        SELECT 1 FROM attune.person p WHERE p.tenant_id = attune.tenant() AND p.id = person AND p.status = 'active'
      ) THEN RAISE EXCEPTION 'credential ended' USING ERRCODE = 'AT401'; END IF;
    END $$
    """,
    """
    CREATE FUNCTION attune.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for function in FUNCTIONS:
        op.execute(function)
    for role, tables in GRANTS.items():
        for table, letters in tables.items():
            op.execute(f"GRANT {', '.join(VERBS[letter] for letter in letters)} ON attune.{table} TO {role}")
    # Erasing a customer blanks the evidence of their choices; the choices themselves stay.
    op.execute("GRANT UPDATE (evidence_sealed) ON attune.consent_record TO attune_api")
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA attune TO attune_backup")
    op.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA attune TO attune_backup")
    for kind in ("TABLES", "SEQUENCES"):
        op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA attune GRANT SELECT ON {kind} TO attune_backup")
    for table in TENANT_TABLES:
        keep_tenants_apart(table)
    for table, purpose in GATED.items():
        gate_by_consent(table, purpose)
    for table in ("api_key", "identity_provider"):
        column = "key_hash" if table == "api_key" else "lookup_hash"
        # Before the organisation is known: exactly the row whose hash the caller holds.
        op.execute(
            f"CREATE POLICY lookup ON attune.{table} FOR SELECT TO attune_api"
            f" USING ({column} = (SELECT attune.lookup()))"
        )
    for table in ("event", "event_order"):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attune.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION attune.refuse_change()"
        )
    op.execute("INSERT INTO attune.event_head (shard, seq) SELECT shard, 0 FROM generate_series(0, 15) AS shard")
    # Small, hot tables: their dead rows go at once.
    op.execute(
        "ALTER TABLE attune.event_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)"
    )


def keep_tenants_apart(table: str) -> None:
    """Forced row-level security: no tenant set, no rows. The backup's dump and a migrator's backfill have a door each."""
    op.execute(f"ALTER TABLE attune.{table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE attune.{table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON attune.{table} USING (tenant_id = (SELECT attune.tenant()))"
        " WITH CHECK (tenant_id = (SELECT attune.tenant()))"
    )
    op.execute(f"CREATE POLICY backup ON attune.{table} FOR SELECT TO attune_backup USING (true)")
    op.execute(
        f"CREATE POLICY backfill ON attune.{table} TO attune_owner"
        " USING ((SELECT current_setting('attune.backfill', true)) = 'on')"
        " WITH CHECK ((SELECT current_setting('attune.backfill', true)) = 'on')"
    )


def gate_by_consent(table: str, needed_to_write: str | None) -> None:
    """Rows are there only for a declared purpose with a live consent; what follows a withdrawal acts under `rights`."""
    live = (
        f"SELECT 1 FROM attune.consent_state s WHERE s.tenant_id = {table}.tenant_id"
        f" AND s.customer_id = {table}.customer_id AND s.choice = 'granted'"
        " AND (s.expires_at IS NULL OR s.expires_at > now())"
    )
    rights = "(SELECT attune.purpose()) = 'rights'"
    maintenance = "(SELECT attune.under_maintenance())"
    op.execute(
        f"CREATE POLICY consent_to_read ON attune.{table} AS RESTRICTIVE FOR SELECT USING ({rights} OR {maintenance}"
        f" OR (EXISTS ({live} AND s.purpose = (SELECT attune.purpose()))))"
    )
    scope = "" if needed_to_write is None else f" AND s.purpose = '{needed_to_write}'"
    op.execute(
        f"CREATE POLICY consent_to_write ON attune.{table} AS RESTRICTIVE FOR INSERT"
        f" WITH CHECK ({maintenance} OR EXISTS ({live}{scope}))"
    )
    for command in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE POLICY rights_to_{command.lower()} ON attune.{table} AS RESTRICTIVE FOR {command}"
            f" USING ({rights} OR {maintenance})"
        )
