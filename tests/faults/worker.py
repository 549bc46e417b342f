"""Worker processes to be killed by the hundred: `attune_worker.main`, with a ledger beside each projection.

They are forked from a process that has imported everything already, since the imports alone cost two seconds; from
`main` on they are what `python -m attune_worker.main` is, which `tests/faults/test_worker_faults.py` starts and kills.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncpg

from attune.kernel.db import Database
from attune.kernel.projections import drain, list_behind
from attune.kernel.roles import LoginRole
from attune.kernel.sequencer import list_pending_shards, sequence
from attune_worker.main import main
from attune_worker.resilience import passes
from tests.conftest import Installation
from tests.faults.ledger import ALL_WITH_LEDGER
from tests.faults.planted import drain_with_the_cursor_apart, sequence_behind_the_horizon

CURSOR_APART: Final = "cursor-apart"
BEHIND_THE_HORIZON: Final = "behind-the-horizon"
"""The planted bugs that a worker process can have."""

_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["pytest", __name__])

_IN_TRANSACTION: Final = """
SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name ~ $1 AND backend_xid IS NOT NULL)
"""


class Worker:
    """One worker process."""

    def __init__(self, installation: Installation, log: Path, *, bug: str | None = None) -> None:
        self.name = f"planted-{log.stem}"
        environment = {
            "ATTUNE_ENVIRONMENT": "production",
            "ATTUNE_WORKER_DATABASE_URL": f"{installation.url(LoginRole.WORKER)}?application_name={self.name}",
            "ATTUNE_REDIS_URL": installation.redis_url,
        }
        self._process = _FORKS.Process(target=_work, args=(environment, str(log), bug), daemon=True)
        self._process.start()

    @property
    def is_running(self) -> bool:
        """Whether it is still there."""
        return self._process.is_alive()

    @property
    def _named(self) -> str:
        """How its sessions are named: by the product, or as its address says where a planted bug connects by itself."""
        return f"^(attune-worker \\w+ {self._process.pid}|{self.name})$"

    async def is_connected(self, watching: asyncpg.Connection) -> bool:
        """Whether PostgreSQL knows it."""
        connected = await watching.fetchval(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name ~ $1)", self._named
        )
        return bool(connected)

    async def is_writing(self, watching: asyncpg.Connection) -> bool:
        """Whether it is in the middle of a transaction that has written something."""
        return bool(await watching.fetchval(_IN_TRANSACTION, self._named))

    def freeze(self) -> None:
        """Stop it where it is, so that what is found of it then is still so when it is killed."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, from frozen too; it is gone when this returns."""
        self._process.kill()
        self._process.join()
        self._process.close()

    async def terminate(self, seconds: float) -> int | None:
        """SIGTERM; its exit status, or None if it was still there after so many seconds."""
        self._process.terminate()
        await asyncio.to_thread(self._process.join, seconds)
        return self._process.exitcode

    def _signal(self, number: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)


def _work(environment: Mapping[str, str], log: str, bug: str | None) -> None:
    for name in [name for name in os.environ if name.startswith("ATTUNE_")]:
        del os.environ[name]
    os.environ.update(environment)
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if bug is None:
        raise SystemExit(main(ALL_WITH_LEDGER))
    asyncio.run(_work_wrongly(environment["ATTUNE_WORKER_DATABASE_URL"], bug))


def _end_with_the_tests() -> None:
    """However the tests end, killed included, nobody goes on looking for their database."""
    tests = multiprocessing.parent_process()
    assert tests is not None
    tests.join()
    os._exit(1)


async def _work_wrongly(url: str, bug: str) -> None:
    """A drain of the simplest kind, with the planted bug, until it is killed."""
    order = sequence_behind_the_horizon if bug == BEHIND_THE_HORIZON else sequence
    apply = drain_with_the_cursor_apart if bug == CURSOR_APART else drain
    database = None
    while True:
        try:
            database = database or await Database.connect(url)
            for shard in await list_pending_shards(database):
                await order(database, shard)
            for name, generation, shard in await list_behind(database):
                (projection,) = (each for each in ALL_WITH_LEDGER if each.name == name)
                await apply(database, projection, generation, shard)
        except Exception as error:
            if not passes(error):
                raise
