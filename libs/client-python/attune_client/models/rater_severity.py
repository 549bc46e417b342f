from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.drift import Drift
from ..models.leaning import Leaning

T = TypeVar("T", bound="RaterSeverity")


@_attrs_define
class RaterSeverity:
    """How a rater compares with the others who rated the same, in levels: above zero is milder.

    Attributes:
        rater_id (UUID):
        ratings (int):
        bias (float | None): The mean difference from the others.
        shrunk (float | None): The same, drawn towards zero as few ratings deserve.
        low (float | None):
        high (float | None):
        leaning (Leaning | None): Severe or mild from half a level on, and only beyond chance.
        drift (Drift | None): Where the order is known: whether they have moved.
        logits (float | None): The severity by a many-facet Rasch model, from 30 shared items and three linked raters
            on: above zero is more severe.
    """

    rater_id: UUID
    ratings: int
    bias: float | None
    shrunk: float | None
    low: float | None
    high: float | None
    leaning: Leaning | None
    drift: Drift | None
    logits: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rater_id = str(self.rater_id)

        ratings = self.ratings

        bias: float | None
        bias = self.bias

        shrunk: float | None
        shrunk = self.shrunk

        low: float | None
        low = self.low

        high: float | None
        high = self.high

        leaning: None | str
        if isinstance(self.leaning, Leaning):
            leaning = self.leaning.value
        else:
            leaning = self.leaning

        drift: None | str
        if isinstance(self.drift, Drift):
            drift = self.drift.value
        else:
            drift = self.drift

        logits: float | None
        logits = self.logits

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rater_id": rater_id,
                "ratings": ratings,
                "bias": bias,
                "shrunk": shrunk,
                "low": low,
                "high": high,
                "leaning": leaning,
                "drift": drift,
                "logits": logits,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        rater_id = UUID(d.pop("rater_id"))

        ratings = d.pop("ratings")

        def _parse_bias(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        bias = _parse_bias(d.pop("bias"))

        def _parse_shrunk(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        shrunk = _parse_shrunk(d.pop("shrunk"))

        def _parse_low(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        low = _parse_low(d.pop("low"))

        def _parse_high(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        high = _parse_high(d.pop("high"))

        def _parse_leaning(data: object) -> Leaning | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                leaning_type_0 = Leaning(data)

                return leaning_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Leaning | None, data)

        leaning = _parse_leaning(d.pop("leaning"))

        def _parse_drift(data: object) -> Drift | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                drift_type_0 = Drift(data)

                return drift_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Drift | None, data)

        drift = _parse_drift(d.pop("drift"))

        def _parse_logits(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        logits = _parse_logits(d.pop("logits"))

        rater_severity = cls(
            rater_id=rater_id,
            ratings=ratings,
            bias=bias,
            shrunk=shrunk,
            low=low,
            high=high,
            leaning=leaning,
            drift=drift,
            logits=logits,
        )

        rater_severity.additional_properties = d
        return rater_severity

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
