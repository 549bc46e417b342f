from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.choice import Choice
from ..models.consent_method import ConsentMethod
from ..models.purpose import Purpose

T = TypeVar("T", bound="ConsentRecord")


@_attrs_define
class ConsentRecord:
    """A recorded choice. Its evidence is not shown.

    Attributes:
        id (UUID):
        customer_id (UUID):
        purpose (Purpose): Why somebody wants to see or use emotional data.
        choice (Choice): What a customer chose, or what time did for them.
        method (ConsentMethod): How the choice reached us.
        effective_at (datetime.datetime):
        expires_at (datetime.datetime | None):
        recorded_at (datetime.datetime):
    """

    id: UUID
    customer_id: UUID
    purpose: Purpose
    choice: Choice
    method: ConsentMethod
    effective_at: datetime.datetime
    expires_at: datetime.datetime | None
    recorded_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        customer_id = str(self.customer_id)

        purpose = self.purpose.value

        choice = self.choice.value

        method = self.method.value

        effective_at = self.effective_at.isoformat()

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        recorded_at = self.recorded_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "customer_id": customer_id,
                "purpose": purpose,
                "choice": choice,
                "method": method,
                "effective_at": effective_at,
                "expires_at": expires_at,
                "recorded_at": recorded_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        customer_id = UUID(d.pop("customer_id"))

        purpose = Purpose(d.pop("purpose"))

        choice = Choice(d.pop("choice"))

        method = ConsentMethod(d.pop("method"))

        effective_at = datetime.datetime.fromisoformat(d.pop("effective_at"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        recorded_at = datetime.datetime.fromisoformat(d.pop("recorded_at"))

        consent_record = cls(
            id=id,
            customer_id=customer_id,
            purpose=purpose,
            choice=choice,
            method=method,
            effective_at=effective_at,
            expires_at=expires_at,
            recorded_at=recorded_at,
        )

        consent_record.additional_properties = d
        return consent_record

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
