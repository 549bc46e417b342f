"""What the worker measures and traces. Labels name projections; never an organisation, a person or a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from opentelemetry import trace
from opentelemetry.metrics import Meter
from opentelemetry.propagate import extract

from attune.kernel.events import StoredEvent
from attune.kernel.projections import Batch, Drained, Projection
from attune_observability.metrics import meter
from attune_observability.tracing import TRACEPARENT

MOST_LINKS: Final = 64
"""Links of one span: enough to go from a request to the batch that handled it, within what backends accept."""

_tracer = trace.get_tracer("attune")


class Measures:
    """The worker's instruments."""

    def __init__(self, instruments: Meter | None = None) -> None:
        instruments = instruments or meter()
        self._lag = instruments.create_histogram(
            "attune.event.lag", unit="s", description="From an event's recording to its effect, the oldest of a batch."
        )
        self._batch = instruments.create_histogram(
            "attune.event.batch_size", unit="{event}", description="Events read in one transaction."
        )
        self._backlog = instruments.create_gauge(
            "attune.event.backlog", unit="{event}", description="Ordered events that are still to be read."
        )
        self._age = instruments.create_gauge(
            "attune.event.oldest_age",
            unit="s",
            description="How long the oldest event has waited: for a projection, or for its place in the order.",
        )
        self._dead_letters = instruments.create_gauge(
            "attune.event.dead_letters",
            unit="{event}",
            description="Events that could not be applied, or wait behind one.",
        )
        self._halted = instruments.create_gauge(
            "attune.projection.halted",
            unit="{shard}",
            description="Shards in which a projection that may not skip stands.",
        )
        self._failures = instruments.create_counter(
            "attune.worker.failures",
            unit="{attempt}",
            description="Attempts that are made again later, by what failed.",
        )

    def drained(self, projection: str, drained: Drained) -> None:
        """A batch was committed."""
        if drained.events:
            labels = {"projection": projection}
            self._batch.record(drained.events, labels)
            if drained.oldest_recorded_at is not None:
                lag = (datetime.now(UTC) - drained.oldest_recorded_at).total_seconds()
                self._lag.record(max(0.0, lag), labels)

    def backlog(self, projection: str, events: int) -> None:
        """How much there is to read."""
        self._backlog.set(events, {"projection": projection})

    def age(self, projection: str, seconds: float) -> None:
        """How long the oldest event waits."""
        self._age.set(seconds, {"projection": projection})

    def dead_letters(self, projection: str, events: int) -> None:
        """How much was set aside."""
        self._dead_letters.set(events, {"projection": projection})

    def halted(self, projection: str, shards: int) -> None:
        """In how many shards a projection stands still."""
        self._halted.set(shards, {"projection": projection})

    def failed(self, what: str) -> None:
        """Something will be tried again."""
        self._failures.add(1, {"what": what})


def traced(projection: Projection, tracer: trace.Tracer = _tracer) -> Projection:
    """The same projection; each of its batches is a span that links to the requests whose events it applies."""

    async def apply(batch: Batch) -> None:
        with tracer.start_as_current_span(
            f"project {projection.name}",
            kind=trace.SpanKind.CONSUMER,
            links=links_of(batch.events),
            attributes={
                "messaging.operation.type": "process",
                "messaging.batch.message_count": len(batch.events),
                "attune.projection": projection.name,
                "attune.is_live": batch.is_live,
            },
        ):
            await projection.apply(batch)

    return replace(projection, apply=apply)


def links_of(events: Sequence[StoredEvent]) -> list[trace.Link]:
    """A link to each trace that events come from."""
    links: dict[str, trace.Link] = {}
    for event in events:
        parent = event.traceparent
        if parent is None or parent in links or TRACEPARENT.fullmatch(parent) is None:
            continue
        context = trace.get_current_span(extract({"traceparent": parent})).get_span_context()
        if context.is_valid:
            links[parent] = trace.Link(context)
            if len(links) == MOST_LINKS:
                break
    return list(links.values())
