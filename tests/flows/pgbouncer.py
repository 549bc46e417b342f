"""PgBouncer, run with the settings file of deploy/pgbouncer; only addresses and files are those of the test."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attune.kernel.roles import LoginRole
from attune_cli.local import ports
from attune_cli.local.privileges import give, owner_for
from attune_cli.local.process import SupervisedProcess, server_environment
from attune_cli.local.supervise import Order
from tests.conftest import PASSWORD, Installation

SETTINGS = Path(__file__).parents[2] / "deploy" / "pgbouncer" / "pgbouncer.ini"
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def settings_here(installation: Installation, folder: Path, port: int) -> str:
    """The file, with what exists here."""
    server = re.search(r"@([^:]+):(\d+)/", installation.superuser_url)
    assert server is not None
    changes = {
        "attune = host=postgres port=5432 dbname=attune": (
            f"attune = host={server[1]} port={server[2]} dbname={installation.name}"
        ),
        "listen_addr = 0.0.0.0": f"listen_addr = {ports.LOOPBACK}",
        "listen_port = 6432": f"listen_port = {port}\nunix_socket_dir =",
        "/etc/pgbouncer/userlist.txt": str(folder / "userlist.txt"),
    }
    text = SETTINGS.read_text()
    for there, here in changes.items():
        assert there in text, there
        text = text.replace(there, here)
    return text


@contextmanager
def pgbouncer(installation: Installation, folder: Path) -> Iterator[int]:
    """PgBouncer in front of an installation; its port."""
    folder.mkdir(mode=0o755)
    port = ports.any_free()
    (folder / "userlist.txt").write_text("".join(f'"{role}" "{PASSWORD}"\n' for role in LoginRole))
    (folder / "pgbouncer.ini").write_text(settings_here(installation, folder, port))
    owner = owner_for(folder)  # it refuses to run as root
    for file in (folder, *folder.iterdir()):
        give(file, owner)
    order = Order(
        command=[str(PROGRAM), str(folder / "pgbouncer.ini")],
        folder=str(folder),
        stop=[(signal.SIGTERM, 10.0)],
        parent=os.getpid(),
        owner=owner,
        environment=server_environment(),
    )
    with (folder.parent / "pgbouncer.log").open("wb") as log:
        process = SupervisedProcess("PgBouncer", order, log)
    try:
        assert process.await_condition(lambda: _listens(port), 30), (folder.parent / "pgbouncer.log").read_text()
        yield port
    finally:
        process.stop()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((ports.LOOPBACK, port), 1):
        return True
    return False
