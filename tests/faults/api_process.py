"""The API as a process of its own, which can be killed and started again at the same address."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2 as httpx

from attune.kernel.roles import LoginRole
from attune_cli.local import ports
from tests.api.conftest import SECRET
from tests.conftest import Installation
from tests.worker.conftest import until

PRODUCT = "attune_api.main"


class ApiProcess:
    """One API process. The test holds the open socket, so a new process takes over the address of a killed one."""

    def __init__(self, log: Path, environment: dict[str, str], module: str = PRODUCT) -> None:
        self.log = log
        self._module = module
        self._listener = ports.listen_on(0)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{ports.LOOPBACK}:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
        self._environment = {
            **inherited,
            "ATTUNE_ENVIRONMENT": "production",
            "ATTUNE_SECRET_KEY": SECRET,
            "ATTUNE_REQUESTS_PER_MINUTE": "10000000",
            "ATTUNE_LISTEN_FD": str(self._listener.fileno()),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", self._module],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[self._listener.fileno()],
            )

    async def is_ready(self) -> bool:
        """Whether it answers requests. One that ended says why."""
        assert self.is_running, self.log.read_text()
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """SIGKILL, and another one in its place."""
        self._process.kill()
        self._process.wait()
        self._process = self._start()

    @property
    def is_running(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def stop(self, seconds: float = 30) -> int:
        """Ask it to end; the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds)

    def close(self) -> None:
        """Make sure that it is gone."""
        if self.is_running:
            self._process.kill()
            self._process.wait()
        self._listener.close()


@asynccontextmanager
async def api_process(
    installation: Installation, root_key: bytes, log: Path, *, module: str = PRODUCT, **environment: str
) -> AsyncIterator[ApiProcess]:
    """A ready API on an installation; variables replace the usual ones."""
    usual = {
        "ATTUNE_API_DATABASE_URL": installation.url(LoginRole.API),
        "ATTUNE_REDIS_URL": installation.redis_url,
        "ATTUNE_ROOT_KEY": "test:" + base64.b64encode(root_key).decode(),
    }
    process = ApiProcess(log, usual | environment, module)
    try:
        await until(process.is_ready, seconds=60)
        yield process
    finally:
        process.close()
