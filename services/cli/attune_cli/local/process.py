"""A server under its supervisor, seen from the command that wants it."""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from attune_cli.local.failure import LocalServerFailed
from attune_cli.local.supervise import Order

ANSWER_SECONDS = 30.0
POLL_SECONDS = 0.02
# What a server may read of our environment. The rest holds our secrets.
PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


def server_environment() -> dict[str, str]:
    """English messages, and a locale without which PostgreSQL refuses to start on macOS."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class SupervisedProcess:
    """Lives until stop(), or until this process is gone: it holds the only write end of the supervisor's lifeline."""

    def __init__(self, name: str, order: Order, log: BinaryIO) -> None:
        self._order = order
        self._supervisor = subprocess.Popen(
            [sys.executable, "-P", "-m", "attune_cli.local.supervise", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            pass_fds=order.keep_open,
            bufsize=0,
        )
        assert self._supervisor.stdin is not None
        assert self._supervisor.stdout is not None
        self._lifeline = self._supervisor.stdin
        self._answer = self._supervisor.stdout
        try:
            with contextlib.suppress(BrokenPipeError):  # A supervisor that is gone gives no answer either.
                self._lifeline.write(order.line())
            self.pid = self._read_pid(log.name)
        except BaseException:  # Ctrl-C while waiting included.
            self.stop()
            raise

    @property
    def supervisor_pid(self) -> int:
        return self._supervisor.pid

    def exit_code(self, within: float = 0.0) -> int | None:
        """The server's exit code once it has ended, else None."""
        try:
            return self._supervisor.wait(within)
        except subprocess.TimeoutExpired:
            return None

    def await_condition(self, holds: Callable[[], bool], patience: float) -> bool:
        """Whether the condition came to hold while the server lived and patience lasted."""
        deadline = time.monotonic() + patience
        while not holds():
            if self.exit_code(within=POLL_SECONDS) is not None or time.monotonic() > deadline:
                return False
        return True

    def stop(self) -> None:
        """Let go of the lifeline, and wait for the end."""
        self._lifeline.close()
        patience = sum(seconds for _, seconds in self._order.stop) + ANSWER_SECONDS
        if self.exit_code(within=patience) is None:
            self._supervisor.kill()
            self._supervisor.wait()
        self._answer.close()

    def _read_pid(self, log: str) -> int:
        with selectors.DefaultSelector() as answered:
            answered.register(self._answer, selectors.EVENT_READ)
            line = self._answer.readline() if answered.select(ANSWER_SECONDS) else b""
        answer: dict[str, Any] = json.loads(line) if line else {"error": f"its supervisor did not answer, see {log}"}
        if "error" in answer:
            raise LocalServerFailed(f"{Path(self._order.command[0]).name} cannot run: {answer['error']}.")
        pid: int = answer["pid"]
        return pid
