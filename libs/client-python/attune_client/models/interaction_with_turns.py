from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.channel import Channel

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef
    from ..models.turn import Turn


T = TypeVar("T", bound="InteractionWithTurns")


@_attrs_define
class InteractionWithTurns:
    """A conversation with its turns.

    Attributes:
        id (UUID):
        external_ref (ExternalRef | None):
        customer_id (UUID):
        person_id (UUID):
        team_id (None | UUID):
        channel (Channel): Where a conversation took place.
        queue (None | str):
        locale (None | str):
        started_at (datetime.datetime):
        ended_at (datetime.datetime):
        handle_seconds (int):
        created_at (datetime.datetime):
        updated_at (datetime.datetime):
        turns (list[Turn]):
    """

    id: UUID
    external_ref: ExternalRef | None
    customer_id: UUID
    person_id: UUID
    team_id: None | UUID
    channel: Channel
    queue: None | str
    locale: None | str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    handle_seconds: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    turns: list[Turn]
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

        person_id = str(self.person_id)

        team_id: None | str
        if isinstance(self.team_id, UUID):
            team_id = str(self.team_id)
        else:
            team_id = self.team_id

        channel = self.channel.value

        queue: None | str
        queue = self.queue

        locale: None | str
        locale = self.locale

        started_at = self.started_at.isoformat()

        ended_at = self.ended_at.isoformat()

        handle_seconds = self.handle_seconds

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        turns = []
        for turns_item_data in self.turns:
            turns_item = turns_item_data.to_dict()
            turns.append(turns_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "external_ref": external_ref,
                "customer_id": customer_id,
                "person_id": person_id,
                "team_id": team_id,
                "channel": channel,
                "queue": queue,
                "locale": locale,
                "started_at": started_at,
                "ended_at": ended_at,
                "handle_seconds": handle_seconds,
                "created_at": created_at,
                "updated_at": updated_at,
                "turns": turns,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.turn import Turn  # noqa: PLC0415

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

        person_id = UUID(d.pop("person_id"))

        def _parse_team_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                team_id_type_0 = UUID(data)

                return team_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        team_id = _parse_team_id(d.pop("team_id"))

        channel = Channel(d.pop("channel"))

        def _parse_queue(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        queue = _parse_queue(d.pop("queue"))

        def _parse_locale(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        locale = _parse_locale(d.pop("locale"))

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))

        ended_at = datetime.datetime.fromisoformat(d.pop("ended_at"))

        handle_seconds = d.pop("handle_seconds")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        turns = []
        _turns = d.pop("turns")
        for turns_item_data in _turns:
            turns_item = Turn.from_dict(turns_item_data)

            turns.append(turns_item)

        interaction_with_turns = cls(
            id=id,
            external_ref=external_ref,
            customer_id=customer_id,
            person_id=person_id,
            team_id=team_id,
            channel=channel,
            queue=queue,
            locale=locale,
            started_at=started_at,
            ended_at=ended_at,
            handle_seconds=handle_seconds,
            created_at=created_at,
            updated_at=updated_at,
            turns=turns,
        )

        interaction_with_turns.additional_properties = d
        return interaction_with_turns

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
