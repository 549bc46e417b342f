from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="TeamRequest")


@_attrs_define
class TeamRequest:
    """A team, with the reference the HRIS knows it by.

    Example:
        {'external_ref': {'external_id': 't-12', 'source': 'hris'}, 'name': 'Chat support', 'parent_ref':
            {'external_id': 't-1', 'source': 'hris'}}

    Attributes:
        name (str):
        external_ref (ExternalRef): How another system knows the same thing. Unique within an organisation.
        parent_ref (ExternalRef | None | Unset): The team above this one.
    """

    name: str
    external_ref: ExternalRef
    parent_ref: ExternalRef | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        name = self.name

        external_ref = self.external_ref.to_dict()

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
                "external_ref": external_ref,
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

        external_ref = ExternalRef.from_dict(d.pop("external_ref"))

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

        team_request = cls(
            name=name,
            external_ref=external_ref,
            parent_ref=parent_ref,
        )

        return team_request
