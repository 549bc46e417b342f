"""What the command line knows of an installation: from the environment, else from the folder of `attune up`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import BeforeValidator, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from attune.kernel.roles import LoginRole
from attune.kernel.vault import RootKeys
from attune_api.settings import parse_root_keys
from attune_cli.failure import CommandFailed

PREFIX: Final = "ATTUNE_"


class SettingsUnusable(CommandFailed):
    """A setting is missing or wrong; the message names its variable."""


def _plain_postgres(value: object) -> object:
    if isinstance(value, str) and not value.startswith(("postgresql://", "postgres://")):
        raise ValueError("must be a postgresql:// address")
    return value


PostgresUrl = Annotated[SecretStr, BeforeValidator(_plain_postgres)]


class Settings(BaseSettings):
    """An installation. Every command needs only some of it, and asks with `require`."""

    model_config = SettingsConfigDict(frozen=True, env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    environment: Literal["development", "production"] = "development"
    operator_database_url: PostgresUrl | None = None
    migrator_database_url: PostgresUrl | None = None
    api_database_url: PostgresUrl | None = None
    worker_database_url: PostgresUrl | None = None
    steward_database_url: PostgresUrl | None = None
    backup_database_url: PostgresUrl | None = None
    redis_url: SecretStr | None = None
    root_key: SecretStr | None = None
    secret_key: SecretStr | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` gives: it has read the environment, files of secrets included."""
        return (init_settings,)

    @classmethod
    def load(cls, environment: Mapping[str, str], data: Path) -> Self:
        """From the environment if it names a database, else from the data folder of a running `attune up`."""
        given = _read(environment)
        if not any(name.endswith("database_url") for name in given):
            given = _read(read_environment(data)) | given
        try:
            return cls(**given)  # type: ignore[arg-type]  # strings, which pydantic turns into what the fields hold
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            raise SettingsUnusable(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}.") from error

    def require(self, name: str) -> str:
        """The value of a setting; raises `SettingsUnusable` where it is missing."""
        value = getattr(self, name)
        if value is None:
            variable = PREFIX + name.upper()
            raise SettingsUnusable(
                f"{variable} is not set. Set it (or {variable}_FILE), or start an installation here with `attune up`."
            )
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)

    @property
    def root_keys(self) -> RootKeys:
        """The keys that wrap the organisations' keys."""
        try:
            return parse_root_keys(self.require("root_key"))
        except ValueError as error:
            raise SettingsUnusable(f"{PREFIX}ROOT_KEY: {error}.") from error

    @property
    def secret(self) -> bytes:
        """What API keys are hashed under."""
        return self.require("secret_key").encode()


def environment_file(data: Path) -> Path:
    """Where `attune up` keeps the settings of its installation while it runs."""
    return data / "environment.json"


def read_environment(data: Path) -> dict[str, str]:
    """The settings of the installation in a data folder, or none."""
    try:
        found: dict[str, str] = json.loads(environment_file(data).read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsUnusable(f"{environment_file(data)} cannot be read: {error}.") from error
    return found


def _read(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings an environment gives; `ATTUNE_X_FILE` names a file that holds `ATTUNE_X`."""
    given = {}
    for name in Settings.model_fields:
        variable = PREFIX + name.upper()
        if environment.get(variable):
            given[name] = environment[variable]
        elif path := environment.get(f"{variable}_FILE"):
            try:
                given[name] = Path(path).read_text().strip()
            except OSError as error:
                raise SettingsUnusable(f"{variable}_FILE: {path} cannot be read: {error.strerror}.") from error
    return given


def load(data: Path) -> Settings:
    """The settings of this process."""
    return Settings.load(os.environ, data)


def passwords_of(settings: Settings) -> dict[LoginRole, str]:
    """The password that each role's address holds, where it is given."""
    found = {}
    for role in LoginRole:
        url = getattr(settings, f"{role.removeprefix('attune_')}_database_url")
        if url is not None and (password := urlsplit(url.get_secret_value()).password):
            found[role] = unquote(password)
    return found
