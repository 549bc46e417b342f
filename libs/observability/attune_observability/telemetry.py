"""Traces and metrics of one process, from its start to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import metrics, trace

from attune_observability.metrics import build_metrics
from attune_observability.tracing import build_tracing, exports_telemetry


@contextmanager
def telemetry(service: str, version: str, *, ratio: float) -> Iterator[None]:
    """Export traces and metrics while the block runs, if the operator set `OTEL_EXPORTER_OTLP_ENDPOINT`."""
    if not exports_telemetry():
        yield
        return
    tracing = build_tracing(service, version, ratio=ratio)
    measuring = build_metrics(service, version)
    trace.set_tracer_provider(tracing)
    metrics.set_meter_provider(measuring)
    try:
        yield
    finally:
        tracing.shutdown()
        measuring.shutdown()
