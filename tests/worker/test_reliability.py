"""Computing reliability: from the queue to the figures, whatever comes in between."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from attune.calibration import service
from attune.calibration.model import Metric, NewRound, RaterName, Rating, RatingItem, Report, RunStatus, Scale
from attune.calibration.repository.rounds import lock_round
from attune.kernel.context import WORKER, Context
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune_worker.computing import ComputingEnded, ComputingProcess, Question, answer_to
from attune_worker.reliability import ReliabilityLoop
from tests.contact_centre import ContactCentre
from tests.rounds import compute
from tests.worker.conftest import drain_all, until

SCALE = Scale(lowest=0, highest=4, metric=Metric.ORDINAL)
LONG = 50_000_000
"""Draws that take minutes: more than any of these tests waits for."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """One organisation's rounds."""

    centre: ContactCentre

    async def start(self, *dimensions: str) -> UUID:
        """A round that is scoring."""
        context = self.centre.organisation.context()
        new = NewRound(id=new_id(), title="November", dimensions=dimensions or ("empathy",), scale=SCALE)
        async with self.centre.database.write(context) as tx:
            round_, _ = await service.open_round(tx, new)
            await service.start_scoring(tx, round_.id, version=1, viewer_id=None)
        return round_.id

    async def rate(self, round_id: UUID, value: int = 3, items: int = 12, dimension: str = "empathy") -> None:
        """Three raters, two of whom always agree."""
        ratings = [
            RatingItem(
                item=f"item-{item:02}",
                dimension=dimension,
                value=value if rater == 2 else item % 5,
                rater=RaterName(label=f"rater-{rater}"),
            )
            for item in range(items)
            for rater in range(3)
        ]
        async with self.centre.database.write(self.centre.organisation.context()) as tx:
            results = await service.upsert_ratings(tx, round_id, ratings, author_id=None)
        assert all(result.problem is None for result in results)

    async def make_long(self, round_id: UUID) -> None:
        """Its next computation takes minutes."""
        async with self.centre.database.write(self.centre.organisation.context()) as tx:
            await tx.execute("UPDATE reliability_run SET draws = $2 WHERE round_id = $1", round_id, LONG)

    async def report(self, round_id: UUID) -> Report:
        """The report, as an integration reads it."""
        async with self.centre.database.read(self.centre.organisation.context()) as tx:
            return await service.read_report(tx, await service.view_round(tx, round_id, None))

    async def is_computing(self, round_id: UUID) -> bool:
        """Whether the worker is at it."""
        return (await self.report(round_id)).run.status is RunStatus.COMPUTING

    async def events(self, kind: str) -> int:
        """How many events of a kind there are."""
        async with self.centre.database.read(self.centre.organisation.context()) as tx:
            return int(await tx.fetch_value("SELECT count(*) FROM event WHERE kind = $1", f"calibration_round.{kind}"))


@pytest.fixture
def rounds(centre: ContactCentre) -> Rounds:
    return Rounds(centre)


@pytest.fixture
async def loop(worker: Database) -> AsyncIterator[ReliabilityLoop]:
    made = ReliabilityLoop(worker)
    yield made
    await made.close()


async def queued(worker: Database) -> list[int]:
    """The attempts of the rounds in the queue."""
    async with worker.read(None) as tx:
        return [row["attempts"] for row in await tx.fetch("SELECT attempts FROM reliability_queue")]


async def free_all(worker: Database) -> None:
    """Every lease and pause ends now."""
    async with worker.write(None) as tx:
        await tx.execute("UPDATE reliability_queue SET free_at = clock_timestamp()")


async def begin(worker: Database, rounds: Rounds) -> service.Task | None:
    """Take the next place and what is to be done for it, as a worker does."""
    async with worker.write(None) as tx:
        place = await service.take_place(tx, new_id())
    assert place is not None
    async with worker.write(Context(rounds.centre.organisation.tenant_id, WORKER)) as tx:
        return await service.begin_task(tx, place)


async def test_what_waits_is_computed_once_and_told_of(rounds: Rounds, worker: Database, loop: ReliabilityLoop) -> None:
    round_id = await rounds.start("empathy", "clarity")
    await rounds.rate(round_id)
    await rounds.rate(round_id, dimension="clarity")
    assert (await rounds.report(round_id)).run.status is RunStatus.WAITING
    assert await queued(worker) == [0]
    assert await compute(loop) == 1
    report = await rounds.report(round_id)
    assert (report.run.status, report.run.revision, report.run.computed_revision) == (RunStatus.READY, 2, 2)
    assert [each.dimension for each in report.dimensions] == ["empathy", "clarity"]
    assert report.dimensions[0].ratings == 36
    assert await queued(worker) == []
    assert await rounds.events("reliability_computed") == 1


