"""Acting on a person's own rights."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attune.kernel.purposes import Purpose
from attune.kernel.transactions import WriteTransaction


@asynccontextmanager
async def acting_on_rights(tx: WriteTransaction) -> AsyncIterator[None]:
    """Within the block PostgreSQL lets emotional rows be corrected and deleted whatever consent says, since what
    follows a withdrawal must not be stopped by it. For erasure, retention, rectification and restriction only.

    Left by an error, the transaction or its savepoint is lost, and the setting with it.
    """
    before = tx.context
    await tx.enter(before.for_purpose(Purpose.RIGHTS))
    yield
    await tx.enter(before)
