"""Traces: W3C context in and out, sampled by ratio at the root, exported over OTLP only where an endpoint is set."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import (
    SERVICE_INSTANCE_ID,
    SERVICE_NAME,
    SERVICE_VERSION,
    OTELResourceDetector,
    Resource,
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

_PROCESS: Final = str(uuid4())
TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

UNWANTED_ATTRIBUTES: Final = frozenset(
    {"url.query", "url.full", "url.path", "client.address", "user_agent.original", "server.address"}
)
"""What a server span records that could point at a person: addresses hold references that are often e-mail addresses, and
`server.address` is whatever the caller wrote into `Host`. The route's template (`http.route`) stays."""


class Redacting(SpanExporter):
    """Passes spans on without the attributes that no backend may see. They are set when a span starts, before any
    processor could prevent it, so this is the last door."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export, redacted."""
        return self._exporter.export([redacted(span) for span in spans])

    def shutdown(self) -> None:
        """End the exporter behind."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Flush the exporter behind."""
        return self._exporter.force_flush(timeout_millis)


def redacted(span: ReadableSpan) -> ReadableSpan:
    """The span without unwanted attributes, events (exception texts), the description of its status, and what the caller
    wrote into `tracestate`."""
    attributes = span.attributes or {}
    return ReadableSpan(
        name=span.name,
        context=_without_state(span.context),
        parent=_without_state(span.parent),
        resource=span.resource,
        attributes={name: value for name, value in attributes.items() if name not in UNWANTED_ATTRIBUTES},
        events=(),
        links=span.links,
        kind=span.kind,
        status=trace.Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _without_state(context: trace.SpanContext | None) -> trace.SpanContext | None:
    if context is None or not context.trace_state:
        return context
    return trace.SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)


def resource_of(service: str, version: str) -> Resource:
    """Who reports: the service's name and version, which of its processes, and what `OTEL_RESOURCE_ATTRIBUTES` adds.

    Without telling them apart, two processes of a service would overwrite each other's figures.
    """
    named = OTELResourceDetector().detect().attributes.get(SERVICE_INSTANCE_ID)
    return Resource.create({SERVICE_NAME: service, SERVICE_VERSION: version, SERVICE_INSTANCE_ID: named or _PROCESS})


def exports_telemetry() -> bool:
    """Whether the operator set an OTLP endpoint. Without one nothing is recorded and nothing is paid for it."""
    return bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))


def build_tracing(service: str, version: str, *, ratio: float, exporter: SpanExporter | None = None) -> TracerProvider:
    """A tracer provider that samples `ratio` of the traces that begin here and follows its callers' decisions."""
    provider = TracerProvider(
        resource=resource_of(service, version), sampler=ParentBased(TraceIdRatioBased(ratio)), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(Redacting(exporter or OTLPSpanExporter())))
    return provider


def current_traceparent(incoming: str | None = None) -> str | None:
    """The W3C `traceparent` to hand on: the current span's, or else the caller's own if it is well-formed."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"
    return incoming if incoming is not None and TRACEPARENT.fullmatch(incoming) else None