async def test_progress_is_seen_dimension_by_dimension(rounds: Rounds, worker: Database) -> None:
    round_id = await rounds.start("empathy", "clarity")
    await rounds.rate(round_id)
    task = await begin(worker, rounds)
    assert task is not None
    for done in (0, 1, 2):
        async with worker.write(Context(rounds.centre.organisation.tenant_id, WORKER)) as tx:
            assert await service.tell_progress(tx, task, done)
        run = (await rounds.report(round_id)).run
        assert (run.status, run.done, run.total) == (RunStatus.COMPUTING, done, 2)


async def test_two_dimensions_of_the_same_ratings_do_not_share_their_luck(
    rounds: Rounds, loop: ReliabilityLoop
) -> None:
    round_id = await rounds.start("empathy", "clarity")
    await rounds.rate(round_id)
    await rounds.rate(round_id, dimension="clarity")
    await compute(loop)
    one, other = (await rounds.report(round_id)).dimensions
    assert [each.value for each in one.coefficients] == [each.value for each in other.coefficients]
    assert [each.low for each in one.coefficients] != [each.low for each in other.coefficients]


async def test_ratings_that_change_during_the_computation_are_computed_next(
    rounds: Rounds, worker: Database, loop: ReliabilityLoop
) -> None:
    round_id = await rounds.start()
    await rounds.rate(round_id)
    task = await begin(worker, rounds)
    assert task is not None
    await rounds.rate(round_id, value=0)
    async with worker.write(Context(rounds.centre.organisation.tenant_id, WORKER)) as tx:
        assert await service.finish_task(tx, task, [], method="m", library="l")
    run = (await rounds.report(round_id)).run
    assert (run.status, run.revision, run.computed_revision) == (RunStatus.WAITING, 2, 1)
    assert await compute(loop) == 1
    assert (await rounds.report(round_id)).run.computed_revision == 2


async def test_a_change_in_the_last_moment_is_never_lost(rounds: Rounds, worker: Database) -> None:
    """The worker ends while a change is not yet committed: it has to wait for it, and see it."""
    round_id = await rounds.start()
    await rounds.rate(round_id)
    task = await begin(worker, rounds)
    assert task is not None
    context = rounds.centre.organisation.context()

    async def finish() -> None:
        async with worker.write(Context(rounds.centre.organisation.tenant_id, WORKER)) as tx:
            await service.finish_task(tx, task, [], method="m", library="l")

    async with rounds.centre.database.write(context) as tx:
        rating = RatingItem(item="late", dimension="empathy", value=1, rater=RaterName(label="rater-0"))
        await service.upsert_ratings(tx, round_id, [rating], author_id=None)
        finishing = asyncio.create_task(finish())
        done, _ = await asyncio.wait({finishing}, timeout=0.3)
        assert not done
    await finishing
    assert (await rounds.report(round_id)).run.status is RunStatus.WAITING
    assert await queued(worker) == [0]


async def test_an_upload_under_way_does_not_hold_up_the_figures_of_the_one_before(
    rounds: Rounds, worker: Database
) -> None:
    """Large files come in batches. Each holds the round, and the figures refer to it: they once waited for each other."""
    round_id = await rounds.start()
    await rounds.rate(round_id)
    task = await begin(worker, rounds)
    assert task is not None
    async with rounds.centre.database.write(rounds.centre.organisation.context()) as upload:
        await lock_round(upload, round_id)
        async with asyncio.timeout(5), worker.write(Context(rounds.centre.organisation.tenant_id, WORKER)) as tx:
            report = answer_to(replace(question(), ratings=task.dimensions[0][1])).report
            assert report is not None
            assert await service.finish_task(tx, task, [report], method="m", library="l")
        rating = RatingItem(item="more", dimension="empathy", value=1, rater=RaterName(label="rater-0"))
        await service.upsert_ratings(upload, round_id, [rating], author_id=None)
    run = (await rounds.report(round_id)).run
    assert (run.status, run.revision, run.computed_revision) == (RunStatus.WAITING, 2, 1)


async def test_a_worker_that_died_leaves_its_round_to_another_and_comes_too_late_itself(
    rounds: Rounds, worker: Database, loop: ReliabilityLoop
) -> None:
    round_id = await rounds.start()
    await rounds.rate(round_id)
    lost = await begin(worker, rounds)
    assert lost is not None
    assert await compute(loop) == 0
    await free_all(worker)
    assert await compute(loop) == 1
    before = await rounds.report(round_id)
    async with worker.write(Context(rounds.centre.organisation.tenant_id, WORKER)) as tx:
        assert not await service.finish_task(tx, lost, [], method="late", library="late")
    assert await rounds.report(round_id) == before


