from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="AcceptRequest")


@_attrs_define
class AcceptRequest:
    """What is known when an escalation is taken.

    Attributes:
        customer_had_to_repeat (bool | None | Unset): Whether the customer had to say it again.
    """

    customer_had_to_repeat: bool | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        customer_had_to_repeat: bool | None | Unset
        if isinstance(self.customer_had_to_repeat, Unset):
            customer_had_to_repeat = UNSET
        else:
            customer_had_to_repeat = self.customer_had_to_repeat

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if customer_had_to_repeat is not UNSET:
            field_dict["customer_had_to_repeat"] = customer_had_to_repeat

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_customer_had_to_repeat(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        customer_had_to_repeat = _parse_customer_had_to_repeat(d.pop("customer_had_to_repeat", UNSET))

        accept_request = cls(
            customer_had_to_repeat=customer_had_to_repeat,
        )

        return accept_request
