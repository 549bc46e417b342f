from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.severity import Severity
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.emotional_context_request import EmotionalContextRequest
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="EscalationRequest")


@_attrs_define
class EscalationRequest:
    """A conversation to hand on, with what the next person must know.

    Attributes:
        severity (Severity): How much it matters to the customer.
        what_happened (str):
        emotional_context (EmotionalContextRequest): How the customer feels about it, so that nobody has to ask again.
        customer_ref (ExternalRef | None | Unset): The customer; or name them by customer_id.
        customer_id (None | Unset | UUID):
        interaction_ref (ExternalRef | None | Unset): The conversation it came from; or name it by interaction_id.
        interaction_id (None | Unset | UUID):
        team_ref (ExternalRef | None | Unset): To whom; or name the team by team_id.
        team_id (None | Unset | UUID):
        external_ref (ExternalRef | None | Unset): Your own reference: sending the same again adds nothing.
        promises_made (None | str | Unset):
        next_step (None | str | Unset):
    """

    severity: Severity
    what_happened: str
    emotional_context: EmotionalContextRequest
    customer_ref: ExternalRef | None | Unset = UNSET
    customer_id: None | Unset | UUID = UNSET
    interaction_ref: ExternalRef | None | Unset = UNSET
    interaction_id: None | Unset | UUID = UNSET
    team_ref: ExternalRef | None | Unset = UNSET
    team_id: None | Unset | UUID = UNSET
    external_ref: ExternalRef | None | Unset = UNSET
    promises_made: None | str | Unset = UNSET
    next_step: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        severity = self.severity.value

        what_happened = self.what_happened

        emotional_context = self.emotional_context.to_dict()

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

        team_ref: dict[str, Any] | None | Unset
        if isinstance(self.team_ref, Unset):
            team_ref = UNSET
        elif isinstance(self.team_ref, ExternalRef):
            team_ref = self.team_ref.to_dict()
        else:
            team_ref = self.team_ref

        team_id: None | str | Unset
        if isinstance(self.team_id, Unset):
            team_id = UNSET
        elif isinstance(self.team_id, UUID):
            team_id = str(self.team_id)
        else:
            team_id = self.team_id

        external_ref: dict[str, Any] | None | Unset
        if isinstance(self.external_ref, Unset):
            external_ref = UNSET
        elif isinstance(self.external_ref, ExternalRef):
            external_ref = self.external_ref.to_dict()
        else:
            external_ref = self.external_ref

        promises_made: None | str | Unset
        if isinstance(self.promises_made, Unset):
            promises_made = UNSET
        else:
            promises_made = self.promises_made

        next_step: None | str | Unset
        if isinstance(self.next_step, Unset):
            next_step = UNSET
        else:
            next_step = self.next_step

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "severity": severity,
                "what_happened": what_happened,
                "emotional_context": emotional_context,
            }
        )
        if customer_ref is not UNSET:
            field_dict["customer_ref"] = customer_ref
        if customer_id is not UNSET:
            field_dict["customer_id"] = customer_id
        if interaction_ref is not UNSET:
            field_dict["interaction_ref"] = interaction_ref
        if interaction_id is not UNSET:
            field_dict["interaction_id"] = interaction_id
        if team_ref is not UNSET:
            field_dict["team_ref"] = team_ref
        if team_id is not UNSET:
            field_dict["team_id"] = team_id
        if external_ref is not UNSET:
            field_dict["external_ref"] = external_ref
        if promises_made is not UNSET:
            field_dict["promises_made"] = promises_made
        if next_step is not UNSET:
            field_dict["next_step"] = next_step

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.emotional_context_request import EmotionalContextRequest  # noqa: PLC0415
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        d = dict(src_dict)
        severity = Severity(d.pop("severity"))

        what_happened = d.pop("what_happened")

        emotional_context = EmotionalContextRequest.from_dict(d.pop("emotional_context"))

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

        def _parse_team_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                team_ref_type_0 = ExternalRef.from_dict(data)

                return team_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        team_ref = _parse_team_ref(d.pop("team_ref", UNSET))

        def _parse_team_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                team_id_type_0 = UUID(data)

                return team_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        team_id = _parse_team_id(d.pop("team_id", UNSET))

        def _parse_external_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                external_ref_type_0 = ExternalRef.from_dict(data)

                return external_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        external_ref = _parse_external_ref(d.pop("external_ref", UNSET))

        def _parse_promises_made(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        promises_made = _parse_promises_made(d.pop("promises_made", UNSET))

        def _parse_next_step(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        next_step = _parse_next_step(d.pop("next_step", UNSET))

        escalation_request = cls(
            severity=severity,
            what_happened=what_happened,
            emotional_context=emotional_context,
            customer_ref=customer_ref,
            customer_id=customer_id,
            interaction_ref=interaction_ref,
            interaction_id=interaction_id,
            team_ref=team_ref,
            team_id=team_id,
            external_ref=external_ref,
            promises_made=promises_made,
            next_step=next_step,
        )

        return escalation_request
