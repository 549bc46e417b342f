from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CalibrationItem")


@_attrs_define
class CalibrationItem:
    """Something that is rated.

    Attributes:
        key (str):
        interaction_id (None | UUID):
        text_ref (None | str):
    """

    key: str
    interaction_id: None | UUID
    text_ref: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        interaction_id: None | str
        if isinstance(self.interaction_id, UUID):
            interaction_id = str(self.interaction_id)
        else:
            interaction_id = self.interaction_id

        text_ref: None | str
        text_ref = self.text_ref

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
                "interaction_id": interaction_id,
                "text_ref": text_ref,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key")

        def _parse_interaction_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                interaction_id_type_0 = UUID(data)

                return interaction_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        interaction_id = _parse_interaction_id(d.pop("interaction_id"))

        def _parse_text_ref(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        text_ref = _parse_text_ref(d.pop("text_ref"))

        calibration_item = cls(
            key=key,
            interaction_id=interaction_id,
            text_ref=text_ref,
        )

        calibration_item.additional_properties = d
        return calibration_item

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
