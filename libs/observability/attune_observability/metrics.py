"""Metrics over OTLP. Labels are kinds and outcomes; never an organisation, a person or a customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from opentelemetry import metrics
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader

from attune_observability.tracing import resource_of

EXPORT_SECONDS: Final = 15


def build_metrics(service: str, version: str, *, reader: MetricReader | None = None) -> MeterProvider:
    """A meter provider that exports every 15 seconds, or feeds the given reader."""
    return MeterProvider(
        metric_readers=[
            reader or PeriodicExportingMetricReader(OTLPMetricExporter(), export_interval_millis=EXPORT_SECONDS * 1000)
        ],
        resource=resource_of(service, version),
        shutdown_on_exit=False,
    )


def observe_pool(in_use: Callable[[], int], limit: int) -> None:
    """Measure how many connections to PostgreSQL are busy, and how many there may be."""
    meter().create_observable_up_down_counter(
        "attune.db.pool.in_use",
        callbacks=[lambda _: [metrics.Observation(in_use())]],
        unit="{connection}",
        description="Connections to PostgreSQL that are busy.",
    )
    meter().create_observable_up_down_counter(
        "attune.db.pool.limit",
        callbacks=[lambda _: [metrics.Observation(limit)]],
        unit="{connection}",
        description="Connections to PostgreSQL that there may be.",
    )


def meter() -> metrics.Meter:
    """The meter of Attune's own instruments. Before a provider is set, what it counts goes nowhere and costs nothing."""
    return metrics.get_meter("attune")
