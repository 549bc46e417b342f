"""One burst of load against one server, judged: every answer as expected, and enough of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.performance.load import Outcome, write_requests
from tests.performance.stage import ROOT, Server

CONNECTIONS: Final = 8
LEAST_ANSWERS: Final = 50
"""A burst with fewer says nothing about speed."""


class BenchBroken(Exception):
    """What was measured did not do what it should, so its speed means nothing."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What a server did under one burst."""

    per_second: float
    cpu_microseconds: float
    """Of the server's own process, for each answer."""
    latencies: list[float]


def send(
    server: Server,
    requests: Iterable[bytes],
    *,
    expected: str,
    seconds: float,
    once: bool,
    folder: Path,
    connections: int = CONNECTIONS,
    least: int = LEAST_ANSWERS,
) -> Burst:
    """Send requests for so long, over and over unless `once`. Raises `BenchBroken`."""
    file = folder / "requests"
    write_requests(file, requests)
    used = server.cpu_seconds()
    command = [sys.executable, "-m", "tests.performance.load", str(server.port), str(connections), str(seconds)]
    done = subprocess.run(
        [*command, str(file), "once" if once else "again"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchBroken(f"the load against {server.name} failed: {done.stderr.strip()[-500:]}")
    used = server.cpu_seconds() - used
    return judge(server.name, Outcome(**json.loads(done.stdout)), expected, cpu_seconds=used, least=least)


def judge(name: str, outcome: Outcome, expected: str, *, cpu_seconds: float, least: int) -> Burst:
    """What a burst measured, if it did what it should. Raises `BenchBroken`."""
    if set(outcome.statuses) != {expected}:
        raise BenchBroken(f"{name} answered {outcome.statuses}, not {expected} alone")
    if outcome.answers < least:
        raise BenchBroken(f"{name} answered {outcome.answers} requests in {outcome.seconds:.1f} s: too few to judge")
    return Burst(outcome.per_second, cpu_seconds / outcome.answers * 1e6, outcome.latencies)
