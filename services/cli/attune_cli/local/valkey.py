"""A real Valkey for one command, from the wheel."""

import os
import signal
import socket
from dataclasses import dataclass, field
from pathlib import Path

from attune_cli.local import ports, privileges, wheels
from attune_cli.local.folder import ServerFolder
from attune_cli.local.launch import Launched, launch
from attune_cli.local.lifetime import LocalServer
from attune_cli.local.process import SupervisedProcess, server_environment
from attune_cli.local.supervise import Order

START_SECONDS = 60.0
ANSWER_SECONDS = 1.0
STOP: list[tuple[int, float]] = [(signal.SIGTERM, 15.0)]


@dataclass(frozen=True)
class ValkeyServer:
    """A Valkey that answers."""

    port: int
    pid: int
    supervisor_pid: int
    password: str = field(repr=False)
    notice: str | None
    """What the person should know: that the wanted port was taken."""
    host: str = ports.LOOPBACK

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{self.host}:{self.port}/0"


class LocalValkey(LocalServer[ValkeyServer]):
    """A Valkey that keeps its data in an append-only file, or with `durable=False` nowhere."""

    name = "Valkey"
    stop_seconds = sum(seconds for _, seconds in STOP)

    def _launch(self, folder: ServerFolder, server_lock: int) -> tuple[Launched, ValkeyServer]:
        store = Store(folder, wheels.valkey_program(), server_lock, durable=self._durable)
        launched = launch(
            self.name,
            folder,
            wanted_port=self._wanted_port,
            order_for=store.order,
            ready=store.ready,
            patience=START_SECONDS,
        )
        server = ValkeyServer(
            port=launched.port,
            pid=launched.process.pid,
            supervisor_pid=launched.process.supervisor_pid,
            password=store.password,
            notice=launched.notice,
        )
        return launched, server


class Store:
    """The data of one Valkey, which belongs to the user its server runs as."""

    def __init__(self, folder: ServerFolder, program: Path, server_lock: int, *, durable: bool) -> None:
        self.password = folder.password()
        self._program = program
        self._server_lock = server_lock
        self._durable = durable
        self._configuration = folder.path / "valkey.conf"
        self._data = folder.path / "data"
        self._owner = privileges.owner_for(self._data)
        self._data.mkdir(mode=0o700, exist_ok=True)
        privileges.give(self._data, self._owner)

    def order(self, port: int) -> Order:
        # In a file, since other users can read a command line.
        private = os.open(self._configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(private, "w") as file:
            file.writelines(f"{name} {value}\n" for name, value in self._settings(port).items())
        privileges.give(self._configuration, self._owner)
        return Order(
            command=[str(self._program), str(self._configuration)],
            folder=str(self._data),
            stop=STOP,
            parent=os.getpid(),
            owner=self._owner,
            environment=server_environment(),
            keep_open=[self._server_lock],
        )

    def ready(self, process: SupervisedProcess, port: int) -> bool:
        """Whether our server is there (another would not know the password) and has loaded its data."""
        try:
            with socket.create_connection((ports.LOOPBACK, port), timeout=ANSWER_SECONDS) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as replies:
                    return replies.readline() == b"+OK\r\n" and replies.readline() == b"+PONG\r\n"
        except OSError:
            return False

    def _settings(self, port: int) -> dict[str, str]:
        quoted = str(self._data).replace("\\", "\\\\").replace('"', '\\"')
        return {
            "bind": ports.LOOPBACK,
            "port": str(port),
            "requirepass": self.password,
            "dir": f'"{quoted}"',
            "appendonly": "yes" if self._durable else "no",
            "save": '""',
            "maxmemory-policy": "noeviction",  # A full memory is an error to see, not jobs quietly gone.
            "daemonize": "no",
        }
