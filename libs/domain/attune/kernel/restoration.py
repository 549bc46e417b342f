"""What a restore owes: a backup brings back who was erased after it was made, so nobody serves before they are erased again.

The mark is a row in the restored database itself. It stands before any data does, and only the replay clears it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attune.kernel.ids import new_id
from attune.kernel.transactions import ReadTransaction, WriteTransaction

WHAT_TO_DO: Final = (
    "This database was restored from a backup, and the erasures since then are not replayed:"
    " run `attune erasures replay LEDGER` before anybody serves from it."
)

_TABLE: Final = "SELECT to_regclass('restoration')"

_AWAITED: Final = "SELECT max(backup_made_at) FROM restoration WHERE replayed_at IS NULL"

_REQUIRE: Final = "INSERT INTO restoration (id, backup_made_at) VALUES ($1, $2)"

_CLEAR: Final = "UPDATE restoration SET replayed_at = clock_timestamp() WHERE replayed_at IS NULL"


class ErasuresAwaited(Exception):
    """A service was started on a restored database whose erasures were not replayed."""

    def __init__(self) -> None:
        super().__init__(WHAT_TO_DO)


async def awaited_since(tx: ReadTransaction) -> datetime | None:
    """Since when erasures are missing here: when the backup was made. None where nothing is owed.

    A database whose schema is older than this table was never marked.
    """
    if await tx.fetch_value(_TABLE) is None:
        return None
    since: datetime | None = await tx.fetch_value(_AWAITED)
    return since


async def require_erasures(tx: WriteTransaction, backup_made_at: datetime) -> None:
    """Keep the services from serving until erasures since then are replayed. For the migrator's role."""
    await tx.execute(_REQUIRE, new_id(), backup_made_at)


async def clear(tx: WriteTransaction) -> int:
    """The erasures are replayed; how many restores were waiting for it. For the migrator's role."""
    return await tx.execute(_CLEAR)
