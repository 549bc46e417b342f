"""What all measurements share: the servers, the organisation, how long and how often, and where figures go."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.performance.figures import Figure, Figures
from tests.performance.requests import Endpoint
from tests.performance.sending import Burst, send
from tests.performance.stage import Server, Stage
from tests.performance.world import World


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a run measures. The quick one only shows that the bench works: its figures say nothing."""

    repetitions: int
    seconds: float
    backlog: int
    jobs: int
    paced_seconds: float
    sizes: tuple[int, ...]


FULL = Extent(
    repetitions=7, seconds=2.0, backlog=20_000, jobs=1_500, paced_seconds=20.0, sizes=(10_000, 100_000, 1_000_000)
)
QUICK = Extent(repetitions=1, seconds=0.4, backlog=1_000, jobs=50, paced_seconds=1.0, sizes=(1_000, 2_000))


@dataclass(frozen=True, slots=True)
class Bench:
    """One run."""

    stage: Stage
    world: World
    figures: Figures
    extent: Extent
    folder: Path
    least_answers: int
    """A burst with fewer answers says nothing, and fails."""

    def burst(self, server: Server, endpoint: Endpoint, seconds: float | None = None) -> Burst:
        """Load one endpoint of one server."""
        lasting = seconds or self.extent.seconds
        many = int(lasting * 4000) + 200 if endpoint.is_write else 500
        return send(
            server,
            endpoint.make(self.world, many),
            expected=endpoint.status,
            seconds=lasting,
            once=endpoint.is_write,
            folder=self.folder,
            least=self.least_answers,
        )

    def few(self, server: Server, endpoint: Endpoint, count: int) -> float:
        """How many of a few large requests a second are answered, one after the other."""
        requests = list(endpoint.make(self.world, count))
        burst = send(
            server,
            requests,
            expected=endpoint.status,
            seconds=60,
            once=True,
            folder=self.folder,
            connections=4,
            least=count,
        )
        return burst.per_second

    def in_turn(self, servers: Sequence[Server], endpoint: Endpoint) -> dict[str, list[Burst]]:
        """Bursts against each server in turn, as often as the extent says, after one that does not count: whatever else
        the machine does falls on all of them alike."""
        bursts: dict[str, list[Burst]] = {server.name: [] for server in servers}
        for repetition in range(self.extent.repetitions + 1):
            for server in servers:
                burst = self.burst(server, endpoint)
                if repetition > 0:
                    bursts[server.name].append(burst)
        return bursts

    def add(
        self,
        group: str,
        name: str,
        values: Sequence[float],
        unit: str = "",
        *,
        target: float | None = None,
        floor: float | None = None,
        is_better_high: bool = True,
    ) -> None:
        """Keep a figure."""
        self.figures.add(Figure(group, name, list(values), unit, target, floor, is_better_high))


def ratios(one: Sequence[Burst], other: Sequence[Burst], of: Callable[[Burst], float]) -> list[float]:
    """One to the other, repetition by repetition."""
    return [of(first) / of(second) for first, second in zip(one, other, strict=True)]


def median_latency(burst: Burst) -> float:
    """In milliseconds."""
    return statistics.median(burst.latencies) * 1000


def per_second(burst: Burst) -> float:
    """Answers a second."""
    return burst.per_second


def cpu(burst: Burst) -> float:
    """Microseconds of the server's processor time for each answer."""
    return burst.cpu_microseconds
