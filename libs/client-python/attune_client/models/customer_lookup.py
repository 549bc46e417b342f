from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="CustomerLookup")


@_attrs_define
class CustomerLookup:
    """Whom to look up: in a body, since a reference can be personal.

    Attributes:
        external_ref (ExternalRef): How another system knows the same thing. Unique within an organisation.
    """

    external_ref: ExternalRef

    def to_dict(self) -> dict[str, Any]:
        external_ref = self.external_ref.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "external_ref": external_ref,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        d = dict(src_dict)
        external_ref = ExternalRef.from_dict(d.pop("external_ref"))

        customer_lookup = cls(
            external_ref=external_ref,
        )

        return customer_lookup
