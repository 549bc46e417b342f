from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.metric import Metric

T = TypeVar("T", bound="RatingScale")


@_attrs_define
class RatingScale:
    """The whole numbers that a rating can be, and what they mean.

    Attributes:
        min_ (int):
        max_ (int):
        metric (Metric): What the levels of a scale mean: names, an order, distances, or ratios.
    """

    min_: int
    max_: int
    metric: Metric
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        min_ = self.min_

        max_ = self.max_

        metric = self.metric.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "min": min_,
                "max": max_,
                "metric": metric,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        min_ = d.pop("min")

        max_ = d.pop("max")

        metric = Metric(d.pop("metric"))

        rating_scale = cls(
            min_=min_,
            max_=max_,
            metric=metric,
        )

        rating_scale.additional_properties = d
        return rating_scale

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
