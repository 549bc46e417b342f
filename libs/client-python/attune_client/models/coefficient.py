from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.coefficient_name import CoefficientName
from ..models.undefined import Undefined

T = TypeVar("T", bound="Coefficient")


@_attrs_define
class Coefficient:
    """A coefficient of agreement with its 95 % bootstrap interval, or why there is none.

    Attributes:
        name (CoefficientName): Coefficients of agreement by the names of the field.
        value (float | None):
        low (float | None):
        high (float | None):
        standard_error (float | None): Gwet's analytic one, for his coefficients.
        undefined (None | Undefined): Why there is no value.
    """

    name: CoefficientName
    value: float | None
    low: float | None
    high: float | None
    standard_error: float | None
    undefined: None | Undefined
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name.value

        value: float | None
        value = self.value

        low: float | None
        low = self.low

        high: float | None
        high = self.high

        standard_error: float | None
        standard_error = self.standard_error

        undefined: None | str
        if isinstance(self.undefined, Undefined):
            undefined = self.undefined.value
        else:
            undefined = self.undefined

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "value": value,
                "low": low,
                "high": high,
                "standard_error": standard_error,
                "undefined": undefined,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = CoefficientName(d.pop("name"))

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        def _parse_low(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        low = _parse_low(d.pop("low"))

        def _parse_high(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        high = _parse_high(d.pop("high"))

        def _parse_standard_error(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        standard_error = _parse_standard_error(d.pop("standard_error"))

        def _parse_undefined(data: object) -> None | Undefined:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                undefined_type_0 = Undefined(data)

                return undefined_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Undefined, data)

        undefined = _parse_undefined(d.pop("undefined"))

        coefficient = cls(
            name=name,
            value=value,
            low=low,
            high=high,
            standard_error=standard_error,
            undefined=undefined,
        )

        coefficient.additional_properties = d
        return coefficient

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
