"""How a program gets its settings: from variables or the files they name, whole or not at all, and never shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self, get_args

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX: Final = "ATTUNE_"
_FILE: Final = "_FILE"


class SettingsInvalid(Exception):
    """A variable is missing, unknown or wrong. The text names it, and never holds its value."""


class Environment(StrEnum):
    """Where this runs. Production refuses what is only comfortable."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class ReadSettings(BaseSettings):
    """Settings as `read` finds them. Each is `ATTUNE_` and its name; a secret may also come from the file of `…_FILE`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Environment

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in, so that nobody else's variable and no `.env` file has a say."""
        return (init_settings,)

    @property
    def is_production(self) -> bool:
        """Whether real people are behind the data."""
        return self.environment is Environment.PRODUCTION

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """The settings of these values. Raises `SettingsInvalid` with every variable at fault."""
        try:
            return cls(**given)
        except ValidationError as error:
            # Not chained: a traceback that is logged must not lead to the values.
            raise SettingsInvalid("; ".join(_sentence(each) for each in error.errors(include_input=False))) from None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> dict[str, str]:
        """What an environment gives for these settings, files of secrets included."""
        given = {}
        for name, field in cls.model_fields.items():
            variable = variable_of(name)
            file = f"{variable}{_FILE}"
            if _is_secret(field.annotation) and file in environment:
                if variable in environment:
                    raise SettingsInvalid(f"{variable} and {file} are both set: choose one")
                given[name] = _read_secret(file, environment[file])
            elif variable in environment:
                given[name] = environment[variable]
        return given

    @classmethod
    def refuse_unknown(cls, environment: Mapping[str, str], *, prefix: str = PREFIX, but: tuple[str, ...] = ()) -> None:
        """Raise `SettingsInvalid` where a variable with the prefix is no setting: it is a misspelling.

        Those that begin with one of `but` belong to other programs.
        """
        known = {variable_of(name) for name in cls.model_fields}
        known |= {
            f"{variable_of(name)}{_FILE}" for name, each in cls.model_fields.items() if _is_secret(each.annotation)
        }
        unknown = {name for name in environment if name.startswith(prefix) and not name.startswith(but)} - known
        if unknown:
            raise SettingsInvalid(f"unknown variable: {', '.join(sorted(unknown))}")


def variable_of(name: str) -> str:
    """The variable that gives a setting."""
    return PREFIX + name.upper()


def _is_secret(annotation: Any) -> bool:
    """Whether a field holds a secret: itself, or behind `| None` and `Annotated`."""
    return annotation is SecretStr or any(_is_secret(part) for part in get_args(annotation))


def _read_secret(variable: str, path: str) -> str:
    """The content of a file, without the line end that editors leave."""
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeError):
        # Not chained: an error of decoding holds what it could not decode.
        raise SettingsInvalid(f"{variable} names a file that cannot be read") from None


def _sentence(error: ErrorDetails) -> str:
    variable = variable_of(str(error["loc"][0]))
    return f"{variable} is missing" if error["type"] == "missing" else f"{variable}: {error['msg']}"
