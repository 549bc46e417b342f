from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.measure import Measure
from ..models.modality import Modality
from ..models.moment import Moment
from ..models.source import Source

if TYPE_CHECKING:
    from ..models.scale import Scale


T = TypeVar("T", bound="Signal")


@_attrs_define
class Signal:
    """A signal. `value` is -1 (worst) to 1 (best), whatever the scale it was given on.

    Attributes:
        id (UUID):
        customer_id (UUID):
        interaction_id (None | UUID):
        turn_position (int | None):
        measure (Measure): What was measured. Intensity: how strong the distress is (high is worse). The others: high is
            better.
        moment (Moment): When, seen from the conversation.
        value (float):
        original_value (float):
        scale (Scale): The two ends of a scale.
        tags (list[str]):
        note (None | str):
        source (Source): Who says so.
        modality (Modality): What it was taken from. Voice and face have no name here: they cannot be recorded.
        confidence (float | None):
        author_id (None | UUID):
        observed_at (datetime.datetime):
        expires_at (datetime.datetime | None):
        recorded_at (datetime.datetime):
    """

    id: UUID
    customer_id: UUID
    interaction_id: None | UUID
    turn_position: int | None
    measure: Measure
    moment: Moment
    value: float
    original_value: float
    scale: Scale
    tags: list[str]
    note: None | str
    source: Source
    modality: Modality
    confidence: float | None
    author_id: None | UUID
    observed_at: datetime.datetime
    expires_at: datetime.datetime | None
    recorded_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        customer_id = str(self.customer_id)

        interaction_id: None | str
        if isinstance(self.interaction_id, UUID):
            interaction_id = str(self.interaction_id)
        else:
            interaction_id = self.interaction_id

        turn_position: int | None
        turn_position = self.turn_position

        measure = self.measure.value

        moment = self.moment.value

        value = self.value

        original_value = self.original_value

        scale = self.scale.to_dict()

        tags = self.tags

        note: None | str
        note = self.note

        source = self.source.value

        modality = self.modality.value

        confidence: float | None
        confidence = self.confidence

        author_id: None | str
        if isinstance(self.author_id, UUID):
            author_id = str(self.author_id)
        else:
            author_id = self.author_id

        observed_at = self.observed_at.isoformat()

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
                "interaction_id": interaction_id,
                "turn_position": turn_position,
                "measure": measure,
                "moment": moment,
                "value": value,
                "original_value": original_value,
                "scale": scale,
                "tags": tags,
                "note": note,
                "source": source,
                "modality": modality,
                "confidence": confidence,
                "author_id": author_id,
                "observed_at": observed_at,
                "expires_at": expires_at,
                "recorded_at": recorded_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.scale import Scale  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

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

        def _parse_turn_position(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        turn_position = _parse_turn_position(d.pop("turn_position"))

        measure = Measure(d.pop("measure"))

        moment = Moment(d.pop("moment"))

        value = d.pop("value")

        original_value = d.pop("original_value")

        scale = Scale.from_dict(d.pop("scale"))

        tags = cast(list[str], d.pop("tags"))

        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))

        source = Source(d.pop("source"))

        modality = Modality(d.pop("modality"))

        def _parse_confidence(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        confidence = _parse_confidence(d.pop("confidence"))

        def _parse_author_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                author_id_type_0 = UUID(data)

                return author_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        author_id = _parse_author_id(d.pop("author_id"))

        observed_at = datetime.datetime.fromisoformat(d.pop("observed_at"))

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

        signal = cls(
            id=id,
            customer_id=customer_id,
            interaction_id=interaction_id,
            turn_position=turn_position,
            measure=measure,
            moment=moment,
            value=value,
            original_value=original_value,
            scale=scale,
            tags=tags,
            note=note,
            source=source,
            modality=modality,
            confidence=confidence,
            author_id=author_id,
            observed_at=observed_at,
            expires_at=expires_at,
            recorded_at=recorded_at,
        )

        signal.additional_properties = d
        return signal

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
