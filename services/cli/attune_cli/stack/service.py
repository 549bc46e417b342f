"""The API and the worker as processes of this command, under the same supervisor as the servers."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from attune_cli.local.failure import LocalServerFailed
from attune_cli.local.process import SupervisedProcess, server_environment
from attune_cli.local.supervise import Order

STOP: Final[list[tuple[int, float]]] = [(signal.SIGTERM, 30.0)]  # Longer than what they give to work under way.
LAST_LINES: Final = 12


class Service:
    """One process of ours, with its log."""

    def __init__(
        self, name: str, module: str, environment: Mapping[str, str], log: Path, keep_open: Sequence[int] = ()
    ) -> None:
        self.name = name
        self.log = log
        self._module = module
        self._environment = dict(environment)
        self._keep_open = list(keep_open)
        self._process: SupervisedProcess | None = None

    @property
    def pid(self) -> int | None:
        """Its process id, once started."""
        return None if self._process is None else self._process.pid

    def start(self, is_ready: Callable[[], bool], patience: float) -> None:
        """Started and ready, or `LocalServerFailed` with its last words."""
        order = Order(
            # -P: what lies in the current folder is not imported.
            command=[sys.executable, "-P", "-m", self._module],
            folder=str(self.log.parent),
            stop=STOP,
            parent=os.getpid(),
            environment={**server_environment(), "PYTHONUNBUFFERED": "1", **self._environment},
            keep_open=self._keep_open,
        )
        with _open_log(self.log) as log:
            self._process = SupervisedProcess(self.name, order, log)
        try:
            if self._process.await_condition(is_ready, patience):
                return
            ended = self._process.exit_code()
        except BaseException:  # Ctrl-C while waiting included: nothing may be left behind.
            self.stop()
            raise
        self.stop()
        reason = f"was not ready after {patience:.0f} s" if ended is None else f"ended at its start with status {ended}"
        raise LocalServerFailed(f"The {self.name} {reason}. {self.last_words()}")

    def ended(self) -> str | None:
        """None while it runs; else how it ended and what it said last."""
        code = None if self._process is None else self._process.exit_code()
        return None if code is None else f"The {self.name} ended with status {code}. {self.last_words()}"

    def stop(self) -> None:
        """It is gone when this returns."""
        if self._process is not None:
            self._process.stop()

    def last_words(self) -> str:
        """The end of its log, which names the cause."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return f"The end of {self.log}:\n" + "\n".join(lines[-LAST_LINES:])


def _open_log(path: Path) -> BinaryIO:
    """A new log; the one before is kept."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        path.replace(path.with_suffix(".previous.log"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_APPEND, 0o600), "wb")
