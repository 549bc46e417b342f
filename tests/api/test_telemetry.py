"""Logs, traces and metrics tell where and how long, never who or what."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from attune_observability import tracing
from attune_observability.logging import configure_logging
from attune_observability.tracing import Redacting, current_traceparent
from tests.api.conftest import MakeKey, client_of, running, settings_for
from tests.api.sample import sample_app
from tests.conftest import Installation, Organisation

PRIVATE = "Frau Meier was crying"
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def logging_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def fail(private: str) -> None:
    raise ValueError(f"{private} on the phone")


def log_a_failure() -> None:
    log = structlog.stdlib.get_logger("test")
    try:
        fail(PRIVATE)
    except ValueError as error:
        log.error("it.failed", request_id="r-1", exc_info=error)


@pytest.mark.usefixtures("logging_restored")
def test_a_log_line_is_json_without_locals_and_texts(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="info", development=False)
    log_a_failure()
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["request_id"], line["level"]) == ("it.failed", "r-1", "error")
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert line["exception"][0]["frames"][-1]["name"] == "fail"
    assert PRIVATE not in json.dumps(line)


@pytest.mark.usefixtures("logging_restored")
def test_texts_of_chained_and_grouped_failures_are_dropped_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="info", development=False)
    log = structlog.stdlib.get_logger("test")
    try:
        try:
            fail(PRIVATE)
        except ValueError as error:
            error.add_note(PRIVATE)
            raise ExceptionGroup(PRIVATE, [KeyError(PRIVATE), error]) from error
    except ExceptionGroup as group:
        log.error("it.failed", exc_info=group)
    assert PRIVATE not in capsys.readouterr().out


@pytest.mark.usefixtures("logging_restored")
def test_developers_see_the_text_but_no_locals(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="info", development=True)
    log_a_failure()
    line = json.loads(capsys.readouterr().out)
    assert line["exception"][0]["exc_value"] == f"{PRIVATE} on the phone"
    assert all("locals" not in frame or frame["locals"] is None for frame in line["exception"][0]["frames"])


@pytest.mark.usefixtures("logging_restored")
def test_other_libraries_log_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="info", development=False)
    try:
        fail(PRIVATE)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    logging.getLogger("arq.worker").info("0.1s → drain(%s)", PRIVATE)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["logger"] for line in lines] == ["uvicorn.error"]
    assert PRIVATE not in json.dumps(lines)


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


async def test_a_span_has_the_route_and_not_the_address(
    monkeypatch: pytest.MonkeyPatch,
    installation: Installation,
    spans: InMemorySpanExporter,
    organisation: Organisation,
    make_key: MakeKey,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example")
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(Redacting(spans)))
    app = sample_app(settings_for(installation))
    app._native_telemetry.config["tracer_provider"] = provider
    async with running(app), client_of(app, (await make_key(organisation)).secret) as client:
        await client.get("/v1/samples", params={"colour": "meier"})
        await client.get("/v1/samples/broken")
        seen = await client.get(
            "/v1/samples/context",
            headers={
                "traceparent": f"00-{TRACE}-b7ad6b7169203331-01",
                "tracestate": "crm=meier",
                "host": "meier.example",
                "attune-purpose": "coaching",
            },
        )
        await client.get("/livez")
    finished = spans.get_finished_spans()
    assert [span.name for span in finished] == ["GET /v1/samples", "GET /v1/samples/broken", "GET /v1/samples/context"]
    for span in finished:
        assert not set(span.attributes or {}) & tracing.UNWANTED_ATTRIBUTES
        assert span.events == ()
        assert not span.context.trace_state
        assert span.parent is None or not span.parent.trace_state
        assert "meier" not in span.to_json()
        assert "furious" not in span.to_json()
    # The event gets the trace of the caller, and the span of the server.
    carried = seen.json()["traceparent"].split("-")
    assert (carried[1], carried[2]) == (TRACE, f"{finished[2].context.span_id:016x}")


def test_a_trace_is_handed_on_only_where_it_is_well_formed() -> None:
    good = f"00-{TRACE}-b7ad6b7169203331-01"
    assert current_traceparent(good) == good
    assert current_traceparent(good + "; DROP TABLE") is None
    assert current_traceparent(None) is None


def test_without_an_endpoint_nothing_is_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert not tracing.exports_telemetry()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    assert not tracing.exports_telemetry()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    assert tracing.exports_telemetry()
