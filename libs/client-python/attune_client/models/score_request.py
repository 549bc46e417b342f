from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.original_request import OriginalRequest


T = TypeVar("T", bound="ScoreRequest")


@_attrs_define
class ScoreRequest:
    """The level of one dimension.

    Attributes:
        dimension (str):
        level (int | None): Null where the dimension did not apply.
        original (None | OriginalRequest | Unset): The rating it comes from, on its own scale.
    """

    dimension: str
    level: int | None
    original: None | OriginalRequest | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.original_request import OriginalRequest  # noqa: PLC0415

        dimension = self.dimension

        level: int | None
        level = self.level

        original: dict[str, Any] | None | Unset
        if isinstance(self.original, Unset):
            original = UNSET
        elif isinstance(self.original, OriginalRequest):
            original = self.original.to_dict()
        else:
            original = self.original

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "dimension": dimension,
                "level": level,
            }
        )
        if original is not UNSET:
            field_dict["original"] = original

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.original_request import OriginalRequest  # noqa: PLC0415

        d = dict(src_dict)
        dimension = d.pop("dimension")

        def _parse_level(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        level = _parse_level(d.pop("level"))

        def _parse_original(data: object) -> None | OriginalRequest | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                original_type_0 = OriginalRequest.from_dict(data)

                return original_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OriginalRequest | Unset, data)

        original = _parse_original(d.pop("original", UNSET))

        score_request = cls(
            dimension=dimension,
            level=level,
            original=original,
        )

        return score_request
