"""JSON log lines from structlog and from the standard library's loggers alike.

Exception texts and local variables can hold what somebody wrote about a customer. Locals are never printed; texts only
in development. What remains is enough to find the place: exception classes, files, functions, lines.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Final

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor, WrappedLogger

QUIET: Final = {
    # It prints the arguments of jobs at INFO.
    "arq.worker": logging.WARNING,
    # They print addresses with their queries at INFO.
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "uvicorn.access": logging.WARNING,
}
"""Loggers that say more than a log may hold."""


def configure_logging(*, level: str, development: bool) -> None:
    """Send every log line of this process to standard output as one JSON object."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        add_trace,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(
                    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=30)
                ),
                *([] if development else [drop_exception_texts]),
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)


def add_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The ids that link a log line to its trace."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = format(span.trace_id, "032x")
        event["span_id"] = format(span.span_id, "016x")
    return event


def drop_exception_texts(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keep an exception's class and place, never its text and its notes."""
    for exception in event.get("exception", ()):
        if isinstance(exception, dict):
            _strip(exception)
    return event


def _strip(exception: dict[str, Any]) -> None:
    exception["exc_value"] = ""
    exception["exc_notes"] = []
    if exception.get("syntax_error") is not None:
        exception["syntax_error"] = None
    for inner in exception.get("exceptions", ()):
        for part in inner:
            _strip(part)
