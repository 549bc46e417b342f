"""Planted: a column is renamed under the code that reads it.

Phase: pre (as it claims).

Revision: 9002
Follows: 9001, that of `locking`
"""

from __future__ import annotations

from alembic import op

revision = "9002"
down_revision = "9001"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE attune.signal RENAME COLUMN tags TO labels")
