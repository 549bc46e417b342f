from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.version_status import VersionStatus

if TYPE_CHECKING:
    from ..models.rubric_dimension import RubricDimension


T = TypeVar("T", bound="Rubric")


@_attrs_define
class Rubric:
    """A rubric in its latest published version: its dimensions, and what each level from 0 to 4 looks like.

    Attributes:
        id (UUID):
        slug (str):
        title (str):
        is_built_in (bool):
        version_id (UUID): The version; evaluations name it as rubric_version_id.
        number (int): The version's number, from 1.
        status (VersionStatus): The life of a rubric version; once published it never changes.
        published_at (datetime.datetime):
        dimensions (list[RubricDimension]):
    """

    id: UUID
    slug: str
    title: str
    is_built_in: bool
    version_id: UUID
    number: int
    status: VersionStatus
    published_at: datetime.datetime
    dimensions: list[RubricDimension]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        slug = self.slug

        title = self.title

        is_built_in = self.is_built_in

        version_id = str(self.version_id)

        number = self.number

        status = self.status.value

        published_at = self.published_at.isoformat()

        dimensions = []
        for dimensions_item_data in self.dimensions:
            dimensions_item = dimensions_item_data.to_dict()
            dimensions.append(dimensions_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "slug": slug,
                "title": title,
                "is_built_in": is_built_in,
                "version_id": version_id,
                "number": number,
                "status": status,
                "published_at": published_at,
                "dimensions": dimensions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rubric_dimension import RubricDimension  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        slug = d.pop("slug")

        title = d.pop("title")

        is_built_in = d.pop("is_built_in")

        version_id = UUID(d.pop("version_id"))

        number = d.pop("number")

        status = VersionStatus(d.pop("status"))

        published_at = datetime.datetime.fromisoformat(d.pop("published_at"))

        dimensions = []
        _dimensions = d.pop("dimensions")
        for dimensions_item_data in _dimensions:
            dimensions_item = RubricDimension.from_dict(dimensions_item_data)

            dimensions.append(dimensions_item)

        rubric = cls(
            id=id,
            slug=slug,
            title=title,
            is_built_in=is_built_in,
            version_id=version_id,
            number=number,
            status=status,
            published_at=published_at,
            dimensions=dimensions,
        )

        rubric.additional_properties = d
        return rubric

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
