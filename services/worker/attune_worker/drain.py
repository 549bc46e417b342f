"""The drain: gives committed events their order and every projection what it has not read yet, shard by shard.

Wake-ups only say where to look first; the look once a second finds whatever nobody told of, so Redis may forget or be
away. Shards are drained beside each other and never wait for one another: one that hangs costs its own connection. Adding
processes spreads the shards, since a cursor that another process holds is passed over.

The sequencer's lock is waited for, not tried: its holder may have taken its snapshot before our event was committed, so
giving up would leave that event to the next look. The wait is as long as one move of a thousand rows, and PostgreSQL ends
it after the role's `lock_timeout`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import structlog

from attune.kernel.db import Database
from attune.kernel.ids import SHARDS
from attune.kernel.projections import BATCH, Drained, Projection, ProjectionHalted, drain, list_behind
from attune.kernel.sequencer import BATCH as SEQUENCED
from attune.kernel.sequencer import list_pending_shards, sequence
from attune_worker.resilience import Backoff, passes, wait
from attune_worker.telemetry import Measures, traced

STEPS_ASIDE: Final = 25
SECONDS_ASIDE: Final = 0.02
"""How often and how long to let another process finish with a cursor, before leaving the shard to the next look."""

_log = structlog.stdlib.get_logger("attune.worker")


@dataclass(slots=True)
class Standstill:
    """A projection that may not skip stands at an event it cannot apply. It is tried again, ever more seldom."""

    backoff: Backoff = field(default_factory=lambda: Backoff(most=60.0))
    again_at: float = 0.0


class DrainLoop:
    """Drains all shards until told to stop."""

    def __init__(
        self,
        database: Database,
        projections: Sequence[Projection],
        *,
        at_once: int,
        poll_seconds: float = 1.0,
        measures: Measures | None = None,
        is_traced: bool = False,
    ) -> None:
        self._database = database
        self._projections = {each.name: traced(each) if is_traced else each for each in projections}
        self._permits = asyncio.Semaphore(at_once)
        self._poll_seconds = poll_seconds
        self._measures = measures or Measures()
        self._dirty: set[int] = set()
        self._something = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._standstills: dict[tuple[str, int], Standstill] = {}
        self._looking = Backoff()
        self.looked_at: float | None = None
        """When PostgreSQL last said what there is to do, by the monotonic clock; None before the first time."""

    def wake(self, shards: Iterable[int]) -> None:
        """There may be something to do in these shards. Any number of calls before the next round are one."""
        self._dirty.update(shard for shard in shards if 0 <= shard < SHARDS)
        if self._dirty:
            self._something.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Drain until `stopping` is set, then finish the batches under way. Cancelling rolls those back instead."""
        stop = asyncio.create_task(stopping.wait())
        look_at = 0.0
        for name in self._projections:
            self._count_standstills(name)  # A measure that is only there on bad days cannot be told from a missing one.
        try:
            while not stopping.is_set():
                if monotonic() >= look_at:
                    look_at = monotonic() + await self._look()
                self._something.clear()
                for shard in sorted(self._dirty - self._busy.keys()):
                    self._start(shard, stopping)
                something = asyncio.create_task(self._something.wait())
                await asyncio.wait(
                    {something, stop}, timeout=max(0.0, look_at - monotonic()), return_when=asyncio.FIRST_COMPLETED
                )
                something.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)
        finally:
            stop.cancel()
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _look(self) -> float:
        """Ask PostgreSQL where there is something to do; in how many seconds to ask again."""
        try:
            pending = await list_pending_shards(self._database)
            behind = {shard for name, _, shard in await list_behind(self._database) if self._may_try(name, shard)}
        except Exception as error:
            if not passes(error):
                raise
            self._report("look", error)
            return self._looking.grow()
        if self._looking.failures:
            _log.info("database.back", attempts=self._looking.failures)
            self._looking.reset()
        self.looked_at = monotonic()
        self._dirty.update(pending, behind)
        return self._poll_seconds

    def _start(self, shard: int, stopping: asyncio.Event) -> None:
        task = asyncio.create_task(self._drain_shard(shard, stopping), name=f"shard {shard}")
        self._busy[shard] = task
        task.add_done_callback(lambda _: self._finish(shard))

    def _finish(self, shard: int) -> None:
        del self._busy[shard]
        if shard in self._dirty:
            self._something.set()

    async def _drain_shard(self, shard: int, stopping: asyncio.Event) -> None:
        """Empty a shard, and again as long as somebody wakes it meanwhile."""
        try:
            while shard in self._dirty and not stopping.is_set():
                self._dirty.discard(shard)
                await self._empty(shard, stopping)
        except Exception as error:  # noqa: BLE001  # the next look finds what was left here, and the other shards go on
            if passes(error):
                self._report("shard", error)
            else:
                self._measures.failed("shard")
                _log.error("shard.failed", shard=shard, error_class=type(error).__name__, exc_info=error)

    async def _empty(self, shard: int, stopping: asyncio.Event) -> None:
        aside = 0
        while not stopping.is_set():
            async with self._permits:
                moved = await sequence(self._database, shard)
                behind = [
                    (self._projections[name], generation)
                    for name, generation, its_shard in await list_behind(self._database)
                    if its_shard == shard and name in self._projections and self._may_try(name, shard)
                ]
            if not behind and moved < SEQUENCED:
                return
            results = await asyncio.gather(
                *(self._drain_projection(projection, generation, shard, stopping) for projection, generation in behind),
                return_exceptions=True,
            )
            for result in results:
                if isinstance(result, BaseException):
                    raise result
            if sum(result for result in results if isinstance(result, int)) == 0 and moved == 0:
                # Another process holds the cursors. It may have read before our events had their order.
                aside += 1
                if aside > STEPS_ASIDE or await wait(stopping, SECONDS_ASIDE):
                    return

    async def _drain_projection(
        self, projection: Projection, generation: int, shard: int, stopping: asyncio.Event
    ) -> int:
        """Apply batches until none is left; how many events."""
        applied = 0
        while not stopping.is_set():
            drained = await self._drain_batch(projection, generation, shard)
            applied += drained.events
            self._measures.drained(projection.name, drained)
            if drained.is_idle:
                break
        return applied

    async def _drain_batch(self, projection: Projection, generation: int, shard: int) -> Drained:
        key = projection.name, shard
        standstill = self._standstills.get(key)
        # One at a time up to the poison, so that nothing before it is rolled back with it.
        limit = BATCH if standstill is None else 1
        try:
            async with self._permits:
                drained = await drain(self._database, projection, generation, shard, limit=limit)
        except ProjectionHalted as error:
            self._stand_still(key, error, is_new=standstill is None)
            return Drained(0, is_idle=standstill is not None)
        # Events before the poison pass too, before it is met alone for the first time.
        if standstill is not None and (standstill.again_at > 0 or drained.events == 0):
            _log.info("projection.goes_on", projection=projection.name, shard=shard)
            del self._standstills[key]
            self._count_standstills(projection.name)
        return drained

    def _stand_still(self, key: tuple[str, int], error: ProjectionHalted, *, is_new: bool) -> None:
        standstill = self._standstills.setdefault(key, Standstill())
        if not is_new:
            seconds = standstill.backoff.grow()
            standstill.again_at = monotonic() + seconds
            _log.error(
                "projection.halted",
                projection=error.projection,
                shard=key[1],
                seq=error.seq,
                error_class=error.error_class,
                again_in_seconds=round(seconds, 1),
            )
        self._count_standstills(error.projection)

    def _count_standstills(self, projection: str) -> None:
        self._measures.halted(projection, sum(name == projection for name, _ in self._standstills))

    def _may_try(self, name: str, shard: int) -> bool:
        standstill = self._standstills.get((name, shard))
        return standstill is None or monotonic() >= standstill.again_at

    def _report(self, what: str, error: BaseException) -> None:
        self._measures.failed(what)
        # Once per absence: every shard and every look would say the same.
        level = _log.warning if self._looking.failures == 0 else _log.debug
        level("database.away", what=what, error_class=type(error).__name__)
