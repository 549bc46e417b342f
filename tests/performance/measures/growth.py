"""How lists, dashboards and the audit log answer as an organisation grows: three of them side by side, one after the other.

Each covers the same 24 months with the same teams, so that its months grow as it does: the hardest way to grow. They are
filled by SQL, row by row as the product would have written them; only the hashes of audit entries are made up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from attune.kernel.ids import shard_of
from tests.performance.bench import Bench, median_latency
from tests.performance.requests import get
from tests.performance.sending import Burst, send
from tests.performance.stage import Server
from tests.performance.world import MONTH, World, make_world, refresh_statistics

GROUP: Final = "growth"
FILL: Final = Path(__file__).parent.parent / "fill.sql"
ROUNDS: Final = 5
READS_OF_A_ROUND: Final = 150


@dataclass(frozen=True, slots=True)
class Sized:
    """An organisation of a size, and its API."""

    events: int
    world: World
    server: Server
    found: dict[str, Any]


def measure(bench: Bench) -> None:
    """Median latencies over one connection, and the largest to the smallest."""
    sized = [asyncio.run(_grow(bench, events)) for events in bench.extent.sizes]
    for name in _reads(sized[0].found):
        latencies: dict[int, list[float]] = {each.events: [] for each in sized}
        for repetition in range(min(ROUNDS, bench.extent.repetitions) + 1):
            for each in sized:
                burst = _read(bench, each, _reads(each.found)[name])
                if repetition > 0:
                    latencies[each.events].append(median_latency(burst))
        smallest, largest = latencies[sized[0].events], latencies[sized[-1].events]
        relation = [a / b for a, b in zip(largest, smallest, strict=True)]
        bench.add(GROUP, f"{name}: largest to smallest", relation, "x", target=1.5, floor=2, is_better_high=False)
        for events, values in latencies.items():
            bench.add(GROUP, f"{name} at {events:,} events", values, "ms", is_better_high=False)
    for each in sized:
        each.server.stop()


def _reads(found: dict[str, Any]) -> dict[str, str]:
    """What is asked, by name."""
    return {
        "list of conversations": "/v1/interactions?limit=50",
        "list of conversations, a late page": f"/v1/interactions?limit=50&modified_after={found['late']}",
        "dashboard": f"/v1/teams/{found['team']}/dashboard?month={MONTH}",
        "audit log, latest": "/v1/audit/entries?limit=50",
        "audit log of one customer": f"/v1/audit/entries?limit=50&concerns={found['customer']}",
        "audit log of one action": "/v1/audit/entries?limit=50&action=consent.granted",
        "audit log of a week": f"/v1/audit/entries?limit=50&from={found['first_day']}&to={found['day_after']}",
        "signals of a customer, through the gate": f"/v1/customers/{found['customer']}/signals?limit=20",
    }


def _read(bench: Bench, sized: Sized, path: str) -> Burst:
    headers = {"Attune_Purpose": "service_contact"} if path.startswith("/v1/customers/") else {}
    requests = islice(cycle([get(sized.world, path, **headers)]), READS_OF_A_ROUND)
    return send(
        sized.server, requests, expected="200", seconds=20, once=True, folder=bench.folder, connections=1,
        least=min(READS_OF_A_ROUND, bench.least_answers),
    )  # fmt: skip


async def _grow(bench: Bench, events: int) -> Sized:
    database = f"grown_{events}"
    world = await make_world(bench.stage, database, is_small=True)
    async with bench.stage.superuser(database) as connection:
        await connection.execute("SET search_path = attune; SET session_replication_role = replica")
        settings = {"tenant": world.tenant_id, "events": events, "shard": shard_of(world.tenant_id)}
        for name, value in settings.items():
            await connection.execute("SELECT set_config($1, $2, false)", f"fill.{name}", str(value))
        await connection.execute(FILL.read_text())
        row = await connection.fetchrow("SELECT * FROM filled")
    await refresh_statistics(bench.stage, database)
    server = bench.stage.start_api(database, f"attune at {events:,} events")
    return Sized(events, world, server, dict(row))
