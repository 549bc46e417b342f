from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.channel import Channel
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef
    from ..models.turn_request import TurnRequest


T = TypeVar("T", bound="InteractionRequest")


@_attrs_define
class InteractionRequest:
    """A conversation. Name the customer and the person by reference or by id, and the team too or not at all.

    Example:
        {'channel': 'chat', 'customer_ref': {'external_id': 'c-10042', 'source': 'crm'}, 'ended_at':
            '2026-11-02T09:09:00Z', 'external_ref': {'external_id': 'i-88121', 'source': 'crm'}, 'handle_seconds': 540,
            'locale': 'nl-NL', 'person_ref': {'external_id': 'e-1042', 'source': 'hris'}, 'queue': 'cancellations',
            'started_at': '2026-11-02T09:00:00Z', 'turns': [{'speaker': 'customer', 'text': 'I have explained this twice
            now.'}, {'speaker': 'agent', 'text': 'I am sorry. I have your notes in front of me.'}]}

    Attributes:
        external_ref (ExternalRef): How another system knows the same thing. Unique within an organisation.
        channel (Channel): Where a conversation took place.
        started_at (datetime.datetime):
        ended_at (datetime.datetime):
        handle_seconds (int):
        customer_ref (ExternalRef | None | Unset):
        customer_id (None | Unset | UUID):
        person_ref (ExternalRef | None | Unset): Who handled it.
        person_id (None | Unset | UUID):
        team_ref (ExternalRef | None | Unset): Left out: the person's team.
        team_id (None | Unset | UUID):
        queue (None | str | Unset):
        locale (None | str | Unset):
        turns (list[TurnRequest] | None | Unset): Replace those there are. Left out, they stay.
    """

    external_ref: ExternalRef
    channel: Channel
    started_at: datetime.datetime
    ended_at: datetime.datetime
    handle_seconds: int
    customer_ref: ExternalRef | None | Unset = UNSET
    customer_id: None | Unset | UUID = UNSET
    person_ref: ExternalRef | None | Unset = UNSET
    person_id: None | Unset | UUID = UNSET
    team_ref: ExternalRef | None | Unset = UNSET
    team_id: None | Unset | UUID = UNSET
    queue: None | str | Unset = UNSET
    locale: None | str | Unset = UNSET
    turns: list[TurnRequest] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        external_ref = self.external_ref.to_dict()

        channel = self.channel.value

        started_at = self.started_at.isoformat()

        ended_at = self.ended_at.isoformat()

        handle_seconds = self.handle_seconds

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

        person_ref: dict[str, Any] | None | Unset
        if isinstance(self.person_ref, Unset):
            person_ref = UNSET
        elif isinstance(self.person_ref, ExternalRef):
            person_ref = self.person_ref.to_dict()
        else:
            person_ref = self.person_ref

        person_id: None | str | Unset
        if isinstance(self.person_id, Unset):
            person_id = UNSET
        elif isinstance(self.person_id, UUID):
            person_id = str(self.person_id)
        else:
            person_id = self.person_id

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

        queue: None | str | Unset
        if isinstance(self.queue, Unset):
            queue = UNSET
        else:
            queue = self.queue

        locale: None | str | Unset
        if isinstance(self.locale, Unset):
            locale = UNSET
        else:
            locale = self.locale

        turns: list[dict[str, Any]] | None | Unset
        if isinstance(self.turns, Unset):
            turns = UNSET
        elif isinstance(self.turns, list):
            turns = []
            for turns_type_0_item_data in self.turns:
                turns_type_0_item = turns_type_0_item_data.to_dict()
                turns.append(turns_type_0_item)

        else:
            turns = self.turns

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "external_ref": external_ref,
                "channel": channel,
                "started_at": started_at,
                "ended_at": ended_at,
                "handle_seconds": handle_seconds,
            }
        )
        if customer_ref is not UNSET:
            field_dict["customer_ref"] = customer_ref
        if customer_id is not UNSET:
            field_dict["customer_id"] = customer_id
        if person_ref is not UNSET:
            field_dict["person_ref"] = person_ref
        if person_id is not UNSET:
            field_dict["person_id"] = person_id
        if team_ref is not UNSET:
            field_dict["team_ref"] = team_ref
        if team_id is not UNSET:
            field_dict["team_id"] = team_id
        if queue is not UNSET:
            field_dict["queue"] = queue
        if locale is not UNSET:
            field_dict["locale"] = locale
        if turns is not UNSET:
            field_dict["turns"] = turns

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.turn_request import TurnRequest  # noqa: PLC0415

        d = dict(src_dict)
        external_ref = ExternalRef.from_dict(d.pop("external_ref"))

        channel = Channel(d.pop("channel"))

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))

        ended_at = datetime.datetime.fromisoformat(d.pop("ended_at"))

        handle_seconds = d.pop("handle_seconds")

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

        def _parse_person_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                person_ref_type_0 = ExternalRef.from_dict(data)

                return person_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        person_ref = _parse_person_ref(d.pop("person_ref", UNSET))

        def _parse_person_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                person_id_type_0 = UUID(data)

                return person_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        person_id = _parse_person_id(d.pop("person_id", UNSET))

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

        def _parse_queue(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        queue = _parse_queue(d.pop("queue", UNSET))

        def _parse_locale(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        locale = _parse_locale(d.pop("locale", UNSET))

        def _parse_turns(data: object) -> list[TurnRequest] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                turns_type_0 = []
                _turns_type_0 = data
                for turns_type_0_item_data in _turns_type_0:
                    turns_type_0_item = TurnRequest.from_dict(turns_type_0_item_data)

                    turns_type_0.append(turns_type_0_item)

                return turns_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[TurnRequest] | None | Unset, data)

        turns = _parse_turns(d.pop("turns", UNSET))

        interaction_request = cls(
            external_ref=external_ref,
            channel=channel,
            started_at=started_at,
            ended_at=ended_at,
            handle_seconds=handle_seconds,
            customer_ref=customer_ref,
            customer_id=customer_id,
            person_ref=person_ref,
            person_id=person_id,
            team_ref=team_ref,
            team_id=team_id,
            queue=queue,
            locale=locale,
            turns=turns,
        )

        return interaction_request
