from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Share")


@_attrs_define
class Share:
    """A conversation that still weighs.

    Attributes:
        interaction_id (UUID):
        ended_at (datetime.datetime):
        handle_seconds (int):
        intensity (float | None): How intense the customer's distress was, from 1 to 5; null without a signal or
            consent.
        share (float): How much of the present load it makes up, 0 to 1.
    """

    interaction_id: UUID
    ended_at: datetime.datetime
    handle_seconds: int
    intensity: float | None
    share: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        interaction_id = str(self.interaction_id)

        ended_at = self.ended_at.isoformat()

        handle_seconds = self.handle_seconds

        intensity: float | None
        intensity = self.intensity

        share = self.share

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "interaction_id": interaction_id,
                "ended_at": ended_at,
                "handle_seconds": handle_seconds,
                "intensity": intensity,
                "share": share,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        interaction_id = UUID(d.pop("interaction_id"))

        ended_at = datetime.datetime.fromisoformat(d.pop("ended_at"))

        handle_seconds = d.pop("handle_seconds")

        def _parse_intensity(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        intensity = _parse_intensity(d.pop("intensity"))

        share = d.pop("share")

        share = cls(
            interaction_id=interaction_id,
            ended_at=ended_at,
            handle_seconds=handle_seconds,
            intensity=intensity,
            share=share,
        )

        share.additional_properties = d
        return share

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
