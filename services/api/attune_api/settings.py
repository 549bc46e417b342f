"""The settings of the API service: one frozen model from the environment, built once when the service starts."""

from __future__ import annotations

import base64
import binascii
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from attune.kernel.vault import KEY_BYTES, RootKeys

PREFIX: Final = "ATTUNE_"

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


class SettingsInvalid(Exception):
    """A variable is missing, unknown or wrong. The text names it, and never holds its value."""


class Environment(StrEnum):
    """Where this runs. Production refuses what is only comfortable."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class TokenTypes(StrEnum):
    """Which `typ` of JWT counts as an access token."""

    AT_JWT = "at+jwt"
    JWT = "jwt"
    ANY = "any"


class FromFiles(PydanticBaseSettingsSource):
    """Reads the secrets whose path a `…_FILE` variable holds."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the file, without the line end that editors leave."""
        variable = f"{PREFIX}{field_name.upper()}"
        path = os.environ.get(f"{variable}_FILE")
        if path is None:
            return None, field_name, False
        if variable in os.environ:
            raise SettingsInvalid(f"{variable} and {variable}_FILE are both set: choose one")
        try:
            return Path(path).read_text().strip(), field_name, False
        except OSError as error:
            raise SettingsInvalid(f"{variable}_FILE names a file that cannot be read") from error

    def __call__(self) -> dict[str, Any]:
        """All secrets that come from files."""
        found = {}
        for name in SECRETS:
            value, _, _ = self.get_field_value(self.settings_cls.model_fields[name], name)
            if value is not None:
                found[name] = value
        return found


SECRETS: Final = ("api_database_url", "redis_url", "root_key", "secret_key")
"""What may also come from a file, as Docker and Kubernetes mount secrets."""


class Settings(BaseSettings):
    """Everything an operator decides about the API service."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Environment
    api_database_url: SecretStr
    redis_url: SecretStr
    root_key: SecretStr
    secret_key: Annotated[SecretStr, Field(min_length=32)]

    listen_host: str = "127.0.0.1"
    listen_port: Annotated[int, Field(ge=1, le=65535)] = 8000
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed in, then the environment, then files. No `.env` file is looked for."""
        return init_settings, env_settings, FromFiles(settings_cls)

    @field_validator("root_key")
    @classmethod
    def _holds_root_keys(cls, value: SecretStr) -> SecretStr:
        parse_root_keys(value.get_secret_value())
        return value

    @property
    def is_production(self) -> bool:
        """Whether real people are behind the data."""
        return self.environment is Environment.PRODUCTION

    @property
    def root_keys(self) -> RootKeys:
        """The keys that wrap the organisations' keys."""
        return parse_root_keys(self.root_key.get_secret_value())

    @property
    def secret(self) -> bytes:
        """The installation's secret: what signs cursors and what API keys are hashed under."""
        return self.secret_key.get_secret_value().encode()


def parse_root_keys(text: str) -> RootKeys:
    """Root keys as `id:base64`, separated by commas or white space; the first is the current one.

    Raises `ValueError` without repeating the text.
    """
    keys: dict[str, bytes] = {}
    for part in text.replace(",", " ").split():
        key_id, colon, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not colon or not key_id or len(key) != KEY_BYTES:
            raise ValueError(f"a root key is written as id:base64 of {KEY_BYTES} bytes")
        keys[key_id] = key
    if not keys:
        raise ValueError("there is no root key")
    return RootKeys(next(iter(keys)), keys)


def load_settings() -> Settings:
    """The settings of this process. Raises `SettingsInvalid`, which names the variable at fault."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX) and name not in known and not name.startswith(OF_OTHER_PROGRAMS)
    )
    if unknown:
        raise SettingsInvalid(f"unknown variable: {', '.join(unknown)}")
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsInvalid("; ".join(_sentence(each) for each in error.errors(include_input=False))) from None


def _sentence(error: Any) -> str:
    variable = PREFIX + "_".join(str(part) for part in error["loc"]).upper()
    return f"{variable} is missing" if error["type"] == "missing" else f"{variable}: {error['msg']}"
