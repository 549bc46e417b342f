from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.level import Level

if TYPE_CHECKING:
    from ..models.share import Share


T = TypeVar("T", bound="Load")


@_attrs_define
class Load:
    """The caller's own load right now. A signal for a conversation; not a diagnosis, and no measure of performance.

    Attributes:
        person_id (UUID):
        load (float): Ten calm minutes of conversation weigh 1, at the highest intensity 2.
        threshold (float):
        level (Level): Where a load stands to its threshold.
        over_since (datetime.datetime | None): Since when it is over the threshold.
        clears_at_earliest (datetime.datetime | None): When it is below again if no conversation is added.
        half_life_minutes (int): In this time the load halves.
        why (list[Share]): The conversations that make up most of it, the largest share first.
        as_of (datetime.datetime | None): Everything recorded up to this moment is included; null before anything is.
    """

    person_id: UUID
    load: float
    threshold: float
    level: Level
    over_since: datetime.datetime | None
    clears_at_earliest: datetime.datetime | None
    half_life_minutes: int
    why: list[Share]
    as_of: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        person_id = str(self.person_id)

        load = self.load

        threshold = self.threshold

        level = self.level.value

        over_since: None | str
        if isinstance(self.over_since, datetime.datetime):
            over_since = self.over_since.isoformat()
        else:
            over_since = self.over_since

        clears_at_earliest: None | str
        if isinstance(self.clears_at_earliest, datetime.datetime):
            clears_at_earliest = self.clears_at_earliest.isoformat()
        else:
            clears_at_earliest = self.clears_at_earliest

        half_life_minutes = self.half_life_minutes

        why = []
        for why_item_data in self.why:
            why_item = why_item_data.to_dict()
            why.append(why_item)

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "person_id": person_id,
                "load": load,
                "threshold": threshold,
                "level": level,
                "over_since": over_since,
                "clears_at_earliest": clears_at_earliest,
                "half_life_minutes": half_life_minutes,
                "why": why,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.share import Share  # noqa: PLC0415

        d = dict(src_dict)
        person_id = UUID(d.pop("person_id"))

        load = d.pop("load")

        threshold = d.pop("threshold")

        level = Level(d.pop("level"))

        def _parse_over_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                over_since_type_0 = datetime.datetime.fromisoformat(data)

                return over_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        over_since = _parse_over_since(d.pop("over_since"))

        def _parse_clears_at_earliest(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                clears_at_earliest_type_0 = datetime.datetime.fromisoformat(data)

                return clears_at_earliest_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        clears_at_earliest = _parse_clears_at_earliest(d.pop("clears_at_earliest"))

        half_life_minutes = d.pop("half_life_minutes")

        why = []
        _why = d.pop("why")
        for why_item_data in _why:
            why_item = Share.from_dict(why_item_data)

            why.append(why_item)

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))

        load = cls(
            person_id=person_id,
            load=load,
            threshold=threshold,
            level=level,
            over_since=over_since,
            clears_at_earliest=clears_at_earliest,
            half_life_minutes=half_life_minutes,
            why=why,
            as_of=as_of,
        )

        load.additional_properties = d
        return load

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
