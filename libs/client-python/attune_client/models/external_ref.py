from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ExternalRef")


@_attrs_define
class ExternalRef:
    """How another system knows the same thing. Unique within an organisation.

    Attributes:
        source (str):
        external_id (str):
    """

    source: str
    external_id: str

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        external_id = self.external_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "source": source,
                "external_id": external_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source = d.pop("source")

        external_id = d.pop("external_id")

        external_ref = cls(
            source=source,
            external_id=external_id,
        )

        return external_ref
