"""Fields that several nouns share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError


def _only_iso(value: Any) -> Any:
    # Pydantic would also take seconds since 1970, and a moment at midnight.
    if not isinstance(value, date) and not (isinstance(value, str) and len(value) == 10):
        raise PydanticCustomError("date_parsing", "not a date")
    return value


Day = Annotated[date, BeforeValidator(_only_iso), Field(examples=["2026-11-02"])]
"""A date, as 2026-11-02."""

Locale = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
        max_length=35,
        description="A BCP 47 language tag.",
        examples=["nl-NL"],
    ),
]

TimeZone = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$",
        max_length=64,
        description="An IANA time zone.",
        examples=["Europe/Amsterdam"],
    ),
]

ShownName = Annotated[str, Field(pattern=r"\S", max_length=200)]
"""A name for people to read: not blank."""
