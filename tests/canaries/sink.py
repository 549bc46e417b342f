"""A collector of telemetry that keeps every byte it is sent."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class TelemetrySink(ThreadingHTTPServer):
    """Receives OTLP over HTTP."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.received: list[tuple[str, bytes]] = []

    @property
    def url(self) -> str:
        """What `OTEL_EXPORTER_OTLP_ENDPOINT` is set to."""
        return f"http://127.0.0.1:{self.server_port}"

    def content(self) -> bytes:
        """All that came, one after the other."""
        return b"\n".join(content for _, content in self.received)

    def count_spans(self) -> int:
        """How many spans came: a sink that got nothing proves nothing."""
        exports = [ExportTraceServiceRequest.FromString(body) for path, body in self.received if path == "/v1/traces"]
        return sum(
            len(scope.spans)
            for export in exports
            for resource in export.resource_spans
            for scope in resource.scope_spans
        )

    def metrics(self) -> set[str]:
        """The names of the instruments that reported."""
        exports = [
            ExportMetricsServiceRequest.FromString(body) for path, body in self.received if path == "/v1/metrics"
        ]
        return {
            metric.name
            for export in exports
            for resource in export.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


class _Receiver(BaseHTTPRequestHandler):
    server: TelemetrySink

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        self.server.received.append((self.path, content))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
        """The tests' own output is no place for it."""


@contextmanager
def telemetry_sink() -> Iterator[TelemetrySink]:
    """A collector, while the block runs."""
    sink = TelemetrySink()
    thread = Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield sink
    finally:
        sink.shutdown()
        thread.join()
        sink.server_close()
