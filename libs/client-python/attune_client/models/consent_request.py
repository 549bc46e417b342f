from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.consent_request_choice import ConsentRequestChoice
from ..models.consent_request_method import ConsentRequestMethod
from ..models.declarable_purpose import DeclarablePurpose
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="ConsentRequest")


@_attrs_define
class ConsentRequest:
    """A customer's choice. Name the customer by reference or by id.

    Example:
        {'choice': 'granted', 'customer_ref': {'external_id': 'c-10042', 'source': 'crm'}, 'effective_at':
            '2026-11-02T09:00:00Z', 'evidence': 'Privacy form v3, box 2 ticked', 'expires_at': '2027-11-02T09:00:00Z',
            'method': 'web_form', 'purpose': 'quality_review'}

    Attributes:
        purpose (DeclarablePurpose): Why somebody wants to see or use emotional data; what a customer can be asked to
            agree to.
        method (ConsentRequestMethod):
        choice (ConsentRequestChoice):
        effective_at (datetime.datetime | None | Unset): When the customer chose, if earlier. Left out: now, after
            whatever holds.
        expires_at (datetime.datetime | None | Unset): When the consent ends by itself.
        evidence (None | str | Unset):
        customer_ref (ExternalRef | None | Unset):
        customer_id (None | Unset | UUID):
    """

    purpose: DeclarablePurpose
    method: ConsentRequestMethod
    choice: ConsentRequestChoice
    effective_at: datetime.datetime | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    evidence: None | str | Unset = UNSET
    customer_ref: ExternalRef | None | Unset = UNSET
    customer_id: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        purpose = self.purpose.value

        method = self.method.value

        choice = self.choice.value

        effective_at: None | str | Unset
        if isinstance(self.effective_at, Unset):
            effective_at = UNSET
        elif isinstance(self.effective_at, datetime.datetime):
            effective_at = self.effective_at.isoformat()
        else:
            effective_at = self.effective_at

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        evidence: None | str | Unset
        if isinstance(self.evidence, Unset):
            evidence = UNSET
        else:
            evidence = self.evidence

        customer_ref: dict[str, Any] | None | Unset
        if isinstance(self.customer_ref, Unset):
            customer_ref = UNSET
        elif isinstance(self.customer_ref, ExternalRef):
            customer_ref = self.customer_ref.to_dict()
        else:
            customer_ref = self.customer_ref

        customer_id: None | str | Unset
        if isinstance(self.customer_id, Unset):
            customer_id = UNSET
        elif isinstance(self.customer_id, UUID):
            customer_id = str(self.customer_id)
        else:
            customer_id = self.customer_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "purpose": purpose,
                "method": method,
                "choice": choice,
            }
        )
        if effective_at is not UNSET:
            field_dict["effective_at"] = effective_at
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if evidence is not UNSET:
            field_dict["evidence"] = evidence
        if customer_ref is not UNSET:
            field_dict["customer_ref"] = customer_ref
        if customer_id is not UNSET:
            field_dict["customer_id"] = customer_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        d = dict(src_dict)
        purpose = DeclarablePurpose(d.pop("purpose"))

        method = ConsentRequestMethod(d.pop("method"))

        choice = ConsentRequestChoice(d.pop("choice"))

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

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_evidence(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        evidence = _parse_evidence(d.pop("evidence", UNSET))

        def _parse_customer_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                customer_ref_type_0 = ExternalRef.from_dict(data)

                return customer_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        customer_ref = _parse_customer_ref(d.pop("customer_ref", UNSET))

        def _parse_customer_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                customer_id_type_0 = UUID(data)

                return customer_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        customer_id = _parse_customer_id(d.pop("customer_id", UNSET))

        consent_request = cls(
            purpose=purpose,
            method=method,
            choice=choice,
            effective_at=effective_at,
            expires_at=expires_at,
            evidence=evidence,
            customer_ref=customer_ref,
            customer_id=customer_id,
        )

        return consent_request
