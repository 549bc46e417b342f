"""The hot endpoints against the bare server with the identical SQL, a tutorial's server, and raw transactions."""

from __future__ import annotations

from typing import Final

from tests.performance.bench import Bench, cpu, per_second, ratios
from tests.performance.requests import HOT

GROUP: Final = "hot endpoints, everything on"


def measure(bench: Bench) -> None:
    """Throughput as ratios, and the processor time behind it."""
    settings = bench.world.settings()
    attune = bench.stage.start_api(bench.world.database)
    bare = bench.stage.start_control("bare", bench.world.database, **settings)
    tutorial = bench.stage.start_control("tutorial", bench.world.database, **settings)
    raw = bench.stage.start_control("raw", bench.world.database, **settings)
    for endpoint in HOT:
        bursts = bench.in_turn([attune, bare, tutorial], endpoint)
        ours, bares, tutorials = (bursts[server.name] for server in (attune, bare, tutorial))
        against_bare = ratios(ours, bares, per_second)
        bench.add(GROUP, f"{endpoint.name}: to the bare server", against_bare, "x", target=0.75, floor=0.55)
        against_tutorial = ratios(ours, tutorials, per_second)
        bench.add(GROUP, f"{endpoint.name}: to the tutorial's server", against_tutorial, "x", target=3, floor=2.5)
        for name, measured in (("attune", ours), ("bare", bares), ("tutorial", tutorials)):
            bench.add(GROUP, f"{endpoint.name}: {name}", [per_second(each) for each in measured], "/s")
            bench.add(GROUP, f"{endpoint.name}: {name}, processor", [cpu(each) for each in measured], "us")
    signals = HOT[0]
    ceiling = [bench.burst(raw, signals) for _ in range(bench.extent.repetitions + 1)][1:]
    bench.add(GROUP, "raw transactions of recording a signal", [per_second(each) for each in ceiling], "/s")
    for server in (attune, bare, tutorial, raw):
        server.stop()
