from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.measure import Measure
from ..models.modality import Modality
from ..models.moment import Moment
from ..models.source import Source
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef
    from ..models.scale_request import ScaleRequest


T = TypeVar("T", bound="SignalRequest")


@_attrs_define
class SignalRequest:
    """How a customer felt, as they said themselves or somebody noticed. Never inferred from a voice or a face.

    Attributes:
        measure (Measure): What was measured. Intensity: how strong the distress is (high is worse). The others: high is
            better.
        moment (Moment): When, seen from the conversation.
        original_value (float): The value as it was given.
        scale (ScaleRequest): The two ends of a scale.
        source (Source): Who says so.
        modality (Modality): What it was taken from. Voice and face have no name here: they cannot be recorded.
        observed_at (datetime.datetime):
        customer_ref (ExternalRef | None | Unset): The customer; or name them by customer_id.
        customer_id (None | Unset | UUID):
        interaction_ref (ExternalRef | None | Unset): The conversation it belongs to; or name it by interaction_id.
        interaction_id (None | Unset | UUID):
        turn_position (int | None | Unset): The turn of that conversation, from 0.
        external_ref (ExternalRef | None | Unset): Your own reference: sending it again adds nothing.
        tags (list[str] | Unset):
        note (None | str | Unset): Kept sealed under the customer's own key.
        confidence (float | None | Unset): How sure a model is; required of one, kept to three decimals.
        expires_at (datetime.datetime | None | Unset): From then on it is shown to nobody.
    """

    measure: Measure
    moment: Moment
    original_value: float
    scale: ScaleRequest
    source: Source
    modality: Modality
    observed_at: datetime.datetime
    customer_ref: ExternalRef | None | Unset = UNSET
    customer_id: None | Unset | UUID = UNSET
    interaction_ref: ExternalRef | None | Unset = UNSET
    interaction_id: None | Unset | UUID = UNSET
    turn_position: int | None | Unset = UNSET
    external_ref: ExternalRef | None | Unset = UNSET
    tags: list[str] | Unset = UNSET
    note: None | str | Unset = UNSET
    confidence: float | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        measure = self.measure.value

        moment = self.moment.value

        original_value = self.original_value

        scale = self.scale.to_dict()

        source = self.source.value

        modality = self.modality.value

        observed_at = self.observed_at.isoformat()

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

        turn_position: int | None | Unset
        if isinstance(self.turn_position, Unset):
            turn_position = UNSET
        else:
            turn_position = self.turn_position

        external_ref: dict[str, Any] | None | Unset
        if isinstance(self.external_ref, Unset):
            external_ref = UNSET
        elif isinstance(self.external_ref, ExternalRef):
            external_ref = self.external_ref.to_dict()
        else:
            external_ref = self.external_ref

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        confidence: float | None | Unset
        if isinstance(self.confidence, Unset):
            confidence = UNSET
        else:
            confidence = self.confidence

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "measure": measure,
                "moment": moment,
                "original_value": original_value,
                "scale": scale,
                "source": source,
                "modality": modality,
                "observed_at": observed_at,
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
        if turn_position is not UNSET:
            field_dict["turn_position"] = turn_position
        if external_ref is not UNSET:
            field_dict["external_ref"] = external_ref
        if tags is not UNSET:
            field_dict["tags"] = tags
        if note is not UNSET:
            field_dict["note"] = note
        if confidence is not UNSET:
            field_dict["confidence"] = confidence
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.scale_request import ScaleRequest  # noqa: PLC0415

        d = dict(src_dict)
        measure = Measure(d.pop("measure"))

        moment = Moment(d.pop("moment"))

        original_value = d.pop("original_value")

        scale = ScaleRequest.from_dict(d.pop("scale"))

        source = Source(d.pop("source"))

        modality = Modality(d.pop("modality"))

        observed_at = datetime.datetime.fromisoformat(d.pop("observed_at"))

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

        def _parse_turn_position(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        turn_position = _parse_turn_position(d.pop("turn_position", UNSET))

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

        tags = cast(list[str], d.pop("tags", UNSET))

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        def _parse_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        confidence = _parse_confidence(d.pop("confidence", UNSET))

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

        signal_request = cls(
            measure=measure,
            moment=moment,
            original_value=original_value,
            scale=scale,
            source=source,
            modality=modality,
            observed_at=observed_at,
            customer_ref=customer_ref,
            customer_id=customer_id,
            interaction_ref=interaction_ref,
            interaction_id=interaction_id,
            turn_position=turn_position,
            external_ref=external_ref,
            tags=tags,
            note=note,
            confidence=confidence,
            expires_at=expires_at,
        )

        return signal_request
