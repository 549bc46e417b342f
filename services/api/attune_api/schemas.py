"""The forms that requests and answers of every noun share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from attune.kernel.purposes import CONSENTABLE, Purpose


class RequestModel(BaseModel):
    """The base of what callers send: unknown fields are refused, and so are NaN and infinity."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class ResponseModel(BaseModel):
    """The base of what we answer. Fields have no defaults, so that every answer names every field."""

    model_config = ConfigDict(from_attributes=True)


EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""PostgreSQL's driver reads the very last moment that Python knows as infinity."""


def _to_utc(value: datetime) -> datetime:
    try:
        moment = value.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("time_out_of_range", "outside the years we know") from error
    if not EARLIEST <= moment < LATEST:
        raise PydanticCustomError("time_out_of_range", "outside the years we know")
    return moment


def _only_rfc_3339(value: Any) -> Any:
    # Pydantic would also take seconds since 1970, as a number or in a string, which nobody means.
    if not isinstance(value, datetime) and not (isinstance(value, str) and value[10:11] in {"T", "t"}):
        raise PydanticCustomError("datetime_parsing", "not a time in RFC 3339 form")
    return value


Timestamp = Annotated[
    AwareDatetime,
    BeforeValidator(_only_rfc_3339),
    AfterValidator(_to_utc),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-22T09:00:00Z"]}),
]
"""A time in UTC: any offset is accepted, `Z` is answered."""

Source = Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,64}$", examples=["crm"])]
ExternalId = Annotated[str, Field(pattern=r"^[!-~]{1,128}$", examples=["c-10042"])]
"""An id in another system, as a body carries it: printable ASCII without spaces. Paths take fewer characters."""


class ExternalRef(BaseModel):
    """How another system knows the same thing. Unique within an organisation."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)

    source: Source
    external_id: ExternalId


def _declarable(value: Purpose) -> Purpose:
    if value not in CONSENTABLE:
        raise PydanticCustomError("purpose_not_declarable", "internal")
    return value


DeclaredPurpose = Annotated[
    Purpose,
    AfterValidator(_declarable),
    WithJsonSchema({"type": "string", "enum": [purpose.value for purpose in Purpose if purpose in CONSENTABLE]}),
]
"""A purpose that a caller may declare and a customer may be asked for."""


def require_one_of(model: BaseModel, *names: str) -> None:
    """Raise unless exactly one of the named fields is given. For use in a model's validator."""
    if [getattr(model, name) for name in names].count(None) != len(names) - 1:
        raise PydanticCustomError("one_of_required", "exactly one", {"alternatives": " or ".join(names)})


def reference_of(external_source: str | None, external_id: str | None) -> ExternalRef | None:
    """The reference of a row, or None."""
    if external_source is None or external_id is None:
        return None
    return ExternalRef(source=external_source, external_id=external_id)
