"""The settings of the API service: one frozen model from the environment, built once when the service starts."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr, field_validator

from attune.kernel.vault import RootKeys
from attune_settings.reading import ReadSettings
from attune_settings.values import PostgresUrl, RedisUrl, parse_root_keys

OF_OTHER_PROGRAMS: Final = (
    "ATTUNE_WORKER_",
    "ATTUNE_MIGRATOR_",
    "ATTUNE_STEWARD_",
    "ATTUNE_BACKUP_",
    "ATTUNE_OPERATOR_",
    "ATTUNE_CLI_",
    "ATTUNE_DATA_",
    "ATTUNE_TEST_",
    "ATTUNE_KEY",
)
"""Variables that share the environment but belong to the worker, the command line, a shell, the tests. Any other unknown one is a
misspelling, and stops the start."""


class TokenTypes(StrEnum):
    """Which `typ` of JWT counts as an access token."""

    AT_JWT = "at+jwt"
    JWT = "jwt"
    ANY = "any"


class Settings(ReadSettings):
    """Everything an operator decides about the API service."""

    api_database_url: PostgresUrl
    redis_url: RedisUrl
    root_key: SecretStr
    secret_key: Annotated[SecretStr, Field(min_length=32)]

    listen_host: str = "127.0.0.1"
    listen_port: Annotated[int, Field(ge=1, le=65535)] = 8000
    listen_fd: Annotated[int, Field(ge=3)] | None = None
    """A socket that listens already, handed over by whoever started this process; host and port are its then."""
    trusted_proxies: str = "127.0.0.1"
    """Whose `X-Forwarded-*` headers count."""
    public_url: str = "http://localhost:8000"
    """Where clients reach the service: the base of links in answers."""
    problem_url: str = "https://attune.example/problems/"
    """Where problem codes are documented: the base of a problem's `type`."""
    show_docs: bool = True

    database_pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    database_pooler: Literal["none", "transaction"] = "none"
    """`transaction`: a PgBouncer in transaction mode stands in front of PostgreSQL."""
    database_wait_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0

    body_limit_bytes: Annotated[int, Field(ge=1024)] = 256 * 1024
    batch_body_limit_bytes: Annotated[int, Field(ge=1024)] = 4 * 1024 * 1024
    body_seconds: Annotated[float, Field(gt=0, le=300)] = 20.0
    """How long a client may take to send a body."""

    requests_per_minute: Annotated[int, Field(ge=1)] = 12_000
    """For each API key, and for each person who signed in."""

    token_types: TokenTypes = TokenTypes.ANY

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_requests: bool = False
    trace_ratio: Annotated[float, Field(ge=0, le=1)] = 0.05

    @field_validator("root_key")
    @classmethod
    def _holds_root_keys(cls, value: SecretStr) -> SecretStr:
        parse_root_keys(value.get_secret_value())
        return value

    @property
    def root_keys(self) -> RootKeys:
        """The keys that wrap the organisations' keys."""
        return parse_root_keys(self.root_key.get_secret_value())

    @property
    def secret(self) -> bytes:
        """The installation's secret: what signs cursors and what API keys are hashed under."""
        return self.secret_key.get_secret_value().encode()


def load_settings() -> Settings:
    """The settings of this process. Raises `SettingsInvalid`, which names the variable at fault."""
    Settings.refuse_unknown(os.environ, but=OF_OTHER_PROGRAMS)
    return Settings.of(Settings.read(os.environ))
