"""Runs one server and takes it down when the process that asked for it is gone, however it went.

Started as `python -m attune_cli.local.supervise NAME` with a pipe as standard input, whose other end only the parent
holds. The first line is the order; after it nothing is ever written, and end-of-file means that the parent died or
wants the server stopped. It answers with one line: the server's process id, or why there is none. It sits in a session
of its own, as does the server, so that a Ctrl-C meant for the parent reaches neither. On Linux the kernel also ends the
server should this process be killed, and hands it the server's orphans.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from attune_cli.local import privileges

PARENT_CHECK_SECONDS = 1.0


@dataclass(frozen=True)
class Order:
    """What to run, and how it is asked to stop: each signal in turn, waiting so many seconds for the end."""

    command: list[str]
    folder: str
    stop: list[tuple[int, float]]
    parent: int
    owner: privileges.Owner | None = None
    environment: dict[str, str] = field(default_factory=dict)
    keep_open: list[int] = field(default_factory=list)

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, descriptor: int) -> "Order":
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(descriptor, 1)
            if not byte:
                raise EOFError("the parent died before it said what to run")
            line += byte
        values = json.loads(line)
        owner = values.pop("owner")
        return cls(**values, owner=privileges.Owner(**owner) if owner else None)


def start(order: Order) -> subprocess.Popen[bytes]:
    """The server, as its own user, in its own session, tied to this process."""
    supervisor = os.getpid()
    owner = order.owner
    capability = privileges.least_capability(owner, order.command[0], order.folder) if owner else None

    def enter() -> None:
        if owner is not None:
            privileges.become(owner, capability)
        privileges.die_with_parent(order.stop[0][0])
        if os.getppid() != supervisor:  # It died before the line above could matter.
            os._exit(1)
        os.chdir(order.folder)

    return subprocess.Popen(
        order.command,
        preexec_fn=enter,  # noqa: PLW1509 - unsafe beside threads, and this process has none
        start_new_session=True,
        env=order.environment,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        stderr=sys.stderr.fileno(),
        pass_fds=order.keep_open,
    )


def watch(server: subprocess.Popen[bytes], order: Order, lifeline: int, signals: int) -> None:
    """Return when the server has ended or has to."""
    while server.poll() is None and os.getppid() == order.parent:
        ready, _, _ = select.select([lifeline, signals], [], [], PARENT_CHECK_SECONDS)
        if lifeline in ready:
            return
        if signals in ready and set(os.read(signals, 64)) & {signal.SIGTERM, signal.SIGINT}:
            return


def stop(server: subprocess.Popen[bytes], order: Order) -> None:
    for number, seconds in order.stop:
        if server.poll() is not None:
            return
        server.send_signal(number)
        try:
            server.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def end_orphans() -> None:
    """A backend of PostgreSQL that is busy computing outlives its postmaster, and would hold the data."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while children.exists() and (left := children.read_text().split()):
        for child in left:
            os.kill(int(child), signal.SIGKILL)
            os.waitpid(int(child), 0)


def answer(**what: object) -> None:
    with contextlib.suppress(BrokenPipeError):  # The parent is gone already; the lifeline says so too.
        os.write(sys.stdout.fileno(), json.dumps(what).encode() + b"\n")


def main() -> int:
    lifeline = sys.stdin.fileno()
    order = Order.read(lifeline)
    signals, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    privileges.adopt_orphans()
    try:
        server = start(order)
    except (OSError, subprocess.SubprocessError) as error:
        answer(error=str(error))
        return 1
    try:
        answer(pid=server.pid)
        watch(server, order, lifeline, signals)
    finally:
        stop(server, order)
        end_orphans()
    return server.returncode if server.returncode >= 0 else 128 - server.returncode


if __name__ == "__main__":
    sys.exit(main())
