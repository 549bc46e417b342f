from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.rater_request import RaterRequest


T = TypeVar("T", bound="InviteRequest")


@_attrs_define
class InviteRequest:
    """More raters.

    Attributes:
        raters (list[RaterRequest]):
    """

    raters: list[RaterRequest]

    def to_dict(self) -> dict[str, Any]:
        raters = []
        for raters_item_data in self.raters:
            raters_item = raters_item_data.to_dict()
            raters.append(raters_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "raters": raters,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rater_request import RaterRequest  # noqa: PLC0415

        d = dict(src_dict)
        raters = []
        _raters = d.pop("raters")
        for raters_item_data in _raters:
            raters_item = RaterRequest.from_dict(raters_item_data)

            raters.append(raters_item)

        invite_request = cls(
            raters=raters,
        )

        return invite_request
