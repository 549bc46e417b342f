"""PostgreSQL's data: making it, and how a server is run on it."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from attune_cli.local import ports, privileges
from attune_cli.local.failure import LocalServerFailed
from attune_cli.local.folder import ServerFolder
from attune_cli.local.process import SupervisedProcess, server_environment
from attune_cli.local.supervise import Order

SUPERUSER = "postgres"
START_SECONDS = 300.0  # Long, because the start after a crash replays the log.
MAKE_SECONDS = 120.0
STOP: list[tuple[int, float]] = [(signal.SIGINT, 15.0), (signal.SIGQUIT, 10.0)]  # Fast, then immediate shutdown.
LONGEST_SOCKET_PATH = 100  # The system's limit is 104 on macOS, 108 on Linux.
FIRST_WITH_BUILTIN_LOCALE = 17

SETTINGS: Mapping[str, str] = {
    "listen_addresses": ports.LOOPBACK,
    "max_connections": "200",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    # A month that comes in at once makes small tables large: without fresh statistics their plans would stay small.
    "autovacuum_naptime": "15s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A row that breaks a constraint, or the statement that brought it, may hold what people said: never in a log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
WITHOUT_DURABILITY: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Cluster:
    """The data of one PostgreSQL, which belongs to the user its server runs as."""

    def __init__(self, folder: ServerFolder, bin_dir: Path, server_lock: int, *, durable: bool) -> None:
        self._folder = folder
        self._bin_dir = bin_dir
        self._server_lock = server_lock
        self._durable = durable
        self._data = folder.path / "cluster"
        self._owner = privileges.owner_for(self._data)
        sockets = folder.path / "socket"
        longest = len(os.fsencode(sockets / ".s.PGSQL.65535"))
        self.socket = sockets if longest <= LONGEST_SOCKET_PATH else None

    def make_once(self, password: str) -> None:
        """Made under another name and renamed when complete: a first start that was killed leaves no half a cluster."""
        if self.socket is not None:
            self._own_folder(self.socket)
        if self._data.exists():
            return
        unfinished = self._folder.path / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._own_folder(unfinished)
        secret = self._folder.path / "initial-password"
        secret.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(password)
            privileges.give(secret, self._owner)
            self._run_initdb(unfinished, secret)
        finally:
            secret.unlink(missing_ok=True)
        unfinished.rename(self._data)

    def order(self, port: int) -> Order:
        settings = {**SETTINGS, **({} if self._durable else WITHOUT_DURABILITY), "port": str(port)}
        # A list in PostgreSQL's own notation: an item in quotes may hold commas and spaces.
        settings["unix_socket_directories"] = '"{}"'.format(str(self.socket).replace('"', '""')) if self.socket else ""
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return self._order([str(self._bin_dir / "postgres"), "-D", str(self._data), *options], self._data)

    def ready(self, process: SupervisedProcess, port: int) -> bool:
        """The postmaster writes its state into the last line of its pid file, where pg_ctl reads it too."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        except OSError as error:  # A root without root's capabilities.
            raise LocalServerFailed(f"{error.filename} cannot be read: {error.strerror}.") from error
        return len(lines) >= 8 and lines[0].strip() == str(process.pid) and lines[7].strip() == "ready"

    def _run_initdb(self, data: Path, secret: Path) -> None:
        locale = ["--locale=C"]
        if self._major_version() >= FIRST_WITH_BUILTIN_LOCALE:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options = [f"--username={SUPERUSER}", f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8"]
        command = [str(self._bin_dir / "initdb"), f"--pgdata={data}", *options, "--data-checksums", *locale]
        if not self._durable:
            command.append("--no-sync")
        with self._folder.open_log() as log:
            process = SupervisedProcess("initdb", self._order(command, data), log)
        try:
            code = process.exit_code(within=MAKE_SECONDS)
        finally:
            process.stop()
        if code != 0:
            reason = f"took more than {MAKE_SECONDS:.0f} s" if code is None else f"ended with status {code}"
            raise LocalServerFailed(f"initdb in {data} {reason}. It said:\n{self._folder.last_words()}")

    def _order(self, command: list[str], folder: Path) -> Order:
        return Order(
            command=command,
            folder=str(folder),
            stop=STOP,
            parent=os.getpid(),
            owner=self._owner,
            environment=server_environment(),
            keep_open=[self._server_lock],
        )

    def _major_version(self) -> int:
        program = self._bin_dir / "postgres"
        try:
            said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise LocalServerFailed(f"{program} cannot run: {error}.") from error
        number = re.search(r"\d+", said)  # "postgres (PostgreSQL) 18.6"
        if number is None:
            raise LocalServerFailed(f"{program} does not tell its version: {said!r}.")
        return int(number[0])

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        privileges.give(folder, self._owner)
