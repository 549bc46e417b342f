from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.person_status import PersonStatus
from ..models.role import Role
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef
    from ..models.identity_request import IdentityRequest


T = TypeVar("T", bound="PersonRequest")


@_attrs_define
class PersonRequest:
    """A person, with the reference the HRIS knows them by.

    Example:
        {'display_name': 'Ann Bakker', 'external_ref': {'external_id': 'e-1042', 'source': 'hris'}, 'lead_ref':
            {'external_id': 'e-1007', 'source': 'hris'}, 'locale': 'nl-NL', 'started_on': '2024-03-01', 'status': 'active',
            'team_ref': {'external_id': 't-12', 'source': 'hris'}, 'time_zone': 'Europe/Amsterdam'}

    Attributes:
        display_name (str): The name colleagues see.
        external_ref (ExternalRef): How another system knows the same thing. Unique within an organisation.
        locale (None | str | Unset):
        time_zone (None | str | Unset):
        lead_ref (ExternalRef | None | Unset): The person's lead.
        team_ref (ExternalRef | None | Unset): The person's team.
        status (PersonStatus | Unset): Whether somebody works here now. An inactive person's keys and tokens stop
            working at once.
        roles (list[Role] | None | Unset): Needs the scope organisation:admin. Left out, they stay as they are.
        identity (IdentityRequest | None | Unset): Left out, it stays. For a person with roles it needs the scope
            organisation:admin.
        started_on (datetime.date | None | Unset):
        ended_on (datetime.date | None | Unset):
    """

    display_name: str
    external_ref: ExternalRef
    locale: None | str | Unset = UNSET
    time_zone: None | str | Unset = UNSET
    lead_ref: ExternalRef | None | Unset = UNSET
    team_ref: ExternalRef | None | Unset = UNSET
    status: PersonStatus | Unset = UNSET
    roles: list[Role] | None | Unset = UNSET
    identity: IdentityRequest | None | Unset = UNSET
    started_on: datetime.date | None | Unset = UNSET
    ended_on: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.identity_request import IdentityRequest  # noqa: PLC0415

        display_name = self.display_name

        external_ref = self.external_ref.to_dict()

        locale: None | str | Unset
        if isinstance(self.locale, Unset):
            locale = UNSET
        else:
            locale = self.locale

        time_zone: None | str | Unset
        if isinstance(self.time_zone, Unset):
            time_zone = UNSET
        else:
            time_zone = self.time_zone

        lead_ref: dict[str, Any] | None | Unset
        if isinstance(self.lead_ref, Unset):
            lead_ref = UNSET
        elif isinstance(self.lead_ref, ExternalRef):
            lead_ref = self.lead_ref.to_dict()
        else:
            lead_ref = self.lead_ref

        team_ref: dict[str, Any] | None | Unset
        if isinstance(self.team_ref, Unset):
            team_ref = UNSET
        elif isinstance(self.team_ref, ExternalRef):
            team_ref = self.team_ref.to_dict()
        else:
            team_ref = self.team_ref

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value

        roles: list[str] | None | Unset
        if isinstance(self.roles, Unset):
            roles = UNSET
        elif isinstance(self.roles, list):
            roles = []
            for roles_type_0_item_data in self.roles:
                roles_type_0_item = roles_type_0_item_data.value
                roles.append(roles_type_0_item)

        else:
            roles = self.roles

        identity: dict[str, Any] | None | Unset
        if isinstance(self.identity, Unset):
            identity = UNSET
        elif isinstance(self.identity, IdentityRequest):
            identity = self.identity.to_dict()
        else:
            identity = self.identity

        started_on: None | str | Unset
        if isinstance(self.started_on, Unset):
            started_on = UNSET
        elif isinstance(self.started_on, datetime.date):
            started_on = self.started_on.isoformat()
        else:
            started_on = self.started_on

        ended_on: None | str | Unset
        if isinstance(self.ended_on, Unset):
            ended_on = UNSET
        elif isinstance(self.ended_on, datetime.date):
            ended_on = self.ended_on.isoformat()
        else:
            ended_on = self.ended_on

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "display_name": display_name,
                "external_ref": external_ref,
            }
        )
        if locale is not UNSET:
            field_dict["locale"] = locale
        if time_zone is not UNSET:
            field_dict["time_zone"] = time_zone
        if lead_ref is not UNSET:
            field_dict["lead_ref"] = lead_ref
        if team_ref is not UNSET:
            field_dict["team_ref"] = team_ref
        if status is not UNSET:
            field_dict["status"] = status
        if roles is not UNSET:
            field_dict["roles"] = roles
        if identity is not UNSET:
            field_dict["identity"] = identity
        if started_on is not UNSET:
            field_dict["started_on"] = started_on
        if ended_on is not UNSET:
            field_dict["ended_on"] = ended_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.identity_request import IdentityRequest  # noqa: PLC0415

        d = dict(src_dict)
        display_name = d.pop("display_name")

        external_ref = ExternalRef.from_dict(d.pop("external_ref"))

        def _parse_locale(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        locale = _parse_locale(d.pop("locale", UNSET))

        def _parse_time_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        time_zone = _parse_time_zone(d.pop("time_zone", UNSET))

        def _parse_lead_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                lead_ref_type_0 = ExternalRef.from_dict(data)

                return lead_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        lead_ref = _parse_lead_ref(d.pop("lead_ref", UNSET))

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

        _status = d.pop("status", UNSET)
        status: PersonStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = PersonStatus(_status)

        def _parse_roles(data: object) -> list[Role] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                roles_type_0 = []
                _roles_type_0 = data
                for roles_type_0_item_data in _roles_type_0:
                    roles_type_0_item = Role(roles_type_0_item_data)

                    roles_type_0.append(roles_type_0_item)

                return roles_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Role] | None | Unset, data)

        roles = _parse_roles(d.pop("roles", UNSET))

        def _parse_identity(data: object) -> IdentityRequest | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                identity_type_0 = IdentityRequest.from_dict(data)

                return identity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IdentityRequest | None | Unset, data)

        identity = _parse_identity(d.pop("identity", UNSET))

        def _parse_started_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_on_type_0 = datetime.date.fromisoformat(data)

                return started_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        started_on = _parse_started_on(d.pop("started_on", UNSET))

        def _parse_ended_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_on_type_0 = datetime.date.fromisoformat(data)

                return ended_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        ended_on = _parse_ended_on(d.pop("ended_on", UNSET))

        person_request = cls(
            display_name=display_name,
            external_ref=external_ref,
            locale=locale,
            time_zone=time_zone,
            lead_ref=lead_ref,
            team_ref=team_ref,
            status=status,
            roles=roles,
            identity=identity,
            started_on=started_on,
            ended_on=ended_on,
        )

        return person_request
