from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="RaterRequest")


@_attrs_define
class RaterRequest:
    """Who rates: a person of the organisation, or a label for somebody outside it.

    Attributes:
        person_ref (ExternalRef | None | Unset):
        person_id (None | Unset | UUID):
        label (None | str | Unset): A pseudonym for somebody who is no person here.
    """

    person_ref: ExternalRef | None | Unset = UNSET
    person_id: None | Unset | UUID = UNSET
    label: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        person_ref: dict[str, Any] | None | Unset
        if isinstance(self.person_ref, Unset):
            person_ref = UNSET
        elif isinstance(self.person_ref, ExternalRef):
            person_ref = self.person_ref.to_dict()
        else:
            person_ref = self.person_ref

        person_id: None | str | Unset
        if isinstance(self.person_id, Unset):
            person_id = UNSET
        elif isinstance(self.person_id, UUID):
            person_id = str(self.person_id)
        else:
            person_id = self.person_id

        label: None | str | Unset
        if isinstance(self.label, Unset):
            label = UNSET
        else:
            label = self.label

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if person_ref is not UNSET:
            field_dict["person_ref"] = person_ref
        if person_id is not UNSET:
            field_dict["person_id"] = person_id
        if label is not UNSET:
            field_dict["label"] = label

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_person_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                person_ref_type_0 = ExternalRef.from_dict(data)

                return person_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        person_ref = _parse_person_ref(d.pop("person_ref", UNSET))

        def _parse_person_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                person_id_type_0 = UUID(data)

                return person_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        person_id = _parse_person_id(d.pop("person_id", UNSET))

        def _parse_label(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        label = _parse_label(d.pop("label", UNSET))

        rater_request = cls(
            person_ref=person_ref,
            person_id=person_id,
            label=label,
        )

        return rater_request