async def test_what_fails_three_times_stands_as_failed_until_the_ratings_change(
    rounds: Rounds, worker: Database, loop: ReliabilityLoop
) -> None:
    round_id = await rounds.start()
    await rounds.rate(round_id)
    for _ in range(3):
        task = await begin(worker, rounds)
        assert task is not None
        async with worker.write(Context(rounds.centre.organisation.tenant_id, WORKER)) as tx:
            await service.fail_task(tx, task)
        await free_all(worker)
    assert (await rounds.report(round_id)).run.status is RunStatus.FAILED
    assert (await queued(worker), await rounds.events("reliability_failed")) == ([], 1)
    await rounds.rate(round_id, value=1)
    assert await compute(loop) == 1
    assert (await rounds.report(round_id)).run.status is RunStatus.READY


async def test_what_kills_the_worker_each_time_is_given_up(rounds: Rounds, worker: Database) -> None:
    round_id = await rounds.start()
    await rounds.rate(round_id)
    for _ in range(3):
        assert await begin(worker, rounds) is not None
        await free_all(worker)
    assert await begin(worker, rounds) is None
    assert (await rounds.report(round_id)).run.status is RunStatus.FAILED


async def test_a_long_computation_holds_up_neither_the_drain_nor_the_end(
    rounds: Rounds, worker: Database, loop: ReliabilityLoop
) -> None:
    round_id = await rounds.start()
    await rounds.rate(round_id)
    await rounds.make_long(round_id)
    stopping = asyncio.Event()
    running = asyncio.create_task(loop.run(stopping))
    await until(lambda: rounds.is_computing(round_id), seconds=60)
    assert await drain_all(worker) > 0
    stopping.set()
    await asyncio.wait_for(running, 8)
    assert (await rounds.report(round_id)).run.status is RunStatus.WAITING
    assert await queued(worker) == [0]


def question(draws: int = 200) -> Question:
    chance = random.Random(3)
    raters = [UUID(int=rater) for rater in range(3)]
    ratings = tuple(
        Rating(item=f"{item:03}", dimension="empathy", rater_id=rater, value=chance.randint(0, 4), rated_at=None)
        for item in range(20)
        for rater in raters
    )
    return Question(dimension="empathy", ratings=ratings, scale=SCALE, draws=draws, seed=1, stream=0)


class TestComputingProcess:
    async def test_it_answers_the_same_as_before_after_it_was_killed(self) -> None:
        computing = ComputingProcess()
        try:
            first = await computing.ask(question())
            assert first.report is not None
            asking = asyncio.create_task(computing.ask(question(LONG)))
            await asyncio.sleep(0)
            assert computing.pid is not None
            os.kill(computing.pid, signal.SIGKILL)
            with pytest.raises(ComputingEnded):
                await asking
            assert await computing.ask(question()) == first
        finally:
            await computing.close()

    async def test_what_cannot_be_computed_is_an_answer(self) -> None:
        computing = ComputingProcess()
        try:
            answer = await computing.ask(question(draws=-1))
            assert (answer.report, answer.error_class) == (None, "ValueError")
            assert (await computing.ask(question())).report is not None
        finally:
            await computing.close()

    async def test_it_knows_nothing_of_the_workers_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ATTUNE_WORKER_DATABASE_URL", "postgresql://attune_worker:secret-word@db/attune")
        computing = ComputingProcess()
        try:
            await computing.ask(question())
            environment = await asyncio.to_thread(Path(f"/proc/{computing.pid}/environ").read_bytes)
        finally:
            await computing.close()
        assert b"secret-word" not in environment

    async def test_it_does_not_outlive_a_worker_that_is_killed(self, tmp_path: Path) -> None:
        parent = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "import asyncio, sys\n"
            "from attune_worker.computing import ComputingProcess\n"
            "async def main():\n"
            "    computing = ComputingProcess()\n"
            "    await computing._started()\n"
            "    print(computing.pid, flush=True)\n"
            "    await asyncio.Event().wait()\n"
            "asyncio.run(main())\n",
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert parent.stdout is not None
        pid = int(await parent.stdout.readline())
        parent.kill()
        await parent.wait()

        await until(lambda: asyncio.to_thread(is_gone, pid))


def is_gone(pid: int) -> bool:
    """Whether a process has ended, be it that nobody has asked for its status yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True
