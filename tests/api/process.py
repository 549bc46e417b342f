"""The API as a process of its own behind a real socket, as an operator runs it."""

from __future__ import annotations

import base64
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
from tests.api.conftest import SECRET
from tests.conftest import Installation


class ApiProcess:
    """One API process and its log, which holds standard output and standard error."""

    def __init__(self, log: Path, module: str, **environment: str) -> None:
        self.log = log
        self.port = ports.any_free()
        self.url = f"http://{ports.LOOPBACK}:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
        variables = {"ATTUNE_ENVIRONMENT": "production", "ATTUNE_LISTEN_PORT": str(self.port), **environment}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                env={**inherited, **variables, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def pid(self) -> int:
        """The process to look at from outside."""
        return self._process.pid

    async def is_ready(self) -> bool:
        """Whether it serves."""
        assert self._process.poll() is None, self.log.read_text()[-2_000:]
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"{self.url}/readyz", timeout=5)).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, number: int = signal.SIGTERM, seconds: float = 30) -> int:
        """Send a signal; the exit status."""
        self._process.send_signal(number)
        return self._process.wait(seconds)

    def close(self) -> None:
        """Make sure that it is gone."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@contextmanager
def api_process(
    installation: Installation,
    log: Path,
    *,
    root_key: bytes,
    module: str = "attune_api.main",
    **environment: str,
) -> Iterator[ApiProcess]:
    """An API on an installation; `module` starts a variant of it."""
    usual = {
        "ATTUNE_API_DATABASE_URL": installation.url(LoginRole.API),
        "ATTUNE_REDIS_URL": installation.redis_url,
        "ATTUNE_ROOT_KEY": "test:" + base64.b64encode(root_key).decode(),
        "ATTUNE_SECRET_KEY": SECRET,
        "ATTUNE_REQUESTS_PER_MINUTE": "10000000",
    }
    process = ApiProcess(log, module, **usual | environment)
    try:
        yield process
    finally:
        process.close()
