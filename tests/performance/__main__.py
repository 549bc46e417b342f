"""`python -m tests.performance`: measures, prints a table, and ends with 1 where a figure is below its floor."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Final

from tests.performance.bench import FULL, QUICK, Bench
from tests.performance.figures import Figures
from tests.performance.measures import batches, footprint, gate, growth, hot, telemetry, worker
from tests.performance.sending import CONNECTIONS, LEAST_ANSWERS, BenchBroken
from tests.performance.stage import Stage
from tests.performance.world import make_world

MEASURES: Final[Mapping[str, Callable[[Bench], None]]] = {
    "hot": hot.measure,
    "batches": batches.measure,
    "worker": worker.measure,
    "gate": gate.measure,
    "telemetry": telemetry.measure,
    "footprint": footprint.measure,
    "growth": growth.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES), help="measure just these")
    parser.add_argument("--quick", action="store_true", help="show that the bench works; its figures say nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures for machines, too")
    parser.add_argument("--table", type=Path, metavar="FILE", help="write the table into a file, too")
    chosen = parser.parse_args()
    extent = QUICK if chosen.quick else FULL
    settings = {**asdict(extent), "connections": CONNECTIONS}
    figures = Figures({name: str(value) for name, value in settings.items()})
    began = monotonic()
    with tempfile.TemporaryDirectory() as name, Stage(Path(name)) as stage:
        print("Setting up an organisation", flush=True)
        world = asyncio.run(make_world(stage, "bench"))
        bench = Bench(stage, world, figures, extent, Path(name), 5 if chosen.quick else LEAST_ANSWERS)
        try:
            for each in chosen.only:
                print(f"Measuring: {each} ({monotonic() - began:.0f} s so far)", flush=True)
                MEASURES[each](bench)
        except BenchBroken as error:
            print(f"The bench is broken: {error}", file=sys.stderr)
            return 2
    print(f"\n{figures.table()}\n\n{monotonic() - began:.0f} s")
    if chosen.json:
        figures.write(chosen.json)
    if chosen.table:
        chosen.table.write_text(figures.table() + "\n")
    if chosen.quick:
        print("A quick run: it shows that the bench works, not how fast anything is.")
        return 0
    return 0 if figures.are_acceptable else 1


if __name__ == "__main__":
    sys.exit(main())
