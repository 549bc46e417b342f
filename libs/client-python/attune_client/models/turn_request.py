from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.speaker import Speaker
from ..types import UNSET, Unset

T = TypeVar("T", bound="TurnRequest")


@_attrs_define
class TurnRequest:
    """A turn. Its text is kept, sealed, only where the customer allows quality review; its length always.

    Attributes:
        speaker (Speaker): Whose turn it was.
        text (None | str | Unset):
        spoken_at (datetime.datetime | None | Unset):
    """

    speaker: Speaker
    text: None | str | Unset = UNSET
    spoken_at: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        speaker = self.speaker.value

        text: None | str | Unset
        if isinstance(self.text, Unset):
            text = UNSET
        else:
            text = self.text

        spoken_at: None | str | Unset
        if isinstance(self.spoken_at, Unset):
            spoken_at = UNSET
        elif isinstance(self.spoken_at, datetime.datetime):
            spoken_at = self.spoken_at.isoformat()
        else:
            spoken_at = self.spoken_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "speaker": speaker,
            }
        )
        if text is not UNSET:
            field_dict["text"] = text
        if spoken_at is not UNSET:
            field_dict["spoken_at"] = spoken_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        speaker = Speaker(d.pop("speaker"))

        def _parse_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        text = _parse_text(d.pop("text", UNSET))

        def _parse_spoken_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                spoken_at_type_0 = datetime.datetime.fromisoformat(data)

                return spoken_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        spoken_at = _parse_spoken_at(d.pop("spoken_at", UNSET))

        turn_request = cls(
            speaker=speaker,
            text=text,
            spoken_at=spoken_at,
        )

        return turn_request
