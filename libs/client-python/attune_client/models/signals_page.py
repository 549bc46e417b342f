from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.declarable_purpose import DeclarablePurpose
from ..models.gate_reason import GateReason
from ..models.shown_status import ShownStatus

if TYPE_CHECKING:
    from ..models.signal import Signal


T = TypeVar("T", bound="SignalsPage")


@_attrs_define
class SignalsPage:
    """A customer's signals for a declared purpose, newest first; or that they are withheld, and why.

    Attributes:
        status (ShownStatus): Whether consent lets the data be shown.
        reason (GateReason): Why emotional data is shown or withheld: what the customer chose for the purpose.
        customer_id (UUID):
        purpose (DeclarablePurpose): Why somebody wants to see or use emotional data; what a customer can be asked to
            agree to.
        data (list[Signal]):
        next_cursor (None | str):
        has_more (bool):
    """

    status: ShownStatus
    reason: GateReason
    customer_id: UUID
    purpose: DeclarablePurpose
    data: list[Signal]
    next_cursor: None | str
    has_more: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        reason = self.reason.value

        customer_id = str(self.customer_id)

        purpose = self.purpose.value

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        has_more = self.has_more

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "reason": reason,
                "customer_id": customer_id,
                "purpose": purpose,
                "data": data,
                "next_cursor": next_cursor,
                "has_more": has_more,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.signal import Signal  # noqa: PLC0415

        d = dict(src_dict)
        status = ShownStatus(d.pop("status"))

        reason = GateReason(d.pop("reason"))

        customer_id = UUID(d.pop("customer_id"))

        purpose = DeclarablePurpose(d.pop("purpose"))

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = Signal.from_dict(data_item_data)

            data.append(data_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        has_more = d.pop("has_more")

        signals_page = cls(
            status=status,
            reason=reason,
            customer_id=customer_id,
            purpose=purpose,
            data=data,
            next_cursor=next_cursor,
            has_more=has_more,
        )

        signals_page.additional_properties = d
        return signals_page

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
