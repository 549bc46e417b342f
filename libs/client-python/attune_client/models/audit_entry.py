from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.outcome import Outcome
from ..models.purpose import Purpose

if TYPE_CHECKING:
    from ..models.audit_actor import AuditActor
    from ..models.audit_entry_data import AuditEntryData
    from ..models.audit_target import AuditTarget


T = TypeVar("T", bound="AuditEntry")


@_attrs_define
class AuditEntry:
    """One entry. Ids, enums, times and counts; never what somebody felt or wrote.

    Attributes:
        seq (int): Its place in the organisation's log, from 0 without gaps.
        event_id (UUID):
        action (str):
        schema_version (int): The version of the form of `data`.
        outcome (Outcome): How it ended: done, refused (somebody was not allowed), or withheld (a person's consent was
            missing).
        actor (AuditActor): Who did it. The worker, the operator's command line and strangers have no id.
        target (AuditTarget): What it happened to.
        version (int | None): The target's version after a change; null for an access.
        concerns (None | UUID): The customer or person whose data it is.
        purpose (None | Purpose):
        request_id (None | str):
        occurred_at (datetime.datetime):
        recorded_at (datetime.datetime):
        data (AuditEntryData): What else belongs to this action.
        leaf_hash (str): The RFC 6962 leaf hash of the entry's canonical bytes, in hexadecimal.
    """

    seq: int
    event_id: UUID
    action: str
    schema_version: int
    outcome: Outcome
    actor: AuditActor
    target: AuditTarget
    version: int | None
    concerns: None | UUID
    purpose: None | Purpose
    request_id: None | str
    occurred_at: datetime.datetime
    recorded_at: datetime.datetime
    data: AuditEntryData
    leaf_hash: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        seq = self.seq

        event_id = str(self.event_id)

        action = self.action

        schema_version = self.schema_version

        outcome = self.outcome.value

        actor = self.actor.to_dict()

        target = self.target.to_dict()

        version: int | None
        version = self.version

        concerns: None | str
        if isinstance(self.concerns, UUID):
            concerns = str(self.concerns)
        else:
            concerns = self.concerns

        purpose: None | str
        if isinstance(self.purpose, Purpose):
            purpose = self.purpose.value
        else:
            purpose = self.purpose

        request_id: None | str
        request_id = self.request_id

        occurred_at = self.occurred_at.isoformat()

        recorded_at = self.recorded_at.isoformat()

        data = self.data.to_dict()

        leaf_hash = self.leaf_hash

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "seq": seq,
                "event_id": event_id,
                "action": action,
                "schema_version": schema_version,
                "outcome": outcome,
                "actor": actor,
                "target": target,
                "version": version,
                "concerns": concerns,
                "purpose": purpose,
                "request_id": request_id,
                "occurred_at": occurred_at,
                "recorded_at": recorded_at,
                "data": data,
                "leaf_hash": leaf_hash,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_actor import AuditActor  # noqa: PLC0415
        from ..models.audit_entry_data import AuditEntryData  # noqa: PLC0415
        from ..models.audit_target import AuditTarget  # noqa: PLC0415

        d = dict(src_dict)
        seq = d.pop("seq")

        event_id = UUID(d.pop("event_id"))

        action = d.pop("action")

        schema_version = d.pop("schema_version")

        outcome = Outcome(d.pop("outcome"))

        actor = AuditActor.from_dict(d.pop("actor"))

        target = AuditTarget.from_dict(d.pop("target"))

        def _parse_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        version = _parse_version(d.pop("version"))

        def _parse_concerns(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                concerns_type_0 = UUID(data)

                return concerns_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        concerns = _parse_concerns(d.pop("concerns"))

        def _parse_purpose(data: object) -> None | Purpose:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                purpose_type_0 = Purpose(data)

                return purpose_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Purpose, data)

        purpose = _parse_purpose(d.pop("purpose"))

        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        recorded_at = datetime.datetime.fromisoformat(d.pop("recorded_at"))

        data = AuditEntryData.from_dict(d.pop("data"))

        leaf_hash = d.pop("leaf_hash")

        audit_entry = cls(
            seq=seq,
            event_id=event_id,
            action=action,
            schema_version=schema_version,
            outcome=outcome,
            actor=actor,
            target=target,
            version=version,
            concerns=concerns,
            purpose=purpose,
            request_id=request_id,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
            data=data,
            leaf_hash=leaf_hash,
        )

        audit_entry.additional_properties = d
        return audit_entry

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
