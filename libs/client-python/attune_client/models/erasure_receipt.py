from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.erased_counts import ErasedCounts


T = TypeVar("T", bound="ErasureReceipt")


@_attrs_define
class ErasureReceipt:
    """What an erasure did.

    Attributes:
        customer_id (UUID):
        erased_at (datetime.datetime):
        counts (ErasedCounts): How many of the customer's things were removed.
    """

    customer_id: UUID
    erased_at: datetime.datetime
    counts: ErasedCounts
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        customer_id = str(self.customer_id)

        erased_at = self.erased_at.isoformat()

        counts = self.counts.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "customer_id": customer_id,
                "erased_at": erased_at,
                "counts": counts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.erased_counts import ErasedCounts  # noqa: PLC0415

        d = dict(src_dict)
        customer_id = UUID(d.pop("customer_id"))

        erased_at = datetime.datetime.fromisoformat(d.pop("erased_at"))

        counts = ErasedCounts.from_dict(d.pop("counts"))

        erasure_receipt = cls(
            customer_id=customer_id,
            erased_at=erased_at,
            counts=counts,
        )

        erasure_receipt.additional_properties = d
        return erasure_receipt

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
