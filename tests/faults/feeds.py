"""Readers of the event log that are set side by side: the product's order, and two ways of getting it wrong."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID

from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.ids import shard_of
from attune.kernel.sequencer import sequence
from tests.faults.planted import sequence_in_one_statement

_ORDERED: Final = "SELECT seq, tenant_id, pos FROM event_order WHERE shard = $1 AND seq > $2 ORDER BY seq"

_LATER: Final = "SELECT pos FROM event WHERE tenant_id = $1 AND pos > $2 ORDER BY pos"


class Feed(ABC):
    """What somebody has read so far of some organisations, as (organisation, position), in the order they read it."""

    def __init__(self, database: Database, tenants: Sequence[UUID]) -> None:
        self.database = database
        self.tenants = tenants
        self.read: list[tuple[UUID, int]] = []

    async def prepare(self) -> int:
        """What has to be done before there is something to read, if anything; how much was done."""
        return 0

    @abstractmethod
    async def read_on(self) -> int:
        """Read what is new behind the last that was read; how much it was."""


class ByOrder(Feed):
    """Reads the order that a sequencer makes."""

    def __init__(
        self,
        database: Database,
        tenants: Sequence[UUID],
        order: Callable[[Database, int], Awaitable[int]] = sequence,
    ) -> None:
        super().__init__(database, tenants)
        self._order = order
        self._last = {shard_of(tenant): 0 for tenant in tenants}

    async def prepare(self) -> int:
        """Give the events of every shard their order."""
        return sum([await self._order(self.database, shard) for shard in self._last])

    async def read_on(self) -> int:
        """Read on in every shard."""
        found = 0
        for shard, last in self._last.items():
            async with self.database.read(None) as tx:
                rows = await tx.fetch(_ORDERED, shard, last)
            if rows:
                self._last[shard] = rows[-1]["seq"]
                self.read.extend((row["tenant_id"], row["pos"]) for row in rows)
                found += len(rows)
        return found


class ByPosition(Feed):
    """The planted bug: reads the log itself, from the last position it saw."""

    def __init__(self, database: Database, tenants: Sequence[UUID]) -> None:
        super().__init__(database, tenants)
        self._last = dict.fromkeys(tenants, 0)

    async def read_on(self) -> int:
        """Read on in every organisation."""
        found = 0
        for tenant, last in self._last.items():
            async with self.database.read(Context(tenant, WORKER)) as tx:
                rows = await tx.fetch(_LATER, tenant, last)
            if rows:
                self._last[tenant] = rows[-1]["pos"]
                self.read.extend((tenant, row["pos"]) for row in rows)
                found += len(rows)
        return found


def ordered_in_one_statement(database: Database, tenants: Sequence[UUID]) -> Feed:
    """The planted bug: a sequencer that locks in the statement that reads."""
    return ByOrder(database, tenants, sequence_in_one_statement)
