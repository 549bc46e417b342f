"""Serving until told to stop, or until a part ends that should not have."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer

from attune_cli.failure import CommandFailed
from attune_cli.output import say
from attune_cli.stack.machine import Machine

CHECK_SECONDS: Final = 0.5
INTERRUPTED: Final = 130
_STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class PartEnded(CommandFailed):
    """One of the processes is gone; the others are stopped with it."""


class _StopAsked(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal. No error, so nothing that catches errors gets it."""


@contextmanager
def stoppable() -> Iterator[None]:
    """From here a request to stop unwinds to here, stopping what was started on the way, and ends the command with status
    130 as a shell would. Asking twice does not hurry it: a stop that is interrupted would leave processes behind."""
    previous = [signal.signal(number, _ask_to_stop) for number in _STOPS]
    try:
        yield
    except _StopAsked as stop:
        raise typer.Exit(INTERRUPTED) from stop
    finally:
        for number, handler in zip(_STOPS, previous, strict=True):
            signal.signal(number, handler)


def serve(machine: Machine) -> None:
    """Return when asked to stop, which is how serving is meant to end. Raises `PartEnded` with a part's last words."""
    try:
        while (ended := machine.ended()) is None:
            time.sleep(CHECK_SECONDS)
    except _StopAsked:
        return
    raise PartEnded(ended)


def _ask_to_stop(number: int, _: object) -> None:
    for each in _STOPS:
        signal.signal(each, signal.SIG_IGN)
    say("\nStopping")
    raise _StopAsked
