"""From start to stop: what PostgreSQL and Valkey have in common."""

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Generic, TypeVar

from attune_cli.local.folder import Locks, ServerFolder
from attune_cli.local.launch import Launched

Ready = TypeVar("Ready")


class LocalServer(ABC, Generic[Ready]):
    """A server on a data folder of its own. No process of it outlives the one that started it."""

    name: ClassVar[str]
    stop_seconds: ClassVar[float]

    def __init__(self, folder: Path, *, port: int | None = None, durable: bool = True) -> None:
        """`durable=False` is for tests: fast, and lost in a power cut. A port that is taken is replaced by another."""
        self._path = folder
        self._wanted_port = port
        self._durable = durable
        self._locks: Locks | None = None
        self._launched: Launched | None = None

    @abstractmethod
    def _launch(self, folder: ServerFolder, server_lock: int) -> tuple[Launched, Ready]:
        """Start it in a folder that is ours. What it starts must inherit the lock."""

    def start(self) -> Ready:
        """Ready for connections, or LocalServerFailed with the cause."""
        folder = ServerFolder(self._path)
        locks = folder.lock(patience=self.stop_seconds)
        try:
            self._launched, ready = self._launch(folder, locks.server)
        except BaseException:
            locks.release()
            raise
        self._locks = locks
        return ready

    def stop(self) -> None:
        """The server is gone when this returns. Stopping what does not run is no error."""
        if self._launched is None or self._locks is None:
            return
        self._launched.process.stop()
        self._locks.release()
        self._launched = self._locks = None

    def ended(self) -> str | None:
        """None while the server runs; else why it does not."""
        if self._launched is not None and self._launched.process.exit_code() is None:
            return None
        return f"{self.name} is not running. It said:\n{ServerFolder(self._path).last_words()}"

    def __enter__(self) -> Ready:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
