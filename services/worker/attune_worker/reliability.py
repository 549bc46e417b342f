"""Computes how far the raters of calibration rounds agree: takes a round from the queue, computes, writes, until told to stop.

The queue is a table. A look each second finds what no wake-up told of; a place is held on a lease, so a worker that dies
leaves its round to another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

import structlog

from attune.calibration.model import DimensionReport
from attune.calibration.repository.queue import Place
from attune.calibration.service import Task, begin_task, fail_task, finish_task, take_place, tell_progress
from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.transactions import WriteTransaction
from attune_worker.computing import Answer, ComputingEnded, ComputingProcess, Question
from attune_worker.resilience import Backoff, passes, wait
from attune_worker.telemetry import Measures

SECONDS_BETWEEN_LOOKS: Final = 1.0
SECONDS_BETWEEN_WAKES: Final = 0.2
"""Wake-ups tell of every event; few of them are ratings."""

SECONDS_TO_RENEW: Final = 15.0
MOST_TRIES: Final = 10
MOST_SECONDS_BETWEEN_TRIES: Final = 3.0

Result = TypeVar("Result")

_log = structlog.stdlib.get_logger("attune.worker")


class ReliabilityLoop:
    """Computes one round after the other."""

    def __init__(self, database: Database, measures: Measures | None = None) -> None:
        self._database = database
        self._measures = measures or Measures()
        self._computing = ComputingProcess()
        self._something = asyncio.Event()

    def wake(self) -> None:
        """There may be something to compute."""
        self._something.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Compute until `stopping` is set; what is under way then is given back."""
        backoff = Backoff()
        try:
            while not stopping.is_set():
                try:
                    did = await self.run_next(stopping)
                except Exception as error:
                    if not passes(error):
                        raise
                    self._measures.failed("reliability")
                    level = _log.warning if backoff.failures == 0 else _log.debug
                    level("reliability.put_off", error_class=type(error).__name__)
                    await wait(stopping, backoff.grow())
                    continue
                backoff.reset()
                if not did:
                    await self._wait(stopping)
        finally:
            await self.close()

    async def close(self) -> None:
        """End the process that computes."""
        await self._computing.close()

    async def run_next(self, stopping: asyncio.Event) -> bool:
        """Compute the round that has waited longest; whether there was one."""
        async with self._database.write(None) as tx:
            place = await take_place(tx, new_id())
        if place is None:
            return False
        task = await self._write(place, lambda tx: begin_task(tx, place))
        if task is not None:
            await self._compute(task, stopping)
        return True

    async def _compute(self, task: Task, stopping: asyncio.Event) -> None:
        reports: list[DimensionReport] = []
        answer = None
        for stream, (dimension, ratings) in enumerate(task.dimensions):
            question = Question(
                dimension=dimension,
                ratings=ratings,
                scale=task.scale,
                draws=task.draws,
                seed=task.seed,
                stream=stream,
            )
            answer = await self._ask(task, question, stopping, done=len(reports))
            if answer is None:
                await self._fail(task, is_interrupted=stopping.is_set())
                return
            assert answer.report is not None
            reports.append(answer.report)
            await self._tell(task, len(reports))
        method, library = ("", "") if answer is None else (answer.method, answer.library)
        did = await self._write(task.place, lambda tx: finish_task(tx, task, reports, method=method, library=library))
        _log.info("reliability.computed" if did else "reliability.lost_its_place", dimensions=len(reports))

    async def _ask(self, task: Task, question: Question, stopping: asyncio.Event, *, done: int) -> Answer | None:
        """The answer; None where there is none, because it cannot be computed or the worker is to stop."""
        asking = asyncio.create_task(self._computing.ask(question))
        try:
            while not await _finishes(asking, stopping, SECONDS_TO_RENEW):
                if stopping.is_set() or not await self._tell(task, done):
                    return None
            answer = asking.result()
        except ComputingEnded:
            self._measures.failed("reliability")
            _log.error("reliability.computing_ended", ratings=len(question.ratings))
            return None
        finally:
            if not asking.done():
                # A question that nobody waits for any more would be answered to the next.
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                await self._computing.close()
        if answer.error_class is not None:
            self._measures.failed("reliability")
            _log.error("reliability.failed", error_class=answer.error_class, ratings=len(question.ratings))
            return None
        return answer

    async def _tell(self, task: Task, done: int) -> bool:
        return await self._write(task.place, lambda tx: tell_progress(tx, task, done))

    async def _fail(self, task: Task, *, is_interrupted: bool) -> None:
        await self._write(task.place, lambda tx: fail_task(tx, task, is_interrupted=is_interrupted))

    async def _write(self, place: Place, work: Callable[[WriteTransaction], Awaitable[Result]]) -> Result:
        """Do something in a round's organisation; again where that may help. Giving up at the first upload that holds a
        lock would leave the round to nobody until the lease ends."""
        backoff = Backoff(most=MOST_SECONDS_BETWEEN_TRIES)
        while True:
            try:
                async with self._database.write(Context(place.tenant_id, WORKER)) as tx:
                    return await work(tx)
            except Exception as error:
                if not passes(error) or backoff.failures == MOST_TRIES:
                    raise
                self._measures.failed("reliability")
                _log.warning("reliability.tries_again", error_class=type(error).__name__)
                await asyncio.sleep(backoff.grow())

    async def _wait(self, stopping: asyncio.Event) -> None:
        """Until the next look: soon after a wake-up, else when it is time."""
        await _first(self._something.wait(), stopping, SECONDS_BETWEEN_LOOKS)
        if self._something.is_set():
            self._something.clear()
            await wait(stopping, SECONDS_BETWEEN_WAKES)


async def _first(what: Coroutine[Any, Any, object], stopping: asyncio.Event, seconds: float) -> None:
    task = asyncio.ensure_future(what)
    await _finishes(task, stopping, seconds)
    task.cancel()


async def _finishes(task: asyncio.Future[Result], stopping: asyncio.Event, seconds: float) -> bool:
    """Wait for a task, but not beyond these seconds nor the worker's end; whether it is done."""
    stop = asyncio.create_task(stopping.wait())
    waiting: set[asyncio.Future[Any]] = {task, stop}
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    return task.done()
