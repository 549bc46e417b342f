from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Divergence")


@_attrs_define
class Divergence:
    """An item that the raters split on.

    Attributes:
        item (str):
        raters (int):
        lowest (int):
        highest (int):
        share (float): Its part of all disagreement in this dimension.
        is_wide (bool): Two levels or more apart.
    """

    item: str
    raters: int
    lowest: int
    highest: int
    share: float
    is_wide: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        item = self.item

        raters = self.raters

        lowest = self.lowest

        highest = self.highest

        share = self.share

        is_wide = self.is_wide

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "item": item,
                "raters": raters,
                "lowest": lowest,
                "highest": highest,
                "share": share,
                "is_wide": is_wide,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        item = d.pop("item")

        raters = d.pop("raters")

        lowest = d.pop("lowest")

        highest = d.pop("highest")

        share = d.pop("share")

        is_wide = d.pop("is_wide")

        divergence = cls(
            item=item,
            raters=raters,
            lowest=lowest,
            highest=highest,
            share=share,
            is_wide=is_wide,
        )

        divergence.additional_properties = d
        return divergence

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
