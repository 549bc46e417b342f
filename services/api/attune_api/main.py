"""Starts the API service: `python -m attune_api.main`, configured by `ATTUNE_…` variables alone."""

from __future__ import annotations

import gc
import signal
import socket
import sys
from typing import Final

import uvicorn

from attune_api.app import create_app
from attune_api.openapi import VERSION
from attune_api.settings import load_settings
from attune_observability.logging import configure_logging
from attune_observability.telemetry import telemetry
from attune_settings.reading import SettingsInvalid

GRACEFUL_SECONDS: Final = 25
"""How long requests that are under way may take after SIGTERM."""


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; the exit status."""
    try:
        settings = load_settings()
    except SettingsInvalid as error:
        sys.stderr.write(f"attune api: {error}\n")
        return 2
    configure_logging(level=settings.log_level, development=not settings.is_production)
    with telemetry("attune-api", VERSION, ratio=settings.trace_ratio):
        app = create_app(settings)
        # What exists now lives as long as the process; the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        # Requests make thousands of short-lived objects and hardly a cycle: looking for some after every 700 is wasted.
        gc.set_threshold(20_000, 10, 20)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=settings.listen_host,
                port=settings.listen_port,
                loop="uvloop" if sys.platform != "win32" else "asyncio",
                http="httptools",
                lifespan="on",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=settings.trusted_proxies,
                timeout_graceful_shutdown=GRACEFUL_SECONDS,
            )
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            # uvicorn stops gracefully, then raises the signal again for whoever handled it before: for nobody, here, so
            # that a stop as asked for is a success.
            signal.signal(number, lambda *_: None)
        server.run(sockets=None if settings.listen_fd is None else [socket.socket(fileno=settings.listen_fd)])
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
