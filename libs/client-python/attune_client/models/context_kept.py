from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.context_reason import ContextReason
from ..models.kept_status import KeptStatus

T = TypeVar("T", bound="ContextKept")


@_attrs_define
class ContextKept:
    """Whether the emotional context was kept. Withheld: it was dropped, and that is on the audit log.

    Attributes:
        status (KeptStatus): What became of the emotional context.
        reason (ContextReason): Why an emotional context is kept, shown or withheld.
    """

    status: KeptStatus
    reason: ContextReason
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        reason = self.reason.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = KeptStatus(d.pop("status"))

        reason = ContextReason(d.pop("reason"))

        context_kept = cls(
            status=status,
            reason=reason,
        )

        context_kept.additional_properties = d
        return context_kept

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
