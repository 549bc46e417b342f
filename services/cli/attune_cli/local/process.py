"""A server under its supervisor, seen from the command that wants it."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from typing import BinaryIO

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
        )
        assert self._supervisor.stdin is not None and self._supervisor.stdout is not None
        self._lifeline = self._supervisor.stdin
        self._answer = self._supervisor.stdout
        self._lifeline.write(order.line())
        self._lifeline.flush()
        try:
            self.pid = self._read_pid()
        except LocalServerFailed:
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

    def _read_pid(self) -> int:
        ready, _, _ = select.select([self._answer], [], [], ANSWER_SECONDS)
        line = self._answer.readline() if ready else b""
        answer = json.loads(line) if line else {"error": "its supervisor did not answer"}
        if "error" in answer:
            raise LocalServerFailed(f"{os.path.basename(self._order.command[0])} cannot run: {answer['error']}.")
        pid: int = answer["pid"]
        return pid
