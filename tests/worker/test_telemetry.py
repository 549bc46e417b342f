"""What the worker measures and traces, and that nobody can be recognised in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.rounds import ORDER, list_ages
from attune.kernel.sequencer import list_pending_shards, sequence
from attune.projections import ALL
from attune_worker.drain import DrainLoop
from attune_worker.telemetry import Measures, traced
from tests.contact_centre import ContactCentre, Fact, record
from tests.worker.conftest import drain_all, until
from tests.worker.test_drain import is_drained, running

TRACE = "0af7651916cd43dd8448eb211c80319c"


def points_of(reader: InMemoryMetricReader) -> dict[str, list[Any]]:
    """The measured points by instrument."""
    data = reader.get_metrics_data()
    assert data is not None
    return {
        metric.name: list(metric.data.data_points)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


async def test_a_batch_is_a_span_that_links_to_the_requests_it_follows(worker: Database, centre: ContactCentre) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    context = replace(centre.organisation.context(), traceparent=f"00-{TRACE}-b7ad6b7169203331-01")
    thing = new_id()
    for _ in range(2):
        async with centre.database.write(context) as tx:
            record(tx, Fact(kind="sample.seen", target_kind="sample", target_id=thing))
    async with centre.database.write(replace(context, traceparent="not one at all")) as tx:
        record(tx, Fact(kind="sample.seen", target_kind="sample", target_id=thing))
    await drain_all(worker, [traced(ALL[0], provider.get_tracer("test"))])
    (span,) = exporter.get_finished_spans()
    assert span.name == "project audit"
    assert [format(link.context.trace_id, "032x") for link in span.links] == [TRACE]
    assert dict(span.attributes or {})["messaging.batch.message_count"] == 4
    assert str(centre.organisation.tenant_id) not in span.to_json()


async def test_lag_and_batch_size_are_measured_by_projection_and_by_nothing_else(
    worker: Database, centre: ContactCentre
) -> None:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    measures = Measures(provider.get_meter("test"))
    await centre.tell("sample.seen", "sample", new_id())
    async with running(DrainLoop(worker, ALL, at_once=4, measures=measures)):
        await until(lambda: is_drained(worker))
    points = points_of(reader)
    assert {point.attributes["projection"] for point in points["attune.event.lag"]} == {each.name for each in ALL}
    assert all(set(point.attributes) == {"projection"} for each in points.values() for point in each)
    assert all(0 <= point.max < 60 for point in points["attune.event.lag"])
    assert all(point.sum == 2 for point in points["attune.event.batch_size"])


async def test_the_age_of_the_oldest_event_grows_while_nobody_applies_it(
    worker: Database, centre: ContactCentre
) -> None:
    assert set(await list_ages(worker)) <= {ORDER}
    await drain_all(worker)
    assert await list_ages(worker) == {}
    await centre.tell("sample.seen", "sample", new_id())
    first = await list_ages(worker)
    assert set(first) == {ORDER}
    for shard in await list_pending_shards(worker):
        await sequence(worker, shard)
    second = await list_ages(worker)
    assert set(second) == {each.name for each in ALL}
    assert all(age > first[ORDER] >= 0 for age in second.values())
    await drain_all(worker)
    assert await list_ages(worker) == {}
