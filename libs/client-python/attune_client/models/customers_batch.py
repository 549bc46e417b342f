from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.customer_request import CustomerRequest


T = TypeVar("T", bound="CustomersBatch")


@_attrs_define
class CustomersBatch:
    """Customers.

    Attributes:
        items (list[CustomerRequest]):
        atomic (bool | Unset): All or nothing: if any item fails, none is written. Default: False.
        dry_run (bool | Unset): Tell what would happen, and write nothing. Default: False.
    """

    items: list[CustomerRequest]
    atomic: bool | Unset = False
    dry_run: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        atomic = self.atomic

        dry_run = self.dry_run

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "items": items,
            }
        )
        if atomic is not UNSET:
            field_dict["atomic"] = atomic
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.customer_request import CustomerRequest  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = CustomerRequest.from_dict(items_item_data)

            items.append(items_item)

        atomic = d.pop("atomic", UNSET)

        dry_run = d.pop("dry_run", UNSET)

        customers_batch = cls(
            items=items,
            atomic=atomic,
            dry_run=dry_run,
        )

        return customers_batch
