from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="CheckInRequest")


@_attrs_define
class CheckInRequest:
    """A week's check-in to open.

    Attributes:
        week_of (datetime.date): The Monday of the week.
        person_ref (ExternalRef | None | Unset): Whose check-in; or name them by person_id.
        person_id (None | Unset | UUID):
        lead_ref (ExternalRef | None | Unset): Who holds it, if not the person's lead; or name them by lead_id.
        lead_id (None | Unset | UUID):
    """

    week_of: datetime.date
    person_ref: ExternalRef | None | Unset = UNSET
    person_id: None | Unset | UUID = UNSET
    lead_ref: ExternalRef | None | Unset = UNSET
    lead_id: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        week_of = self.week_of.isoformat()

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

        lead_ref: dict[str, Any] | None | Unset
        if isinstance(self.lead_ref, Unset):
            lead_ref = UNSET
        elif isinstance(self.lead_ref, ExternalRef):
            lead_ref = self.lead_ref.to_dict()
        else:
            lead_ref = self.lead_ref

        lead_id: None | str | Unset
        if isinstance(self.lead_id, Unset):
            lead_id = UNSET
        elif isinstance(self.lead_id, UUID):
            lead_id = str(self.lead_id)
        else:
            lead_id = self.lead_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "week_of": week_of,
            }
        )
        if person_ref is not UNSET:
            field_dict["person_ref"] = person_ref
        if person_id is not UNSET:
            field_dict["person_id"] = person_id
        if lead_ref is not UNSET:
            field_dict["lead_ref"] = lead_ref
        if lead_id is not UNSET:
            field_dict["lead_id"] = lead_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        d = dict(src_dict)
        week_of = datetime.date.fromisoformat(d.pop("week_of"))

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

        def _parse_lead_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                lead_ref_type_0 = ExternalRef.from_dict(data)

                return lead_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        lead_ref = _parse_lead_ref(d.pop("lead_ref", UNSET))

        def _parse_lead_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                lead_id_type_0 = UUID(data)

                return lead_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        lead_id = _parse_lead_id(d.pop("lead_id", UNSET))

        check_in_request = cls(
            week_of=week_of,
            person_ref=person_ref,
            person_id=person_id,
            lead_ref=lead_ref,
            lead_id=lead_id,
        )

        return check_in_request
