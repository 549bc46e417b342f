"""A collector that keeps the metrics it is sent, and names them as Prometheus does."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

UNITS = {"s": "_seconds", "By": "_bytes", "1": "_ratio"}


class Collected:
    """Series by their name in Prometheus: the labels that were seen with each."""

    def __init__(self) -> None:
        self.url = ""
        self.series: dict[str, list[dict[str, str]]] = {}

    def take(self, request: ExportMetricsServiceRequest) -> None:
        """Keep what one process sent."""
        for resource in request.resource_metrics:
            of_process = {each.key: each.value.string_value for each in resource.resource.attributes}
            target = {"job": of_process["service.name"], "instance": of_process["service.instance.id"]}
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    kind = metric.WhichOneof("data")
                    for name in names_of(metric.name, metric.unit, kind, metric.sum.is_monotonic):
                        points = getattr(metric, kind).data_points
                        self.series.setdefault(name, []).extend(target | _labels(point) for point in points)


def _labels(point: Any) -> dict[str, str]:
    return {
        each.key.replace(".", "_"): each.value.string_value or str(each.value.int_value) for each in point.attributes
    }


def names_of(name: str, unit: str, kind: str, is_monotonic: bool) -> list[str]:
    """What Prometheus calls a metric: dots become underscores, the unit and, for a counter, `total` are added."""
    plain = name.replace(".", "_") + UNITS.get(unit, "")
    if kind == "histogram":
        return [f"{plain}_{part}" for part in ("bucket", "count", "sum")]
    return [f"{plain}_total" if kind == "sum" and is_monotonic else plain]


@contextmanager
def collector() -> Iterator[Collected]:
    """Listens on the loopback while the block runs."""
    collected = Collected()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            if self.path == "/v1/metrics":
                collected.take(ExportMetricsServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *said: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    collected.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield collected
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
