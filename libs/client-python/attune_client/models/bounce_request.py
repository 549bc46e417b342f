from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.bounce_reason import BounceReason

T = TypeVar("T", bound="BounceRequest")


@_attrs_define
class BounceRequest:
    """Why an escalation is handed back.

    Attributes:
        reason (BounceReason): Why a team hands an escalation back.
    """

    reason: BounceReason

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = BounceReason(d.pop("reason"))

        bounce_request = cls(
            reason=reason,
        )

        return bounce_request
