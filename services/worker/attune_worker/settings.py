"""The settings of the worker: one frozen model from the environment, built once when the process starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX: Final = "ATTUNE_"
OWN_PREFIX: Final = "ATTUNE_WORKER_"
"""Variables of other programs share the environment; one with this prefix that nobody knows is a misspelling."""

SECRETS: Final = ("worker_database_url", "redis_url")
"""What may also come from a file, as Docker and Kubernetes mount secrets."""


class SettingsInvalid(Exception):
    """A variable is missing, unknown or wrong. The text names it, and never holds its value."""


class Environment(StrEnum):
    """Where this runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _address(*schemes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if urlsplit(value.get_secret_value()).scheme not in schemes:
            raise ValueError(f"must be an address with the scheme {' or '.join(schemes)}")
        return value

    return AfterValidator(check)


class Settings(BaseSettings):
    """Everything an operator decides about the worker."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Environment
    worker_database_url: Annotated[SecretStr, _address("postgresql", "postgres")]
    redis_url: Annotated[SecretStr, _address("redis", "rediss", "unix")]

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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in: `load_settings` has read the environment and the files. No `.env` file is looked for."""
        return (init_settings,)

    @property
    def is_production(self) -> bool:
        """Whether real people are behind the data."""
        return self.environment is Environment.PRODUCTION


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises `SettingsInvalid`, which names the variable at fault."""
    fields = {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields}
    files = {f"{PREFIX}{name.upper()}_FILE": name for name in SECRETS}
    unknown = sorted(name for name in environment if name.startswith(OWN_PREFIX) and name not in {*fields, *files})
    if unknown:
        raise SettingsInvalid(f"unknown variable: {', '.join(unknown)}")
    given: dict[str, Any] = {
        name: environment[variable] for variable, name in fields.items() if variable in environment
    }
    for variable, name in files.items():
        if variable in environment:
            if name in given:
                raise SettingsInvalid(f"{variable.removesuffix('_FILE')} and {variable} are both set: choose one")
            given[name] = _read_secret(variable, environment[variable])
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsInvalid("; ".join(_sentence(each) for each in error.errors(include_input=False))) from None


def _read_secret(variable: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise SettingsInvalid(f"{variable} names a file that cannot be read") from error


def _sentence(error: Any) -> str:
    variable = PREFIX + str(error["loc"][0]).upper()
    return f"{variable} is missing" if error["type"] == "missing" else f"{variable}: {error['msg']}"
