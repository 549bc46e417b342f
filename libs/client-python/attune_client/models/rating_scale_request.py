from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.metric import Metric
from ..types import UNSET, Unset

T = TypeVar("T", bound="RatingScaleRequest")


@_attrs_define
class RatingScaleRequest:
    """The whole numbers that a rating can be, and what they mean.

    Attributes:
        min_ (int):
        max_ (int):
        metric (Metric | Unset): What the levels of a scale mean: names, an order, distances, or ratios.
    """

    min_: int
    max_: int
    metric: Metric | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        min_ = self.min_

        max_ = self.max_

        metric: str | Unset = UNSET
        if not isinstance(self.metric, Unset):
            metric = self.metric.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "min": min_,
                "max": max_,
            }
        )
        if metric is not UNSET:
            field_dict["metric"] = metric

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        min_ = d.pop("min")

        max_ = d.pop("max")

        _metric = d.pop("metric", UNSET)
        metric: Metric | Unset
        if isinstance(_metric, Unset):
            metric = UNSET
        else:
            metric = Metric(_metric)

        rating_scale_request = cls(
            min_=min_,
            max_=max_,
            metric=metric,
        )

        return rating_scale_request
