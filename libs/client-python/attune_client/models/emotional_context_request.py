from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="EmotionalContextRequest")


@_attrs_define
class EmotionalContextRequest:
    """How the customer feels about it, so that nobody has to ask again.

    Attributes:
        stated_emotion (str): In the customer's own words.
        observed_intensity (int): How strong it seemed, from 0 (not at all) to 4.
        triggers (None | str | Unset):
        what_helped (None | str | Unset):
        what_to_avoid (None | str | Unset):
    """

    stated_emotion: str
    observed_intensity: int
    triggers: None | str | Unset = UNSET
    what_helped: None | str | Unset = UNSET
    what_to_avoid: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        stated_emotion = self.stated_emotion

        observed_intensity = self.observed_intensity

        triggers: None | str | Unset
        if isinstance(self.triggers, Unset):
            triggers = UNSET
        else:
            triggers = self.triggers

        what_helped: None | str | Unset
        if isinstance(self.what_helped, Unset):
            what_helped = UNSET
        else:
            what_helped = self.what_helped

        what_to_avoid: None | str | Unset
        if isinstance(self.what_to_avoid, Unset):
            what_to_avoid = UNSET
        else:
            what_to_avoid = self.what_to_avoid

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "stated_emotion": stated_emotion,
                "observed_intensity": observed_intensity,
            }
        )
        if triggers is not UNSET:
            field_dict["triggers"] = triggers
        if what_helped is not UNSET:
            field_dict["what_helped"] = what_helped
        if what_to_avoid is not UNSET:
            field_dict["what_to_avoid"] = what_to_avoid

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        stated_emotion = d.pop("stated_emotion")

        observed_intensity = d.pop("observed_intensity")

        def _parse_triggers(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        triggers = _parse_triggers(d.pop("triggers", UNSET))

        def _parse_what_helped(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        what_helped = _parse_what_helped(d.pop("what_helped", UNSET))

        def _parse_what_to_avoid(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        what_to_avoid = _parse_what_to_avoid(d.pop("what_to_avoid", UNSET))

        emotional_context_request = cls(
            stated_emotion=stated_emotion,
            observed_intensity=observed_intensity,
            triggers=triggers,
            what_helped=what_helped,
            what_to_avoid=what_to_avoid,
        )

        return emotional_context_request
