"""Ingest in batches against one signal at a time, row by row."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.performance.bench import Bench, per_second
from tests.performance.requests import HOT, Endpoint, record_signals_in_batches

GROUP: Final = "batch ingest"
SIZE: Final = 1000
BATCHES: Final = 12


def measure(bench: Bench) -> None:
    """Rows a second, and their ratio."""
    server = bench.stage.start_api(bench.world.database)
    batches = Endpoint("batches", partial(record_signals_in_batches, size=SIZE), "200", is_write=True)
    single: list[float] = []
    many: list[float] = []
    for repetition in range(bench.extent.repetitions + 1):
        one_by_one = per_second(bench.burst(server, HOT[0]))
        in_batches = bench.few(server, batches, count=BATCHES) * SIZE
        if repetition > 0:
            single.append(one_by_one)
            many.append(in_batches)
    bench.add(
        GROUP, "to single records, per row", [a / b for a, b in zip(many, single, strict=True)], "x", target=15, floor=8
    )
    bench.add(GROUP, f"signals in batches of {SIZE:,}", many, "rows/s")
    bench.add(GROUP, "signals one by one", single, "rows/s")
    server.stop()
