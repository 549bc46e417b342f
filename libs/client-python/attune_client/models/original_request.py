from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.scale_request import ScaleRequest


T = TypeVar("T", bound="OriginalRequest")


@_attrs_define
class OriginalRequest:
    """A rating as it was given elsewhere.

    Attributes:
        value (float):
        scale (ScaleRequest): The two ends of a scale.
    """

    value: float
    scale: ScaleRequest

    def to_dict(self) -> dict[str, Any]:
        value = self.value

        scale = self.scale.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "value": value,
                "scale": scale,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.scale_request import ScaleRequest  # noqa: PLC0415

        d = dict(src_dict)
        value = d.pop("value")

        scale = ScaleRequest.from_dict(d.pop("scale"))

        original_request = cls(
            value=value,
            scale=scale,
        )

        return original_request
