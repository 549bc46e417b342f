from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="CalibrationItemRequest")


@_attrs_define
class CalibrationItemRequest:
    """Something to rate: a conversation here, or a text that another system keeps.

    Attributes:
        key (str): Of letters, digits, `.`, `_`, `~`, `-`: never an e-mail address or a name.
        interaction_ref (ExternalRef | None | Unset):
        interaction_id (None | Unset | UUID):
        text_ref (None | str | Unset): Where the text is found, for who reads it.
    """

    key: str
    interaction_ref: ExternalRef | None | Unset = UNSET
    interaction_id: None | Unset | UUID = UNSET
    text_ref: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        key = self.key

        interaction_ref: dict[str, Any] | None | Unset
        if isinstance(self.interaction_ref, Unset):
            interaction_ref = UNSET
        elif isinstance(self.interaction_ref, ExternalRef):
            interaction_ref = self.interaction_ref.to_dict()
        else:
            interaction_ref = self.interaction_ref

        interaction_id: None | str | Unset
        if isinstance(self.interaction_id, Unset):
            interaction_id = UNSET
        elif isinstance(self.interaction_id, UUID):
            interaction_id = str(self.interaction_id)
        else:
            interaction_id = self.interaction_id

        text_ref: None | str | Unset
        if isinstance(self.text_ref, Unset):
            text_ref = UNSET
        else:
            text_ref = self.text_ref

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "key": key,
            }
        )
        if interaction_ref is not UNSET:
            field_dict["interaction_ref"] = interaction_ref
        if interaction_id is not UNSET:
            field_dict["interaction_id"] = interaction_id
        if text_ref is not UNSET:
            field_dict["text_ref"] = text_ref

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        d = dict(src_dict)
        key = d.pop("key")

        def _parse_interaction_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                interaction_ref_type_0 = ExternalRef.from_dict(data)

                return interaction_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        interaction_ref = _parse_interaction_ref(d.pop("interaction_ref", UNSET))

        def _parse_interaction_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                interaction_id_type_0 = UUID(data)

                return interaction_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        interaction_id = _parse_interaction_id(d.pop("interaction_id", UNSET))

        def _parse_text_ref(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        text_ref = _parse_text_ref(d.pop("text_ref", UNSET))

        calibration_item_request = cls(
            key=key,
            interaction_ref=interaction_ref,
            interaction_id=interaction_id,
            text_ref=text_ref,
        )

        return calibration_item_request
