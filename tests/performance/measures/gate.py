"""What the consent gate costs: the same read of a customer's signals with and without it, both recording the access."""

from __future__ import annotations

import asyncio
import statistics
from time import perf_counter
from typing import Final
from uuid import UUID

import asyncpg

from attune.kernel.context import Actor, ActorKind, Context
from attune.kernel.event_log import PendingEvent, append_statement
from attune.kernel.ids import new_id, shard_of
from attune.kernel.purposes import Purpose
from attune.kernel.roles import LoginRole
from attune.kernel.transactions import begin_statement
from attune.sentiment.events import SignalsRead
from tests.performance.bench import Bench
from tests.performance.controls.statements import NEWEST, READ_SIGNALS

GROUP: Final = "consent gate"
READS: Final = 400

_COPY: Final = """
CREATE TABLE attune.signal_ungated (LIKE attune.signal INCLUDING ALL);
INSERT INTO attune.signal_ungated SELECT * FROM attune.signal;
ALTER TABLE attune.signal_ungated ENABLE ROW LEVEL SECURITY;
ALTER TABLE attune.signal_ungated FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON attune.signal_ungated USING (tenant_id = (SELECT attune.tenant()));
GRANT SELECT ON attune.signal_ungated TO attune_api;
ANALYZE attune.signal_ungated;
"""
"""The same rows and indexes behind the wall between organisations alone."""

_UNGATED: Final = """
SELECT named.id AS named_id, now() AS asked_at, shown.*
FROM (SELECT id FROM customer WHERE tenant_id = $1 AND id = $5) AS named
LEFT JOIN LATERAL (
  SELECT g.id, g.customer_id, g.interaction_id, g.turn_position, g.measure, g.moment, g.value, g.original_value,
         g.scale_min, g.scale_max, g.tags, g.note_sealed, g.source, g.modality, g.confidence, g.author_id,
         g.observed_at, g.expires_at, g.recorded_at
  FROM signal_ungated g
  WHERE g.tenant_id = $1 AND g.customer_id = named.id AND (g.observed_at, g.id) < ($2, $3)
    AND (g.expires_at IS NULL OR g.expires_at > now())
  ORDER BY g.observed_at DESC, g.id DESC LIMIT $4
) AS shown ON true
ORDER BY shown.observed_at DESC, shown.id DESC
"""


def measure(bench: Bench) -> None:
    """Whole transactions, one after the other, in turn."""
    asyncio.run(_measure(bench))


async def _measure(bench: Bench) -> None:
    world = bench.world
    async with bench.stage.superuser(world.database) as superuser:
        await superuser.execute(_COPY)
    connection = await asyncpg.connect(bench.stage.url(world.database, LoginRole.API))
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=str, format="text")
    gated: list[float] = []
    ungated: list[float] = []
    for repetition in range(bench.extent.repetitions + 1):
        with_gate, without = await _alternate(connection, bench)
        if repetition > 0:
            gated.append(with_gate)
            ungated.append(without)
    await connection.close()
    relation = [a / b for a, b in zip(gated, ungated, strict=True)]
    bench.add(GROUP, "gated to ungated, both recorded", relation, "x", target=1.3, is_better_high=False)
    bench.add(GROUP, "gated read of 20 signals", gated, "us")
    bench.add(GROUP, "ungated read of 20 signals", ungated, "us")


async def _alternate(connection: asyncpg.Connection, bench: Bench) -> tuple[float, float]:
    """The median transaction with and without the gate, in microseconds."""
    world = bench.world
    taken: tuple[list[float], list[float]] = ([], [])
    context = Context(world.tenant_id, Actor(ActorKind.API_KEY, world.key_id), Purpose.SERVICE_CONTACT, world.key_id)
    begin = begin_statement(context, read_only=False)
    for number in range(READS):
        customer = world.customers[number % len(world.customers)]
        for times, statement, arguments in (
            (taken[0], READ_SIGNALS, ("service_contact", *NEWEST, 21, customer)),
            (taken[1], _UNGATED, (*NEWEST, 21, customer)),
        ):
            started = perf_counter()
            await connection.execute(begin)
            rows = await connection.fetch(statement, world.tenant_id, *arguments)
            await connection.execute(*_access(context, customer, len(rows)))
            await connection.execute("COMMIT")
            times.append(perf_counter() - started)
            assert len(rows) >= 20, "both read the same page"
    return statistics.median(taken[0]) * 1e6, statistics.median(taken[1]) * 1e6


def _access(context: Context, customer: UUID, count: int) -> tuple[object, ...]:
    event = SignalsRead(target_id=customer, concerns=customer, count=count)
    pending = PendingEvent(
        new_id(), event, context.tenant_id, context.actor.kind, context.actor.id, context.purpose, None, None
    )
    statement, *values = append_statement(shard_of(context.tenant_id), [pending])
    return (statement, *('{"count": 20}' if isinstance(value, dict) else value for value in values))
