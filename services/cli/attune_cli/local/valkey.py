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
        program = wheels.valkey_program()
        password = folder.password()
        data = folder.path / "data"
        owner = privileges.owner_for(data)
        data.mkdir(mode=0o700, exist_ok=True)
        privileges.give(data, owner)
        config = folder.path / "valkey.conf"

        def order_for(port: int) -> Order:
            # In a file, since other users can read a command line.
            private = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with open(private, "w") as file:
                file.write(configuration(port, data, password, durable=self._durable))
            privileges.give(config, owner)
            return Order(
                command=[str(program), str(config)],
                folder=str(data),
                stop=STOP,
                parent=os.getpid(),
                owner=owner,
                environment=server_environment(),
                keep_open=[server_lock],
            )

        def ready(_: SupervisedProcess, port: int) -> bool:
            return answers(port, password)

        launched = launch(self.name, folder, self._wanted_port, order_for, ready, START_SECONDS)
        server = ValkeyServer(
            port=launched.port,
            pid=launched.process.pid,
            supervisor_pid=launched.process.supervisor_pid,
            password=password,
            notice=launched.notice,
        )
        return launched, server


def configuration(port: int, data: Path, password: str, *, durable: bool) -> str:
    quoted = str(data).replace("\\", "\\\\").replace('"', '\\"')
    lines = {
        "bind": ports.LOOPBACK,
        "port": port,
        "requirepass": password,
        "dir": f'"{quoted}"',
        "appendonly": "yes" if durable else "no",
        "save": '""',
        "maxmemory-policy": "noeviction",  # A full memory is an error to see, not jobs quietly gone.
        "daemonize": "no",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def answers(port: int, password: str) -> bool:
    """Whether our server is there (another would not know the password) and has loaded its data."""
    try:
        with socket.create_connection((ports.LOOPBACK, port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            with connection.makefile("rb") as replies:
                return replies.readline() == b"+OK\r\n" and replies.readline() == b"+PONG\r\n"
    except OSError:
        return False
