from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.round_outcome import RoundOutcome

T = TypeVar("T", bound="ResolveRoundRequest")


@_attrs_define
class ResolveRoundRequest:
    """What the raters made of it.

    Attributes:
        outcome (RoundOutcome): What the raters made of it. A change is proposed; it takes a new version of the rubric.
    """

    outcome: RoundOutcome

    def to_dict(self) -> dict[str, Any]:
        outcome = self.outcome.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outcome": outcome,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        outcome = RoundOutcome(d.pop("outcome"))

        resolve_round_request = cls(
            outcome=outcome,
        )

        return resolve_round_request
