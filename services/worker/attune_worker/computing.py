"""A process of its own for arithmetic, so that seconds of it hold up neither the drain nor the end of this process.

The worker starts it when there is something to compute and talks to it over its pipes; it ends when they do, whatever
became of the worker. It is given ratings and nothing else: no address, no key, none of the worker's settings.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from attune.calibration.model import DimensionReport, Rating, Scale

_LENGTH: Final = struct.Struct(">Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The ratings of one dimension, and how to compute with them."""

    dimension: str
    ratings: tuple[Rating, ...]
    scale: Scale
    draws: int
    seed: int
    stream: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The figures, and what made them; or the class of what went wrong."""

    report: DimensionReport | None
    method: str = ""
    library: str = ""
    error_class: str | None = None


class ComputingEnded(Exception):
    """The computing process ended in the middle of a question."""


class ComputingProcess:
    """The process, started when it is first asked, and again after it ended."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Which process it is, while there is one."""
        return None if self._process is None else self._process.pid

    async def ask(self, question: Question) -> Answer:
        """The answer to a question. Raises `ComputingEnded`."""
        process = await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        content = pickle.dumps(question)
        try:
            process.stdin.write(_LENGTH.pack(len(content)) + content)
            await process.stdin.drain()
            (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
            # From the process that this one started, over a pipe that nobody else holds.
            answer: Answer = pickle.loads(await process.stdout.readexactly(length))  # noqa: S301
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self.close()
            raise ComputingEnded from error
        return answer

    async def close(self) -> None:
        """End it, in the middle of a question too."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "attune_worker.computing",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_without_settings(os.environ),
            # Ctrl-C in a terminal is the worker's to hear.
            start_new_session=True,
        )
        return self._process


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environment.items() if not name.startswith("ATTUNE_")}
    # One core: the others are for what people wait for.
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1"}


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer questions until there are no more."""
    while (length := questions.read(_LENGTH.size)) and len(length) == _LENGTH.size:
        content = questions.read(*_LENGTH.unpack(length))
        question: Question = pickle.loads(content)  # noqa: S301  # from the process that started this one
        answer = pickle.dumps(answer_to(question))
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


def answer_to(question: Question) -> Answer:
    """Compute. Whatever goes wrong with one round's ratings is an answer too."""
    from attune.calibration.agreement.analysis import LIBRARY, METHOD  # numpy is for this process only
    from attune.calibration.agreement.reporting import report_on

    try:
        report = report_on(
            question.dimension,
            question.ratings,
            question.scale,
            draws=question.draws,
            seed=question.seed,
            stream=question.stream,
        )
    except Exception as error:  # noqa: BLE001  # the worker counts attempts and says so
        return Answer(report=None, error_class=type(error).__name__)
    return Answer(report=report, method=METHOD, library=LIBRARY)


def main() -> Any:
    """Serve over standard input and output; what anything else prints goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    # Under its own name, so that what is sent back is of the classes the worker knows.
    from attune_worker.computing import main as serve_worker

    serve_worker()
