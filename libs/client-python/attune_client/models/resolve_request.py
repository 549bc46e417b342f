from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.resolution import Resolution
from ..types import UNSET, Unset

T = TypeVar("T", bound="ResolveRequest")


@_attrs_define
class ResolveRequest:
    """How it ended.

    Attributes:
        resolution (Resolution): How it ended, for the customer.
        customer_had_to_repeat (bool | None | Unset): Whether the customer had to say it again.
    """

    resolution: Resolution
    customer_had_to_repeat: bool | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        resolution = self.resolution.value

        customer_had_to_repeat: bool | None | Unset
        if isinstance(self.customer_had_to_repeat, Unset):
            customer_had_to_repeat = UNSET
        else:
            customer_had_to_repeat = self.customer_had_to_repeat

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "resolution": resolution,
            }
        )
        if customer_had_to_repeat is not UNSET:
            field_dict["customer_had_to_repeat"] = customer_had_to_repeat

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        resolution = Resolution(d.pop("resolution"))

        def _parse_customer_had_to_repeat(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        customer_had_to_repeat = _parse_customer_had_to_repeat(d.pop("customer_had_to_repeat", UNSET))

        resolve_request = cls(
            resolution=resolution,
            customer_had_to_repeat=customer_had_to_repeat,
        )

        return resolve_request
