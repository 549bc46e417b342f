"""The consent gate asks for the row's own customer by key, whatever PostgreSQL expects to find.

As EXISTS, the planner was free to answer it by gathering all customers who consented, for each read of one: cheap in a small
organisation, half of a gated read of 20 rows at 500 customers, and growing with them. A scalar subquery it cannot hash.

Phase: pre (expands).

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

GATED = ("signal", "emotional_context", "turn_text")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in GATED:
        op.execute(
            f"ALTER POLICY consent_to_read ON attune.{table} USING ((SELECT attune.purpose()) = 'rights'"
            " OR (SELECT attune.under_maintenance())"
            f" OR (SELECT true FROM attune.consent_state s WHERE s.tenant_id = {table}.tenant_id"
            f" AND s.customer_id = {table}.customer_id AND s.purpose = (SELECT attune.purpose())"
            " AND s.choice = 'granted' AND (s.expires_at IS NULL OR s.expires_at > now())))"
        )
