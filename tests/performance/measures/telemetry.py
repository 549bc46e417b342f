"""What traces and metrics cost, exported to a collector that takes everything."""

from __future__ import annotations

from typing import Final

from tests.performance.bench import Bench, per_second, ratios
from tests.performance.requests import HOT

GROUP: Final = "telemetry"


def measure(bench: Bench) -> None:
    """Throughput lost, in per cent, at the default sampling."""
    sink = bench.stage.start_control("sink", bench.world.database)
    quiet = bench.stage.start_api(bench.world.database, "without telemetry")
    watched = bench.stage.start_api(
        bench.world.database, "with telemetry", OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{sink.port}"
    )
    for endpoint in HOT[:2]:
        bursts = bench.in_turn([quiet, watched], endpoint)
        kept = ratios(bursts[watched.name], bursts[quiet.name], per_second)
        lost = [100 * (1 - share) for share in kept]
        bench.add(GROUP, f"{endpoint.name}: lost", lost, "%", target=10, floor=20, is_better_high=False)
    for server in (quiet, watched, sink):
        server.stop()
