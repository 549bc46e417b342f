from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.rubric_level import RubricLevel


T = TypeVar("T", bound="RubricDimension")


@_attrs_define
class RubricDimension:
    """One thing a rubric looks at.

    Attributes:
        key (str):
        name (str):
        description (str):
        weight (float): Relative to the other dimensions.
        levels (list[RubricLevel]):
    """

    key: str
    name: str
    description: str
    weight: float
    levels: list[RubricLevel]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        name = self.name

        description = self.description

        weight = self.weight

        levels = []
        for levels_item_data in self.levels:
            levels_item = levels_item_data.to_dict()
            levels.append(levels_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
                "name": name,
                "description": description,
                "weight": weight,
                "levels": levels,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rubric_level import RubricLevel  # noqa: PLC0415

        d = dict(src_dict)
        key = d.pop("key")

        name = d.pop("name")

        description = d.pop("description")

        weight = d.pop("weight")

        levels = []
        _levels = d.pop("levels")
        for levels_item_data in _levels:
            levels_item = RubricLevel.from_dict(levels_item_data)

            levels.append(levels_item)

        rubric_dimension = cls(
            key=key,
            name=name,
            description=description,
            weight=weight,
            levels=levels,
        )

        rubric_dimension.additional_properties = d
        return rubric_dimension

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
