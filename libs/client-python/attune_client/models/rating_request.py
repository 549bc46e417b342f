from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.rater_request import RaterRequest


T = TypeVar("T", bound="RatingRequest")


@_attrs_define
class RatingRequest:
    """One rating.

    Attributes:
        item (str): Of letters, digits, `.`, `_`, `~`, `-`: never an e-mail address or a name.
        dimension (str):
        value (int | None): Null takes an earlier rating back.
        rater (None | RaterRequest | Unset): Whose it is, from a key that acts for no person. Who signs in sends their
            own.
        rated_at (datetime.datetime | None | Unset): When it was made. Drift is looked for where every rating says so.
        text_ref (None | str | Unset): Of an item that is new.
    """

    item: str
    dimension: str
    value: int | None
    rater: None | RaterRequest | Unset = UNSET
    rated_at: datetime.datetime | None | Unset = UNSET
    text_ref: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.rater_request import RaterRequest  # noqa: PLC0415

        item = self.item

        dimension = self.dimension

        value: int | None
        value = self.value

        rater: dict[str, Any] | None | Unset
        if isinstance(self.rater, Unset):
            rater = UNSET
        elif isinstance(self.rater, RaterRequest):
            rater = self.rater.to_dict()
        else:
            rater = self.rater

        rated_at: None | str | Unset
        if isinstance(self.rated_at, Unset):
            rated_at = UNSET
        elif isinstance(self.rated_at, datetime.datetime):
            rated_at = self.rated_at.isoformat()
        else:
            rated_at = self.rated_at

        text_ref: None | str | Unset
        if isinstance(self.text_ref, Unset):
            text_ref = UNSET
        else:
            text_ref = self.text_ref

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "item": item,
                "dimension": dimension,
                "value": value,
            }
        )
        if rater is not UNSET:
            field_dict["rater"] = rater
        if rated_at is not UNSET:
            field_dict["rated_at"] = rated_at
        if text_ref is not UNSET:
            field_dict["text_ref"] = text_ref

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rater_request import RaterRequest  # noqa: PLC0415

        d = dict(src_dict)
        item = d.pop("item")

        dimension = d.pop("dimension")

        def _parse_value(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        value = _parse_value(d.pop("value"))

        def _parse_rater(data: object) -> None | RaterRequest | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rater_type_0 = RaterRequest.from_dict(data)

                return rater_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RaterRequest | Unset, data)

        rater = _parse_rater(d.pop("rater", UNSET))

        def _parse_rated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rated_at_type_0 = datetime.datetime.fromisoformat(data)

                return rated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        rated_at = _parse_rated_at(d.pop("rated_at", UNSET))

        def _parse_text_ref(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        text_ref = _parse_text_ref(d.pop("text_ref", UNSET))

        rating_request = cls(
            item=item,
            dimension=dimension,
            value=value,
            rater=rater,
            rated_at=rated_at,
            text_ref=text_ref,
        )

        return rating_request
