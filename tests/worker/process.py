"""The worker as a process of its own, as an operator runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

from attune.kernel.roles import LoginRole
from attune_cli.local import ports
from tests.conftest import Installation


class WorkerProcess:
    """One worker process and its log."""

    def __init__(self, log: Path, **environment: str) -> None:
        self.log = log
        self.health_port = ports.any_free()
        variables = {
            "ATTUNE_ENVIRONMENT": "production",
            "ATTUNE_WORKER_HEALTH_PORT": str(self.health_port),
            **environment,
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "attune_worker.main"],
                env={**inherited, **variables, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def says(self, path: str) -> int | None:
        """The status of a health endpoint; None where nobody answers."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.health_port}{path}", timeout=5).status_code
        except httpx.TransportError:
            return None

    async def is_ready(self) -> bool:
        """Whether it works."""
        return self.says("/readyz") == 200

    def stop(self, number: int = signal.SIGTERM, seconds: float = 15) -> int:
        """Send a signal; the exit status."""
        self._process.send_signal(number)
        return self._process.wait(seconds)

    def wait(self, seconds: float = 15) -> int:
        """Its exit status, once it has ended by itself."""
        return self._process.wait(seconds)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    def close(self) -> None:
        """Make sure that it is gone."""
        if self.is_running:
            self._process.kill()
            self._process.wait()


@contextmanager
def worker_process(installation: Installation, log: Path, **environment: str) -> Iterator[WorkerProcess]:
    """A worker on an installation."""
    usual = {
        "ATTUNE_WORKER_DATABASE_URL": installation.url(LoginRole.WORKER),
        "ATTUNE_REDIS_URL": installation.redis_url,
    }
    process = WorkerProcess(log, **usual | environment)
    try:
        yield process
    finally:
        process.close()
