from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef


T = TypeVar("T", bound="CustomerRequest")


@_attrs_define
class CustomerRequest:
    """A customer, with the reference the CRM knows them by.

    Attributes:
        external_ref (ExternalRef): How another system knows the same thing. Unique within an organisation.
        locale (None | str | Unset):
    """

    external_ref: ExternalRef
    locale: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        external_ref = self.external_ref.to_dict()

        locale: None | str | Unset
        if isinstance(self.locale, Unset):
            locale = UNSET
        else:
            locale = self.locale

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "external_ref": external_ref,
            }
        )
        if locale is not UNSET:
            field_dict["locale"] = locale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        d = dict(src_dict)
        external_ref = ExternalRef.from_dict(d.pop("external_ref"))

        def _parse_locale(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        locale = _parse_locale(d.pop("locale", UNSET))

        customer_request = cls(
            external_ref=external_ref,
            locale=locale,
        )

        return customer_request
