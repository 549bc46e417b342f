"""Memory of each process and the time to its first answer."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from tests.performance.bench import Bench
from tests.performance.requests import HOT

GROUP: Final = "footprint"
MEBIBYTE: Final = 1024 * 1024


def measure(bench: Bench) -> None:
    """Starts, and memory at rest and after load."""
    starts: dict[str, list[float]] = {"API": [], "worker": []}
    resting: dict[str, list[float]] = {"API": [], "worker": []}
    loaded: list[float] = []
    for _ in range(min(3, bench.extent.repetitions)):
        for name, start in (("API", bench.stage.start_api), ("worker", bench.stage.start_worker)):
            began = perf_counter()
            server = start(bench.world.database, f"{name} to weigh")
            starts[name].append(perf_counter() - began)
            resting[name].append(server.resident_bytes() / MEBIBYTE)
            if name == "API":
                for endpoint in HOT[:2]:
                    bench.burst(server, endpoint)
                loaded.append(server.resident_bytes() / MEBIBYTE)
            server.stop()
    for name, seconds in starts.items():
        bench.add(GROUP, f"{name}: from its start to ready", seconds, "s", is_better_high=False)
        bench.add(GROUP, f"{name}: memory when ready", resting[name], "MiB", is_better_high=False)
    bench.add(GROUP, "API: memory after load", loaded, "MiB", is_better_high=False)
