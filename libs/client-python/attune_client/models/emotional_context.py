from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.context_reason import ContextReason
from ..models.context_status import ContextStatus

T = TypeVar("T", bound="EmotionalContext")


@_attrs_define
class EmotionalContext:
    """How the customer feels about it, or why it is not shown.

    Attributes:
        status (ContextStatus): Whether the emotional context is shown.
        reason (ContextReason): Why an emotional context is kept, shown or withheld.
        stated_emotion (None | str):
        observed_intensity (int | None):
        triggers (None | str):
        what_helped (None | str):
        what_to_avoid (None | str):
    """

    status: ContextStatus
    reason: ContextReason
    stated_emotion: None | str
    observed_intensity: int | None
    triggers: None | str
    what_helped: None | str
    what_to_avoid: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        reason = self.reason.value

        stated_emotion: None | str
        stated_emotion = self.stated_emotion

        observed_intensity: int | None
        observed_intensity = self.observed_intensity

        triggers: None | str
        triggers = self.triggers

        what_helped: None | str
        what_helped = self.what_helped

        what_to_avoid: None | str
        what_to_avoid = self.what_to_avoid

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "reason": reason,
                "stated_emotion": stated_emotion,
                "observed_intensity": observed_intensity,
                "triggers": triggers,
                "what_helped": what_helped,
                "what_to_avoid": what_to_avoid,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = ContextStatus(d.pop("status"))

        reason = ContextReason(d.pop("reason"))

        def _parse_stated_emotion(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        stated_emotion = _parse_stated_emotion(d.pop("stated_emotion"))

        def _parse_observed_intensity(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        observed_intensity = _parse_observed_intensity(d.pop("observed_intensity"))

        def _parse_triggers(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        triggers = _parse_triggers(d.pop("triggers"))

        def _parse_what_helped(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        what_helped = _parse_what_helped(d.pop("what_helped"))

        def _parse_what_to_avoid(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        what_to_avoid = _parse_what_to_avoid(d.pop("what_to_avoid"))

        emotional_context = cls(
            status=status,
            reason=reason,
            stated_emotion=stated_emotion,
            observed_intensity=observed_intensity,
            triggers=triggers,
            what_helped=what_helped,
            what_to_avoid=what_to_avoid,
        )

        emotional_context.additional_properties = d
        return emotional_context

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
