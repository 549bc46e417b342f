"""A column goes that the code of the release before still reads.

Phase: post (contracts).

Revision: 9001
Follows: the newest migration of the product
"""

from __future__ import annotations

from attune.kernel.migrating import newest_revision
from attune.migrations.recipes import change_when_free

revision = "9001"
down_revision = newest_revision()


def upgrade() -> None:
    change_when_free("ALTER TABLE attune.customer DROP COLUMN IF EXISTS locale")
