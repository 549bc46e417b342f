from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CheckInTexts")


@_attrs_define
class CheckInTexts:
    """What to write in a check-in: a part that is not there stays as it is, null or blanks clear it.

    Attributes:
        progress (None | str | Unset):
        blockers (None | str | Unset): "None" is an answer.
        next_targets (None | str | Unset):
    """

    progress: None | str | Unset = UNSET
    blockers: None | str | Unset = UNSET
    next_targets: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        progress: None | str | Unset
        if isinstance(self.progress, Unset):
            progress = UNSET
        else:
            progress = self.progress

        blockers: None | str | Unset
        if isinstance(self.blockers, Unset):
            blockers = UNSET
        else:
            blockers = self.blockers

        next_targets: None | str | Unset
        if isinstance(self.next_targets, Unset):
            next_targets = UNSET
        else:
            next_targets = self.next_targets

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if progress is not UNSET:
            field_dict["progress"] = progress
        if blockers is not UNSET:
            field_dict["blockers"] = blockers
        if next_targets is not UNSET:
            field_dict["next_targets"] = next_targets

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_progress(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        progress = _parse_progress(d.pop("progress", UNSET))

        def _parse_blockers(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        blockers = _parse_blockers(d.pop("blockers", UNSET))

        def _parse_next_targets(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        next_targets = _parse_next_targets(d.pop("next_targets", UNSET))

        check_in_texts = cls(
            progress=progress,
            blockers=blockers,
            next_targets=next_targets,
        )

        return check_in_texts
