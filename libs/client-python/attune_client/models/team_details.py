from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="TeamDetails")


@_attrs_define
class TeamDetails:
    """The whole of what the HRIS knows about a team.

    Example:
        {'name': 'Chat support', 'parent_ref': {'external_id': 't-1', 'source': 'hris'}}

    Attributes:
        name (str):
        parent_ref (ExternalRef | None | Unset): The team above this one.
    """

    name: str
    parent_ref: ExternalRef | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        name = self.name

        parent_ref: dict[str, Any] | None | Unset
        if isinstance(self.parent_ref, Unset):
            parent_ref = UNSET
        elif isinstance(self.parent_ref, ExternalRef):
            parent_ref = self.parent_ref.to_dict()
        else:
            parent_ref = self.parent_ref

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if parent_ref is not UNSET:
            field_dict["parent_ref"] = parent_ref

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        def _parse_parent_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                parent_ref_type_0 = ExternalRef.from_dict(data)

                return parent_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        parent_ref = _parse_parent_ref(d.pop("parent_ref", UNSET))

        team_details = cls(
            name=name,
            parent_ref=parent_ref,
        )

        return team_details
