from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bounce_reason import BounceReason
from ..models.escalation_status import EscalationStatus
from ..models.resolution import Resolution
from ..models.severity import Severity

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="Escalation")


@_attrs_define
class Escalation:
    """An escalation, without a word of what happened.

    Attributes:
        id (UUID):
        external_ref (ExternalRef | None):
        customer_id (UUID):
        interaction_id (None | UUID):
        team_id (UUID):
        opened_by_id (None | UUID):
        assignee_id (None | UUID):
        severity (Severity): How much it matters to the customer.
        status (EscalationStatus): Offered to a team, which accepts or bounces it; an accepted one is resolved.
        resolution (None | Resolution):
        bounce_reason (BounceReason | None):
        customer_had_to_repeat (bool | None):
        opened_at (datetime.datetime):
        accepted_at (datetime.datetime | None):
        resolved_at (datetime.datetime | None):
        updated_at (datetime.datetime):
    """

    id: UUID
    external_ref: ExternalRef | None
    customer_id: UUID
    interaction_id: None | UUID
    team_id: UUID
    opened_by_id: None | UUID
    assignee_id: None | UUID
    severity: Severity
    status: EscalationStatus
    resolution: None | Resolution
    bounce_reason: BounceReason | None
    customer_had_to_repeat: bool | None
    opened_at: datetime.datetime
    accepted_at: datetime.datetime | None
    resolved_at: datetime.datetime | None
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        id = str(self.id)

        external_ref: dict[str, Any] | None
        if isinstance(self.external_ref, ExternalRef):
            external_ref = self.external_ref.to_dict()
        else:
            external_ref = self.external_ref

        customer_id = str(self.customer_id)

        interaction_id: None | str
        if isinstance(self.interaction_id, UUID):
            interaction_id = str(self.interaction_id)
        else:
            interaction_id = self.interaction_id

        team_id = str(self.team_id)

        opened_by_id: None | str
        if isinstance(self.opened_by_id, UUID):
            opened_by_id = str(self.opened_by_id)
        else:
            opened_by_id = self.opened_by_id

        assignee_id: None | str
        if isinstance(self.assignee_id, UUID):
            assignee_id = str(self.assignee_id)
        else:
            assignee_id = self.assignee_id

        severity = self.severity.value

        status = self.status.value

        resolution: None | str
        if isinstance(self.resolution, Resolution):
            resolution = self.resolution.value
        else:
            resolution = self.resolution

        bounce_reason: None | str
        if isinstance(self.bounce_reason, BounceReason):
            bounce_reason = self.bounce_reason.value
        else:
            bounce_reason = self.bounce_reason

        customer_had_to_repeat: bool | None
        customer_had_to_repeat = self.customer_had_to_repeat

        opened_at = self.opened_at.isoformat()

        accepted_at: None | str
        if isinstance(self.accepted_at, datetime.datetime):
            accepted_at = self.accepted_at.isoformat()
        else:
            accepted_at = self.accepted_at

        resolved_at: None | str
        if isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "external_ref": external_ref,
                "customer_id": customer_id,
                "interaction_id": interaction_id,
                "team_id": team_id,
                "opened_by_id": opened_by_id,
                "assignee_id": assignee_id,
                "severity": severity,
                "status": status,
                "resolution": resolution,
                "bounce_reason": bounce_reason,
                "customer_had_to_repeat": customer_had_to_repeat,
                "opened_at": opened_at,
                "accepted_at": accepted_at,
                "resolved_at": resolved_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        def _parse_external_ref(data: object) -> ExternalRef | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                external_ref_type_0 = ExternalRef.from_dict(data)

                return external_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None, data)

        external_ref = _parse_external_ref(d.pop("external_ref"))

        customer_id = UUID(d.pop("customer_id"))

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

        team_id = UUID(d.pop("team_id"))

        def _parse_opened_by_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                opened_by_id_type_0 = UUID(data)

                return opened_by_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        opened_by_id = _parse_opened_by_id(d.pop("opened_by_id"))

        def _parse_assignee_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                assignee_id_type_0 = UUID(data)

                return assignee_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        assignee_id = _parse_assignee_id(d.pop("assignee_id"))

        severity = Severity(d.pop("severity"))

        status = EscalationStatus(d.pop("status"))

        def _parse_resolution(data: object) -> None | Resolution:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolution_type_0 = Resolution(data)

                return resolution_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Resolution, data)

        resolution = _parse_resolution(d.pop("resolution"))

        def _parse_bounce_reason(data: object) -> BounceReason | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                bounce_reason_type_0 = BounceReason(data)

                return bounce_reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BounceReason | None, data)

        bounce_reason = _parse_bounce_reason(d.pop("bounce_reason"))

        def _parse_customer_had_to_repeat(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        customer_had_to_repeat = _parse_customer_had_to_repeat(d.pop("customer_had_to_repeat"))

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        def _parse_accepted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                accepted_at_type_0 = datetime.datetime.fromisoformat(data)

                return accepted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        accepted_at = _parse_accepted_at(d.pop("accepted_at"))

        def _parse_resolved_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        escalation = cls(
            id=id,
            external_ref=external_ref,
            customer_id=customer_id,
            interaction_id=interaction_id,
            team_id=team_id,
            opened_by_id=opened_by_id,
            assignee_id=assignee_id,
            severity=severity,
            status=status,
            resolution=resolution,
            bounce_reason=bounce_reason,
            customer_had_to_repeat=customer_had_to_repeat,
            opened_at=opened_at,
            accepted_at=accepted_at,
            resolved_at=resolved_at,
            updated_at=updated_at,
        )

        escalation.additional_properties = d
        return escalation

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
