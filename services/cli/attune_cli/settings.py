"""What the command line knows of an installation: from the environment, else from the folder of `attune up`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from attune.kernel.roles import LoginRole
from attune.kernel.vault import RootKeys
from attune_cli.failure import CommandFailed
from attune_settings.reading import Environment, ReadSettings, SettingsInvalid, variable_of
from attune_settings.values import PostgresUrl, parse_root_keys


class SettingsUnusable(CommandFailed):
    """A setting is missing or wrong; the message names its variable."""


class Settings(ReadSettings):
    """An installation. Every command needs only some of it, and asks with `require`."""

    environment: Environment = Environment.DEVELOPMENT
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
    def load(cls, environment: Mapping[str, str], data: Path) -> Self:
        """From the environment if it names a database, else from the data folder of a running `attune up`."""
        try:
            given = cls.read(_filled(environment))
            if not any(name.endswith("database_url") for name in given):
                given = cls.read(_filled(read_environment(data))) | given
            return cls.of(given)
        except SettingsInvalid as error:
            raise SettingsUnusable(f"{error}.") from error

    def require(self, name: str) -> str:
        """The value of a setting; raises `SettingsUnusable` where it is missing."""
        value = getattr(self, name)
        if value is None:
            variable = variable_of(name)
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
            raise SettingsUnusable(f"{variable_of('root_key')}: {error}.") from error

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


def _filled(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that hold something: a shell cannot always unset one, and a command needs only some of them."""
    return {variable: value for variable, value in environment.items() if value}


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
