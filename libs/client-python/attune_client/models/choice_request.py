from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.choice_request_method import ChoiceRequestMethod
from ..models.declarable_purpose import DeclarablePurpose
from ..types import UNSET, Unset

T = TypeVar("T", bound="ChoiceRequest")


@_attrs_define
class ChoiceRequest:
    """A customer's no to a purpose, or one taken back.

    Example:
        {'purpose': 'coaching'}

    Attributes:
        purpose (DeclarablePurpose): Why somebody wants to see or use emotional data; what a customer can be asked to
            agree to.
        method (ChoiceRequestMethod | Unset):  Default: ChoiceRequestMethod.CUSTOMER_STATED.
        effective_at (datetime.datetime | None | Unset): When the customer chose, if earlier. Left out: now, after
            whatever holds.
        evidence (None | str | Unset):
    """

    purpose: DeclarablePurpose
    method: ChoiceRequestMethod | Unset = ChoiceRequestMethod.CUSTOMER_STATED
    effective_at: datetime.datetime | None | Unset = UNSET
    evidence: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose.value

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method.value

        effective_at: None | str | Unset
        if isinstance(self.effective_at, Unset):
            effective_at = UNSET
        elif isinstance(self.effective_at, datetime.datetime):
            effective_at = self.effective_at.isoformat()
        else:
            effective_at = self.effective_at

        evidence: None | str | Unset
        if isinstance(self.evidence, Unset):
            evidence = UNSET
        else:
            evidence = self.evidence

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "purpose": purpose,
            }
        )
        if method is not UNSET:
            field_dict["method"] = method
        if effective_at is not UNSET:
            field_dict["effective_at"] = effective_at
        if evidence is not UNSET:
            field_dict["evidence"] = evidence

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purpose = DeclarablePurpose(d.pop("purpose"))

        _method = d.pop("method", UNSET)
        method: ChoiceRequestMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = ChoiceRequestMethod(_method)

        def _parse_effective_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                effective_at_type_0 = datetime.datetime.fromisoformat(data)

                return effective_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        effective_at = _parse_effective_at(d.pop("effective_at", UNSET))

        def _parse_evidence(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        evidence = _parse_evidence(d.pop("evidence", UNSET))

        choice_request = cls(
            purpose=purpose,
            method=method,
            effective_at=effective_at,
            evidence=evidence,
        )

        return choice_request
