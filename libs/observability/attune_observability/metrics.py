"""Metrics over OTLP. Labels are kinds and outcomes; never an organisation, a person or a customer."""

from __future__ import annotations

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


def meter() -> metrics.Meter:
    """The meter of Attune's own instruments. Before a provider is set, what it counts goes nowhere and costs nothing."""
    return metrics.get_meter("attune")
