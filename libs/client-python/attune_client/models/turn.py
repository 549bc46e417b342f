from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.speaker import Speaker

T = TypeVar("T", bound="Turn")


@_attrs_define
class Turn:
    """A turn, without its words.

    Attributes:
        position (int):
        speaker (Speaker): Whose turn it was.
        spoken_at (datetime.datetime | None):
        characters (int):
    """

    position: int
    speaker: Speaker
    spoken_at: datetime.datetime | None
    characters: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        position = self.position

        speaker = self.speaker.value

        spoken_at: None | str
        if isinstance(self.spoken_at, datetime.datetime):
            spoken_at = self.spoken_at.isoformat()
        else:
            spoken_at = self.spoken_at

        characters = self.characters

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "position": position,
                "speaker": speaker,
                "spoken_at": spoken_at,
                "characters": characters,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        position = d.pop("position")

        speaker = Speaker(d.pop("speaker"))

        def _parse_spoken_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                spoken_at_type_0 = datetime.datetime.fromisoformat(data)

                return spoken_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        spoken_at = _parse_spoken_at(d.pop("spoken_at"))

        characters = d.pop("characters")

        turn = cls(
            position=position,
            speaker=speaker,
            spoken_at=spoken_at,
            characters=characters,
        )

        turn.additional_properties = d
        return turn

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
