from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.dashboard_status import DashboardStatus
from ..models.suppression import Suppression

if TYPE_CHECKING:
    from ..models.figures import Figures


T = TypeVar("T", bound="Dashboard")


@_attrs_define
class Dashboard:
    """One team's calendar month.

    Attributes:
        team_id (UUID):
        month (str):
        status (DashboardStatus): Whether there is anything to see.
        reason (None | Suppression): Why nothing is shown.
        minimum_group (int): The smallest group that is shown.
        as_of (datetime.datetime | None): Everything recorded up to this moment is included; null before anything is.
        people (int | None): How many people's conversations it is of; null where nothing is shown.
        figures (Figures | None):
    """

    team_id: UUID
    month: str
    status: DashboardStatus
    reason: None | Suppression
    minimum_group: int
    as_of: datetime.datetime | None
    people: int | None
    figures: Figures | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.figures import Figures  # noqa: PLC0415

        team_id = str(self.team_id)

        month = self.month

        status = self.status.value

        reason: None | str
        if isinstance(self.reason, Suppression):
            reason = self.reason.value
        else:
            reason = self.reason

        minimum_group = self.minimum_group

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        people: int | None
        people = self.people

        figures: dict[str, Any] | None
        if isinstance(self.figures, Figures):
            figures = self.figures.to_dict()
        else:
            figures = self.figures

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "team_id": team_id,
                "month": month,
                "status": status,
                "reason": reason,
                "minimum_group": minimum_group,
                "as_of": as_of,
                "people": people,
                "figures": figures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.figures import Figures  # noqa: PLC0415

        d = dict(src_dict)
        team_id = UUID(d.pop("team_id"))

        month = d.pop("month")

        status = DashboardStatus(d.pop("status"))

        def _parse_reason(data: object) -> None | Suppression:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_type_0 = Suppression(data)

                return reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Suppression, data)

        reason = _parse_reason(d.pop("reason"))

        minimum_group = d.pop("minimum_group")

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

        def _parse_people(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        people = _parse_people(d.pop("people"))

        def _parse_figures(data: object) -> Figures | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                figures_type_0 = Figures.from_dict(data)

                return figures_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Figures | None, data)

        figures = _parse_figures(d.pop("figures"))

        dashboard = cls(
            team_id=team_id,
            month=month,
            status=status,
            reason=reason,
            minimum_group=minimum_group,
            as_of=as_of,
            people=people,
            figures=figures,
        )

        dashboard.additional_properties = d
        return dashboard

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
