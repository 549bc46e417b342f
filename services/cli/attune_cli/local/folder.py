"""The folder of one local server: its locks, its password, its log."""

import contextlib
import fcntl
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from attune_cli.local.failure import LocalServerFailed

LAST_LINES = 8
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Locks:
    """Two, because the two ends differ: a killed command is gone at once, while its server needs a moment to stop."""

    command: int
    server: int

    def release(self) -> None:
        os.close(self.command)
        os.close(self.server)


class ServerFolder:
    """Private to who starts the server. The data has a folder of its own inside, which may belong to another user."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.log = self.path / "server.log"
        try:
            # Root's servers run as another user, who has to get through to the data but may not look around.
            self.path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LocalServerFailed(f"The data folder {self.path} cannot be made: {error.strerror}.") from error

    def lock(self, patience: float) -> Locks:
        """Take the folder, or say who has it.

        The server inherits its lock, which so lasts until the last process that uses the data is gone.
        """
        command = self._open_lock("command.lock")
        if not _taken(command):
            holder = os.pread(command, 20, 0).decode()
            os.close(command)
            raise LocalServerFailed(
                f"The data folder {self.path} is in use by process {holder or 'unknown'}. "
                "Stop that one first, or choose another folder."
            )
        os.ftruncate(command, 0)
        os.pwrite(command, str(os.getpid()).encode(), 0)
        server = self._open_lock("server.lock")
        deadline = time.monotonic() + patience
        while not _taken(server):
            if time.monotonic() > deadline:
                Locks(command, server).release()
                raise LocalServerFailed(f"The server that used {self.path} before has not stopped yet.")
            time.sleep(POLL_SECONDS)
        return Locks(command, server)

    def password(self) -> str:
        """Made once, kept where only its owner can read it."""
        file = self.path / "password"
        try:
            made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            return file.read_text()
        with os.fdopen(made, "w") as new:
            password = secrets.token_urlsafe(24)
            new.write(password)
        return password

    def open_log(self) -> BinaryIO:
        """A new log; the one before is kept, since it may say why that server ended."""
        with contextlib.suppress(FileNotFoundError):
            self.log.replace(self.path / "server.previous.log")
        return open(self.log, "xb", opener=_private)

    def last_words(self) -> str:
        """The end of the log, which names the cause when a server does not start."""
        if not self.log.exists():
            return ""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return "\n".join(lines[-LAST_LINES:])

    def _open_lock(self, name: str) -> int:
        try:
            return os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            owner = self.path.stat().st_uid
            raise LocalServerFailed(
                f"The data folder {self.path} cannot be used: {error.strerror} (it belongs to user {owner})."
            ) from error


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
