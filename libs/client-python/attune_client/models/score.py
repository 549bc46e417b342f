from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.original import Original


T = TypeVar("T", bound="Score")


@_attrs_define
class Score:
    """The level of one dimension; null where it did not apply.

    Attributes:
        dimension (str):
        level (int | None):
        original (None | Original):
    """

    dimension: str
    level: int | None
    original: None | Original
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.original import Original  # noqa: PLC0415

        dimension = self.dimension

        level: int | None
        level = self.level

        original: dict[str, Any] | None
        if isinstance(self.original, Original):
            original = self.original.to_dict()
        else:
            original = self.original

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dimension": dimension,
                "level": level,
                "original": original,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.original import Original  # noqa: PLC0415

        d = dict(src_dict)
        dimension = d.pop("dimension")

        def _parse_level(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        level = _parse_level(d.pop("level"))

        def _parse_original(data: object) -> None | Original:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                original_type_0 = Original.from_dict(data)

                return original_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Original, data)

        original = _parse_original(d.pop("original"))

        score = cls(
            dimension=dimension,
            level=level,
            original=original,
        )

        score.additional_properties = d
        return score

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
