"""Planted: a table is rewritten under a lock that keeps everybody out.

Phase: pre (as it claims).

Revision: 9001
Follows: the newest migration of the product
"""

from __future__ import annotations

from alembic import op

from attune.kernel.migrating import newest_revision

revision = "9001"
down_revision = newest_revision()


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("LOCK TABLE attune.signal IN ACCESS EXCLUSIVE MODE")
    op.execute("SELECT pg_sleep(3)")
