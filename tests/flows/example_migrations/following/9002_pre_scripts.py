"""The next release expands again.

Phase: pre (expands).

Revision: 9002
Follows: 9001, that of `contracting`
"""

from __future__ import annotations

from attune.migrations.recipes import change_when_free

revision = "9002"
down_revision = "9001"


def upgrade() -> None:
    change_when_free("ALTER TABLE attune.customer ADD COLUMN IF NOT EXISTS script text")
