"""Computing how far the raters of a round agree: what the worker takes, reads, and writes.

The arithmetic is elsewhere (`agreement.reporting`): it needs no database, and a process of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from attune.calibration.events import ReliabilityComputed, ReliabilityFailed
from attune.calibration.model import DimensionReport, Rating, ReliabilityStatus, RunStatus, Scale
from attune.calibration.repository import queue, ratings, rounds, runs
from attune.calibration.repository.queue import Place
from attune.kernel.ids import derived_id
from attune.kernel.transactions import WriteTransaction

LEASE: Final = timedelta(seconds=60)
"""How long a worker that died keeps a round from the others. Renewed with each dimension."""

MOST_ATTEMPTS: Final = 3
SECONDS_BETWEEN_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be computed: the ratings of each dimension, as they were at a revision."""

    place: Place
    revision: int
    scale: Scale
    draws: int
    seed: int
    dimensions: tuple[tuple[str, tuple[Rating, ...]], ...]


async def take_place(tx: WriteTransaction, holder: UUID) -> Place | None:
    """The round that has waited longest, of any organisation."""
    return await queue.take(tx, holder, LEASE)


async def begin_task(tx: WriteTransaction, place: Place) -> Task | None:
    """What is to be computed for a round; None where nothing is, or it failed too often, which then stands.

    Killing the worker counts as an attempt, so ratings that do are given up in the end too.
    """
    # The lock comes before the ratings are read: so they are those of the revision, and of no later one.
    run = await runs.lock_run(tx, place.round_id)
    round_ = await rounds.get_round(tx, place.round_id)
    if run is None or round_ is None or run.computed_revision == run.revision:
        await queue.remove(tx, place)
        return None
    if place.attempts > MOST_ATTEMPTS:
        await _give_up(tx, place, run.revision)
        return None
    await runs.set_progress(tx, place.round_id, RunStatus.COMPUTING, 0)
    return Task(
        place=place,
        revision=run.revision,
        scale=round_.scale,
        draws=run.draws,
        seed=run.seed,
        dimensions=tuple(
            [
                (dimension, tuple(await ratings.list_in_dimension(tx, place.round_id, dimension)))
                for dimension in round_.dimensions
            ]
        ),
    )


async def tell_progress(tx: WriteTransaction, task: Task, done: int) -> bool:
    """Say how many dimensions are done, and keep the round; whether it is still ours."""
    run = await runs.lock_run(tx, task.place.round_id)
    if run is None or not await queue.renew(tx, task.place, LEASE):
        return False
    if run.revision == task.revision:
        await runs.set_progress(tx, task.place.round_id, RunStatus.COMPUTING, done)
    return True


async def finish_task(
    tx: WriteTransaction, task: Task, reports: Sequence[DimensionReport], *, method: str, library: str
) -> bool:
    """Write the figures; whether it was still ours to do. Ratings that changed meanwhile are computed next."""
    run = await runs.lock_run(tx, task.place.round_id)
    if run is None or not await queue.renew(tx, task.place, LEASE):
        return False
    await runs.replace_results(tx, task.place.round_id, reports, revision=task.revision, method=method, library=library)
    if run.revision == task.revision:
        await queue.remove(tx, task.place)
    else:
        await queue.give_back(tx, task.place, after=timedelta(0), attempts=0)
    tx.record(
        ReliabilityComputed(
            target_id=task.place.round_id,
            revision=task.revision,
            dimensions=len(reports),
            unreliable=sum(report.status is ReliabilityStatus.UNRELIABLE for report in reports),
        ),
        event_id=derived_id("reliability_computed", task.place.round_id, task.revision),
    )
    return True


async def fail_task(tx: WriteTransaction, task: Task, *, is_interrupted: bool = False) -> None:
    """Leave a round to a later attempt. One that was only interrupted, by the worker's end, has not failed."""
    run = await runs.lock_run(tx, task.place.round_id)
    attempts = task.place.attempts - 1 if is_interrupted else task.place.attempts
    if run is None or not await queue.renew(tx, task.place, LEASE):
        return
    if attempts >= MOST_ATTEMPTS and run.revision == task.revision:
        await _give_up(tx, task.place, run.revision)
        return
    await runs.set_progress(tx, task.place.round_id, RunStatus.WAITING, 0)
    pause = timedelta(seconds=0 if is_interrupted else SECONDS_BETWEEN_ATTEMPTS * attempts)
    await queue.give_back(tx, task.place, after=pause, attempts=attempts)


async def _give_up(tx: WriteTransaction, place: Place, revision: int) -> None:
    await runs.set_progress(tx, place.round_id, RunStatus.FAILED, 0)
    await queue.remove(tx, place)
    tx.record(
        ReliabilityFailed(target_id=place.round_id, revision=revision),
        event_id=derived_id("reliability_failed", place.round_id, revision),
    )
