"""Signals get a weight: the house recipe for a column, its rows, its index and its CHECK on a table that is in use.

Phase: pre (expands).

Revision: 9001
Follows: the newest migration of the product
"""

from __future__ import annotations

from attune.kernel.migrating import newest_revision
from attune.migrations.recipes import (
    add_check_beside_traffic,
    backfill,
    change_when_free,
    create_index_beside_traffic,
)

revision = "9001"
down_revision = newest_revision()

BATCH = """
UPDATE attune.signal SET weight = 1
WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM attune.signal WHERE weight IS NULL LIMIT 500 FOR UPDATE SKIP LOCKED)
"""


def upgrade() -> None:
    change_when_free("ALTER TABLE attune.signal ADD COLUMN IF NOT EXISTS weight smallint")
    backfill(BATCH)
    create_index_beside_traffic("signal_weight_idx", "signal", "tenant_id, weight")
    add_check_beside_traffic("signal", "signal_weight_is_positive", "weight > 0")
