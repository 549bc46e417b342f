from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.rating_request import RatingRequest


T = TypeVar("T", bound="RatingsBatch")


@_attrs_define
class RatingsBatch:
    """Ratings of one round.

    Attributes:
        items (list[RatingRequest]):
        atomic (bool | Unset): All or nothing: if any item fails, none is written. Default: False.
    """

    items: list[RatingRequest]
    atomic: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        atomic = self.atomic

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "items": items,
            }
        )
        if atomic is not UNSET:
            field_dict["atomic"] = atomic

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rating_request import RatingRequest  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = RatingRequest.from_dict(items_item_data)

            items.append(items_item)

        atomic = d.pop("atomic", UNSET)

        ratings_batch = cls(
            items=items,
            atomic=atomic,
        )

        return ratings_batch
