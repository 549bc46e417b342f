"""The settings of the worker: one frozen model from the environment, built once when the process starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from attune_settings.reading import ReadSettings
from attune_settings.values import PostgresUrl, RedisUrl

OWN_PREFIX: Final = "ATTUNE_WORKER_"
"""Variables of other programs share the environment; one with this prefix that nobody knows is a misspelling."""


class Settings(ReadSettings):
    """Everything an operator decides about the worker."""

    worker_database_url: PostgresUrl
    redis_url: RedisUrl

    database_pooler: Literal["none", "transaction"] = "none"
    """`transaction`: a PgBouncer in transaction mode stands in front of PostgreSQL."""
    worker_connections: Annotated[int, Field(ge=3, le=100)] = 8
    """The most connections to PostgreSQL; all but two of them drain."""
    worker_poll_seconds: Annotated[float, Field(gt=0, le=60)] = 1.0
    """How often to look for events that no wake-up told of."""
    worker_health_host: str = "127.0.0.1"
    worker_health_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Where /livez and /readyz answer; without a port nowhere."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    trace_ratio: Annotated[float, Field(ge=0, le=1)] = 0.05


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises `SettingsInvalid`, which names the variable at fault."""
    Settings.refuse_unknown(environment, prefix=OWN_PREFIX)
    return Settings.of(Settings.read(environment))
