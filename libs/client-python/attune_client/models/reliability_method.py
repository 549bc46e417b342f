from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ReliabilityMethod")


@_attrs_define
class ReliabilityMethod:
    """What the figures were made with: with the same ratings they come out the same.

    Attributes:
        method (None | str):
        library (None | str):
        draws (int):
        seed (int):
        confidence (float):
    """

    method: None | str
    library: None | str
    draws: int
    seed: int
    confidence: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        method: None | str
        method = self.method

        library: None | str
        library = self.library

        draws = self.draws

        seed = self.seed

        confidence = self.confidence

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "method": method,
                "library": library,
                "draws": draws,
                "seed": seed,
                "confidence": confidence,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_method(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        method = _parse_method(d.pop("method"))

        def _parse_library(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        library = _parse_library(d.pop("library"))

        draws = d.pop("draws")

        seed = d.pop("seed")

        confidence = d.pop("confidence")

        reliability_method = cls(
            method=method,
            library=library,
            draws=draws,
            seed=seed,
            confidence=confidence,
        )

        reliability_method.additional_properties = d
        return reliability_method

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
