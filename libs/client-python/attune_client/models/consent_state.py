from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.attune_consent_model_reason import AttuneConsentModelReason
from ..models.consent import Consent
from ..models.purpose import Purpose

T = TypeVar("T", bound="ConsentState")


@_attrs_define
class ConsentState:
    """What holds for one purpose. Unknown behaves as refused: nobody was asked.

    Attributes:
        purpose (Purpose): Why somebody wants to see or use emotional data.
        state (Consent): What holds for one purpose. Unknown behaves as refused, and is counted apart: nobody was asked.
        reason (AttuneConsentModelReason): Why it holds.
        since (datetime.datetime | None): Since when; null if nobody was asked.
        expires_at (datetime.datetime | None): When a grant ends, or ended, by itself.
    """

    purpose: Purpose
    state: Consent
    reason: AttuneConsentModelReason
    since: datetime.datetime | None
    expires_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose.value

        state = self.state.value

        reason = self.reason.value

        since: None | str
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "purpose": purpose,
                "state": state,
                "reason": reason,
                "since": since,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purpose = Purpose(d.pop("purpose"))

        state = Consent(d.pop("state"))

        reason = AttuneConsentModelReason(d.pop("reason"))

        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        since = _parse_since(d.pop("since"))

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

        consent_state = cls(
            purpose=purpose,
            state=state,
            reason=reason,
            since=since,
            expires_at=expires_at,
        )

        consent_state.additional_properties = d
        return consent_state

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
