"""The tables of the first release.

Phase: pre (expands).

Revision: 0001
Follows:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    # A migration waits for no lock longer than the service can bear; long work is done in batches.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "audit_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("schema_version", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("target_kind", sa.String(length=32), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("concerns", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=32), nullable=True),
        sa.Column("request_id", sa.String(length=128), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(leaf_hash) = 32", name=op.f("audit_entry_leaf_hash_is_sha256")),
        sa.CheckConstraint("seq >= 0", name=op.f("audit_entry_seq_starts_at_zero")),
        sa.PrimaryKeyConstraint("tenant_id", "generation", "seq", name=op.f("audit_entry_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("audit_entry_tenant_id_generation_action_seq_idx"),
        "audit_entry",
        ["tenant_id", "generation", "action", "seq"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("audit_entry_tenant_id_generation_actor_id_seq_idx"),
        "audit_entry",
        ["tenant_id", "generation", "actor_id", "seq"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("audit_entry_tenant_id_generation_concerns_seq_idx"),
        "audit_entry",
        ["tenant_id", "generation", "concerns", "seq"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("audit_entry_tenant_id_generation_event_id_idx"),
        "audit_entry",
        ["tenant_id", "generation", "event_id"],
        unique=True,
        schema="attune",
    )
    op.create_index(
        op.f("audit_entry_tenant_id_generation_outcome_seq_idx"),
        "audit_entry",
        ["tenant_id", "generation", "outcome", "seq"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("audit_entry_tenant_id_generation_target_id_seq_idx"),
        "audit_entry",
        ["tenant_id", "generation", "target_id", "seq"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "audit_head",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "generation", name=op.f("audit_head_pk")),
        schema="attune",
    )
    op.create_table(
        "cron_run",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("cron_run_pk")),
        schema="attune",
    )
    op.create_table(
        "customer",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_source", sa.String(length=64), nullable=True),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "erased_at IS NULL OR (external_id IS NULL AND locale IS NULL)",
            name=op.f("customer_erased_keeps_no_reference"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("customer_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("customer_tenant_id_external_source_external_id_idx"),
        "customer",
        ["tenant_id", "external_source", "external_id"],
        unique=True,
        schema="attune",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        op.f("customer_tenant_id_updated_at_id_idx"),
        "customer",
        ["tenant_id", "updated_at", "id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "dead_letter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("projection", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.Column("target_kind", sa.String(length=32), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("error_class", sa.String(length=128), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "projection", "generation", "seq", name=op.f("dead_letter_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("dead_letter_tenant_id_projection_generation_target_kind_target_id_idx"),
        "dead_letter",
        ["tenant_id", "projection", "generation", "target_kind", "target_id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("pos", sa.BigInteger(), sa.Identity(always=True, cache=1), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("schema_version", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("target_kind", sa.String(length=32), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("concerns", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=32), nullable=True),
        sa.Column("request_id", sa.String(length=128), nullable=True),
        sa.Column("traceparent", sa.String(length=64), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "actor_kind IN ('person', 'api_key', 'operator', 'worker', 'anonymous')",
            name=op.f("event_actor_kind_is_known"),
        ),
        sa.CheckConstraint("outcome IN ('done', 'refused', 'withheld')", name=op.f("event_outcome_is_known")),
        sa.CheckConstraint(
            "purpose IN ('service_contact', 'quality_review', 'coaching', 'training_personal', 'research', 'automated_routing', 'insights', 'product_improvement', 'rights')",
            name=op.f("event_purpose_is_known"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "pos", name=op.f("event_pk")),
        sa.UniqueConstraint("tenant_id", "event_id", name=op.f("event_event_id_key")),
        schema="attune",
    )
    op.create_index(
        "event_stream_version_key",
        "event",
        ["tenant_id", "target_kind", "target_id", "version"],
        unique=True,
        schema="attune",
        postgresql_where=sa.text("version IS NOT NULL"),
    )
    op.create_table(
        "event_head",
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", name=op.f("event_head_pk")),
        schema="attune",
    )
    op.create_table(
        "event_order",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "seq", name=op.f("event_order_pk")),
        schema="attune",
    )
    op.create_table(
        "event_pending",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("pos", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "pos", name=op.f("event_pending_pk")),
        schema="attune",
    )
    op.create_table(
        "fatigue_contribution",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handle_seconds", sa.Integer(), nullable=False),
        sa.Column("intensity", sa.Double(), nullable=True),
        sa.Column("impulse", sa.Double(), nullable=False),
        sa.Column("load_after", sa.Double(), nullable=False),
        sa.Column("over_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "generation", "interaction_id", name=op.f("fatigue_contribution_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("fatigue_contribution_tenant_id_generation_person_id_at_interaction_id_idx"),
        "fatigue_contribution",
        ["tenant_id", "generation", "person_id", "at", "interaction_id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "fatigue_episode",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("crossed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("peak", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "generation", "person_id", "crossed_at", name=op.f("fatigue_episode_pk")),
        schema="attune",
    )
    op.create_table(
        "fatigue_state",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("load", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clears_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "generation", "person_id", name=op.f("fatigue_state_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("fatigue_state_tenant_id_generation_clears_at_idx"),
        "fatigue_state",
        ["tenant_id", "generation", "clears_at"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "idempotency_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("key <> ''", name=op.f("idempotency_key_key_is_not_empty")),
        sa.PrimaryKeyConstraint("tenant_id", "principal_id", "operation", "key", name=op.f("idempotency_key_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("idempotency_key_tenant_id_created_at_idx"),
        "idempotency_key",
        ["tenant_id", "created_at"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "organisation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("mode IN ('live', 'test')", name=op.f("organisation_mode_is_known")),
        sa.CheckConstraint("name <> ''", name=op.f("organisation_name_is_not_empty")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("organisation_pk")),
        schema="attune",
    )
    op.create_table(
        "projection",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("active_generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("projection_pk")),
        schema="attune",
    )
    op.create_table(
        "projection_cursor",
        sa.Column("projection", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("projection", "generation", "shard", name=op.f("projection_cursor_pk")),
        schema="attune",
    )
    op.create_table(
        "rubric",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("is_built_in", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("rubric_pk")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("rubric_slug_key")),
        schema="attune",
    )
    op.create_table(
        "subject_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "subject_id", name=op.f("subject_key_pk")),
        schema="attune",
    )
    op.create_table(
        "team",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_source", sa.String(length=64), nullable=True),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("team_is_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"], ["attune.team.tenant_id", "attune.team.id"], name=op.f("team_parent_id_fk")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("team_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("team_tenant_id_external_source_external_id_idx"),
        "team",
        ["tenant_id", "external_source", "external_id"],
        unique=True,
        schema="attune",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "team_dashboard",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("interactions", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("handle_seconds", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("intensity_sum", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("intensity_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("recovery_sum", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("recovery_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("escalations_opened", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("escalations_resolved", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("check_ins_open", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("check_ins_kept", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "generation", "team_id", "month", name=op.f("team_dashboard_pk")),
        schema="attune",
    )
    op.create_table(
        "team_dashboard_contribution",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("record_kind", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("interactions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("handle_seconds", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("intensity_sum", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("intensity_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("recovery_sum", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("recovery_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("escalations_opened", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("escalations_resolved", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("check_ins_open", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("check_ins_kept", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "generation", "record_kind", "record_id", name=op.f("team_dashboard_contribution_pk")
        ),
        schema="attune",
    )
    op.create_index(
        op.f("team_dashboard_contribution_tenant_id_generation_customer_id_idx"),
        "team_dashboard_contribution",
        ["tenant_id", "generation", "customer_id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "team_dashboard_contributor",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("contributor_kind", sa.String(length=16), nullable=False),
        sa.Column("contributor_id", sa.Uuid(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("intensity_records", sa.BigInteger(), nullable=False),
        sa.Column("recovery_records", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "contributor_kind IN ('person', 'customer')",
            name=op.f("team_dashboard_contributor_contributor_kind_is_known"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "generation",
            "team_id",
            "month",
            "contributor_kind",
            "contributor_id",
            name=op.f("team_dashboard_contributor_pk"),
        ),
        schema="attune",
    )
    op.create_table(
        "tenant_directory",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("tenant_directory_pk")),
        schema="attune",
    )
    op.create_table(
        "tenant_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("root_key_id", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("tenant_key_pk")),
        schema="attune",
    )
    op.create_table(
        "consent_record",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "choice IN ('granted', 'refused', 'withdrawn', 'expired')", name=op.f("consent_record_choice_is_known")
        ),
        sa.CheckConstraint(
            "expires_at IS NULL OR choice = 'granted'", name=op.f("consent_record_only_a_grant_expires")
        ),
        sa.CheckConstraint(
            "method IN ('customer_stated', 'web_form', 'operator_attested', 'system')",
            name=op.f("consent_record_method_is_known"),
        ),
        sa.CheckConstraint(
            "purpose IN ('automated_routing', 'coaching', 'insights', 'product_improvement', 'quality_review', 'research', 'service_contact', 'training_personal')",
            name=op.f("consent_record_purpose_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["attune.customer.tenant_id", "attune.customer.id"],
            name=op.f("consent_record_customer_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("consent_record_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("consent_record_tenant_id_customer_id_purpose_effective_at_idx"),
        "consent_record",
        ["tenant_id", "customer_id", "purpose", "effective_at"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "consent_state",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "choice IN ('granted', 'refused', 'withdrawn', 'expired')", name=op.f("consent_state_choice_is_known")
        ),
        sa.CheckConstraint(
            "purpose IN ('automated_routing', 'coaching', 'insights', 'product_improvement', 'quality_review', 'research', 'service_contact', 'training_personal')",
            name=op.f("consent_state_purpose_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["attune.customer.tenant_id", "attune.customer.id"],
            name=op.f("consent_state_customer_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", "purpose", name=op.f("consent_state_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("consent_state_tenant_id_expires_at_idx"),
        "consent_state",
        ["tenant_id", "expires_at"],
        unique=False,
        schema="attune",
        postgresql_where=sa.text("choice = 'granted' AND expires_at IS NOT NULL"),
    )
    op.create_table(
        "identity_provider",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("audience", sa.String(length=200), nullable=False),
        sa.Column("jwks_uri", sa.String(length=500), nullable=False),
        sa.Column("lookup_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["attune.organisation.tenant_id"], name=op.f("identity_provider__fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("identity_provider_pk")),
        sa.UniqueConstraint("tenant_id", "lookup_hash", name=op.f("identity_provider_lookup_hash_key")),
        schema="attune",
    )
    op.create_index("identity_provider_lookup_idx", "identity_provider", ["lookup_hash"], unique=False, schema="attune")
    op.create_table(
        "person",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_source", sa.String(length=64), nullable=True),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("status IN ('active', 'inactive')", name=op.f("person_status_is_known")),
        sa.CheckConstraint("lead_id <> id", name=op.f("person_does_not_lead_themselves")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lead_id"], ["attune.person.tenant_id", "attune.person.id"], name=op.f("person_lead_id_fk")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "team_id"], ["attune.team.tenant_id", "attune.team.id"], name=op.f("person_team_id_fk")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("person_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("person_tenant_id_external_source_external_id_idx"),
        "person",
        ["tenant_id", "external_source", "external_id"],
        unique=True,
        schema="attune",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        op.f("person_tenant_id_team_id_idx"), "person", ["tenant_id", "team_id"], unique=False, schema="attune"
    )
    op.create_index(
        op.f("person_tenant_id_updated_at_id_idx"),
        "person",
        ["tenant_id", "updated_at", "id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "rubric_version",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("dimensions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'pilot') OR published_at IS NOT NULL",
            name=op.f("rubric_version_published_has_its_time"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'pilot', 'published', 'retired')", name=op.f("rubric_version_status_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "rubric_id"],
            ["attune.rubric.tenant_id", "attune.rubric.id"],
            name=op.f("rubric_version_rubric_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("rubric_version_pk")),
        sa.UniqueConstraint("tenant_id", "rubric_id", "number", name=op.f("rubric_version_number_key")),
        schema="attune",
    )
    op.create_table(
        "signal_reference",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("external_source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["attune.customer.tenant_id", "attune.customer.id"],
            name=op.f("signal_reference_customer_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "external_source", "external_id", name=op.f("signal_reference_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("signal_reference_tenant_id_customer_id_idx"),
        "signal_reference",
        ["tenant_id", "customer_id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "api_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("api_key_expires_after_creation")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["attune.person.tenant_id", "attune.person.id"],
            name=op.f("api_key_person_id_fk"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["attune.organisation.tenant_id"], name=op.f("api_key__fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("api_key_pk")),
        sa.UniqueConstraint("tenant_id", "key_hash", name=op.f("api_key_key_hash_key")),
        schema="attune",
    )
    op.create_index("api_key_lookup_idx", "api_key", ["key_hash"], unique=False, schema="attune")
    op.create_table(
        "check_in",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("week_of", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("progress_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("blockers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("next_targets_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "(status = 'submitted') = (submitted_at IS NOT NULL)", name=op.f("check_in_submitted_has_its_time")
        ),
        sa.CheckConstraint("status IN ('open', 'submitted')", name=op.f("check_in_status_is_known")),
        sa.CheckConstraint("extract(isodow FROM week_of) = 1", name=op.f("check_in_week_starts_on_monday")),
        sa.CheckConstraint("lead_id <> person_id", name=op.f("check_in_is_with_somebody_else")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lead_id"], ["attune.person.tenant_id", "attune.person.id"], name=op.f("check_in_lead_id_fk")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["attune.person.tenant_id", "attune.person.id"],
            name=op.f("check_in_person_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "team_id"], ["attune.team.tenant_id", "attune.team.id"], name=op.f("check_in_team_id_fk")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("check_in_pk")),
        sa.UniqueConstraint("tenant_id", "person_id", "week_of", name=op.f("check_in_week_key")),
        schema="attune",
    )
    op.create_index(
        op.f("check_in_tenant_id_lead_id_week_of_idx"),
        "check_in",
        ["tenant_id", "lead_id", "week_of"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("check_in_tenant_id_updated_at_id_idx"),
        "check_in",
        ["tenant_id", "updated_at", "id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "interaction",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_source", sa.String(length=64), nullable=True),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handle_seconds", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "channel IN ('phone', 'chat', 'email', 'social', 'in_person')", name=op.f("interaction_channel_is_known")
        ),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("interaction_ends_after_it_starts")),
        sa.CheckConstraint(
            "handle_seconds BETWEEN 0 AND 86400", name=op.f("interaction_handling_time_is_a_day_at_most")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["attune.customer.tenant_id", "attune.customer.id"],
            name=op.f("interaction_customer_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["attune.person.tenant_id", "attune.person.id"],
            name=op.f("interaction_person_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "team_id"], ["attune.team.tenant_id", "attune.team.id"], name=op.f("interaction_team_id_fk")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("interaction_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("interaction_tenant_id_customer_id_started_at_idx"),
        "interaction",
        ["tenant_id", "customer_id", "started_at"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("interaction_tenant_id_external_source_external_id_idx"),
        "interaction",
        ["tenant_id", "external_source", "external_id"],
        unique=True,
        schema="attune",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        op.f("interaction_tenant_id_person_id_ended_at_idx"),
        "interaction",
        ["tenant_id", "person_id", "ended_at"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("interaction_tenant_id_updated_at_id_idx"),
        "interaction",
        ["tenant_id", "updated_at", "id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "person_identity",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["attune.person.tenant_id", "attune.person.id"],
            name=op.f("person_identity_person_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "issuer", "subject", name=op.f("person_identity_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("person_identity_tenant_id_person_id_idx"),
        "person_identity",
        ["tenant_id", "person_id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "escalation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_source", sa.String(length=64), nullable=True),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("interaction_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("what_happened_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("promises_made_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("next_step_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("resolution", sa.String(length=16), nullable=True),
        sa.Column("bounce_reason", sa.String(length=32), nullable=True),
        sa.Column("customer_had_to_repeat", sa.Boolean(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "(status = 'bounced') = (bounce_reason IS NOT NULL)", name=op.f("escalation_bounced_has_its_reason")
        ),
        sa.CheckConstraint(
            "(status = 'resolved') = (resolution IS NOT NULL)", name=op.f("escalation_resolved_has_its_resolution")
        ),
        sa.CheckConstraint(
            "bounce_reason IN ('wrong_team', 'context_unclear', 'no_capacity')",
            name=op.f("escalation_bounce_reason_is_known"),
        ),
        sa.CheckConstraint("resolution IN ('recovered', 'unrecovered')", name=op.f("escalation_resolution_is_known")),
        sa.CheckConstraint(
            "severity IN ('low', 'medium', 'high', 'critical')", name=op.f("escalation_severity_is_known")
        ),
        sa.CheckConstraint(
            "status IN ('offered', 'accepted', 'bounced', 'resolved')", name=op.f("escalation_status_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "assignee_id"],
            ["attune.person.tenant_id", "attune.person.id"],
            name=op.f("escalation_assignee_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["attune.customer.tenant_id", "attune.customer.id"],
            name=op.f("escalation_customer_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "interaction_id"],
            ["attune.interaction.tenant_id", "attune.interaction.id"],
            name=op.f("escalation_interaction_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "opened_by_id"],
            ["attune.person.tenant_id", "attune.person.id"],
            name=op.f("escalation_opened_by_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "team_id"], ["attune.team.tenant_id", "attune.team.id"], name=op.f("escalation_team_id_fk")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("escalation_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("escalation_tenant_id_customer_id_id_idx"),
        "escalation",
        ["tenant_id", "customer_id", "id"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("escalation_tenant_id_external_source_external_id_idx"),
        "escalation",
        ["tenant_id", "external_source", "external_id"],
        unique=True,
        schema="attune",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        op.f("escalation_tenant_id_status_id_idx"),
        "escalation",
        ["tenant_id", "status", "id"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("escalation_tenant_id_team_id_id_idx"),
        "escalation",
        ["tenant_id", "team_id", "id"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("escalation_tenant_id_updated_at_id_idx"),
        "escalation",
        ["tenant_id", "updated_at", "id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "evaluation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_source", sa.String(length=64), nullable=True),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("rubric_version_id", sa.Uuid(), nullable=False),
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("evaluator_kind", sa.String(length=16), nullable=False),
        sa.Column("evaluator_id", sa.Uuid(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "evaluator_kind IN ('peer', 'lead', 'mentor', 'client')", name=op.f("evaluation_evaluator_kind_is_known")
        ),
        sa.CheckConstraint("evaluator_id <> person_id", name=op.f("evaluation_nobody_evaluates_themselves")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "interaction_id"],
            ["attune.interaction.tenant_id", "attune.interaction.id"],
            name=op.f("evaluation_interaction_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["attune.person.tenant_id", "attune.person.id"],
            name=op.f("evaluation_person_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "rubric_version_id"],
            ["attune.rubric_version.tenant_id", "attune.rubric_version.id"],
            name=op.f("evaluation_rubric_version_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("evaluation_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("evaluation_tenant_id_external_source_external_id_idx"),
        "evaluation",
        ["tenant_id", "external_source", "external_id"],
        unique=True,
        schema="attune",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        op.f("evaluation_tenant_id_interaction_id_idx"),
        "evaluation",
        ["tenant_id", "interaction_id"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("evaluation_tenant_id_person_id_evaluated_at_id_idx"),
        "evaluation",
        ["tenant_id", "person_id", "evaluated_at", "id"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("evaluation_tenant_id_updated_at_id_idx"),
        "evaluation",
        ["tenant_id", "updated_at", "id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "signal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("interaction_id", sa.Uuid(), nullable=True),
        sa.Column("turn_position", sa.Integer(), nullable=True),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("moment", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Numeric(precision=7, scale=6), nullable=False),
        sa.Column("original_value", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column("scale_min", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column("scale_max", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("modality", sa.String(length=16), nullable=False),
        sa.Column("confidence", sa.Numeric(precision=4, scale=3), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "measure IN ('emotion_intensity', 'satisfaction', 'sentiment')", name=op.f("signal_measure_is_known")
        ),
        sa.CheckConstraint("modality IN ('stated', 'text')", name=op.f("signal_modality_is_known")),
        sa.CheckConstraint("moment IN ('before', 'during', 'after')", name=op.f("signal_moment_is_known")),
        sa.CheckConstraint(
            "source IN ('self_report', 'human_note', 'text_model')", name=op.f("signal_source_is_known")
        ),
        sa.CheckConstraint("cardinality(tags) <= 20", name=op.f("signal_has_few_tags")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("signal_confidence_is_a_share")),
        sa.CheckConstraint(
            "original_value BETWEEN scale_min AND scale_max AND scale_min < scale_max",
            name=op.f("signal_original_is_on_its_scale"),
        ),
        sa.CheckConstraint(
            "turn_position IS NULL OR interaction_id IS NOT NULL", name=op.f("signal_a_turn_needs_its_interaction")
        ),
        sa.CheckConstraint("value BETWEEN -1 AND 1", name=op.f("signal_value_is_normalised")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["attune.customer.tenant_id", "attune.customer.id"],
            name=op.f("signal_customer_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "interaction_id"],
            ["attune.interaction.tenant_id", "attune.interaction.id"],
            name=op.f("signal_interaction_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("signal_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("signal_tenant_id_customer_id_observed_at_id_idx"),
        "signal",
        ["tenant_id", "customer_id", "observed_at", "id"],
        unique=False,
        schema="attune",
    )
    op.create_index(
        op.f("signal_tenant_id_interaction_id_idx"),
        "signal",
        ["tenant_id", "interaction_id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "turn",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(length=16), nullable=False),
        sa.Column("spoken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.CheckConstraint("speaker IN ('customer', 'agent', 'system')", name=op.f("turn_speaker_is_known")),
        sa.CheckConstraint("position >= 0", name=op.f("turn_position_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "interaction_id"],
            ["attune.interaction.tenant_id", "attune.interaction.id"],
            name=op.f("turn_interaction_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "interaction_id", "position", name=op.f("turn_pk")),
        schema="attune",
    )
    op.create_table(
        "turn_text",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["attune.customer.tenant_id", "attune.customer.id"],
            name=op.f("turn_text_customer_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "interaction_id"],
            ["attune.interaction.tenant_id", "attune.interaction.id"],
            name=op.f("turn_text_interaction_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "interaction_id", "position", name=op.f("turn_text_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("turn_text_tenant_id_customer_id_idx"),
        "turn_text",
        ["tenant_id", "customer_id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "emotional_context",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("observed_intensity", sa.SmallInteger(), nullable=False),
        sa.Column("stated_emotion_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("triggers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("what_helped_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("what_to_avoid_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("observed_intensity BETWEEN 0 AND 4", name=op.f("emotional_context_intensity_is_0_to_4")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["attune.customer.tenant_id", "attune.customer.id"],
            name=op.f("emotional_context_customer_id_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "escalation_id"],
            ["attune.escalation.tenant_id", "attune.escalation.id"],
            name=op.f("emotional_context_escalation_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "escalation_id", name=op.f("emotional_context_pk")),
        schema="attune",
    )
    op.create_index(
        op.f("emotional_context_tenant_id_customer_id_idx"),
        "emotional_context",
        ["tenant_id", "customer_id"],
        unique=False,
        schema="attune",
    )
    op.create_table(
        "evaluation_score",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("original_value", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("scale_min", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("scale_max", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("evaluation_score_level_is_0_to_4")),
        sa.CheckConstraint(
            "original_value BETWEEN scale_min AND scale_max", name=op.f("evaluation_score_original_is_on_its_scale")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "evaluation_id"],
            ["attune.evaluation.tenant_id", "attune.evaluation.id"],
            name=op.f("evaluation_score_evaluation_id_fk"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "evaluation_id", "dimension", name=op.f("evaluation_score_pk")),
        schema="attune",
    )
