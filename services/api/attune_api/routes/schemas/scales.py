"""Numbers on the scale they were given on."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from attune_api.schemas import RequestModel

LARGEST: Final = Decimal("99999.9999")
_DECIMALS: Final = 4


def only_number(value: Any) -> Any:
    """The value, unless it is a number in a string or a truth value."""
    # Pydantic would also take a number in a string, which no schema of ours promises.
    if isinstance(value, (bool, str)):
        raise PydanticCustomError("decimal_type", "not a number")
    return value


def _few_decimals(value: Decimal) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_DECIMALS:
        raise PydanticCustomError("decimal_max_places", "too many decimals")
    return value


ScaleNumber = Annotated[
    Decimal,
    BeforeValidator(only_number),
    Field(ge=-LARGEST, le=LARGEST),
    AfterValidator(_few_decimals),
    WithJsonSchema({"type": "number", "minimum": float(-LARGEST), "maximum": float(LARGEST)}),
]
"""A number as it was given, with four decimals at most."""


class ScaleIn(RequestModel):
    """The two ends of a scale."""

    min: ScaleNumber = Field(examples=[1])
    max: ScaleNumber = Field(examples=[5])


class ScaleOut(TypedDict):
    """The two ends of a scale."""

    min: Annotated[float, Field(examples=[1])]
    max: Annotated[float, Field(examples=[5])]
