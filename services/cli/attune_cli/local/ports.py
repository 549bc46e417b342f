"""Choosing a port of 127.0.0.1 that nobody listens on."""

import socket
from contextlib import closing

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen there now. SO_REUSEADDR as servers set it, else a port just closed looks taken."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port the system says is free. Another process may take it before it is used: callers retry on that."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def choose(wanted: int | None) -> int:
    """The wanted port while it is free, else another."""
    return wanted if wanted is not None and is_free(wanted) else any_free()


def listen_on(wanted: int) -> socket.socket:
    """A socket that listens on the wanted port, else on another: whoever gets it has the port, and nobody came first."""
    for port in (wanted, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            listener.listen(2048)
        except OSError:
            listener.close()
            if port == 0:
                raise
            continue
        return listener
    raise AssertionError("unreachable: the last attempt returns or raises")
