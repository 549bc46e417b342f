from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.attune_calibration_model_names_reason import AttuneCalibrationModelNamesReason
from ..models.coefficient_name import CoefficientName
from ..models.reliability_status import ReliabilityStatus

if TYPE_CHECKING:
    from ..models.coefficient import Coefficient
    from ..models.divergence import Divergence
    from ..models.rater_severity import RaterSeverity


T = TypeVar("T", bound="DimensionReliability")


@_attrs_define
class DimensionReliability:
    """What is known about the agreement in one dimension.

    Attributes:
        dimension (str):
        status (ReliabilityStatus): Whether a dimension's scores can be relied on.
        reason (AttuneCalibrationModelNamesReason | None): Why it is not reliable, or why nothing can be said.
        judged_by (CoefficientName): Coefficients of agreement by the names of the field.
        items (int):
        shared_items (int): Rated by two raters or more.
        raters (int):
        ratings (int):
        further_items (int | None): How many more shared items would narrow the interval to ± 0.1.
        coefficients (list[Coefficient]):
        severities (list[RaterSeverity]): Of all raters for who leads the round; else one's own.
        divergences (list[Divergence]): What to talk about, first things first; 50 at most.
    """

    dimension: str
    status: ReliabilityStatus
    reason: AttuneCalibrationModelNamesReason | None
    judged_by: CoefficientName
    items: int
    shared_items: int
    raters: int
    ratings: int
    further_items: int | None
    coefficients: list[Coefficient]
    severities: list[RaterSeverity]
    divergences: list[Divergence]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        dimension = self.dimension

        status = self.status.value

        reason: None | str
        if isinstance(self.reason, AttuneCalibrationModelNamesReason):
            reason = self.reason.value
        else:
            reason = self.reason

        judged_by = self.judged_by.value

        items = self.items

        shared_items = self.shared_items

        raters = self.raters

        ratings = self.ratings

        further_items: int | None
        further_items = self.further_items

        coefficients = []
        for coefficients_item_data in self.coefficients:
            coefficients_item = coefficients_item_data.to_dict()
            coefficients.append(coefficients_item)

        severities = []
        for severities_item_data in self.severities:
            severities_item = severities_item_data.to_dict()
            severities.append(severities_item)

        divergences = []
        for divergences_item_data in self.divergences:
            divergences_item = divergences_item_data.to_dict()
            divergences.append(divergences_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dimension": dimension,
                "status": status,
                "reason": reason,
                "judged_by": judged_by,
                "items": items,
                "shared_items": shared_items,
                "raters": raters,
                "ratings": ratings,
                "further_items": further_items,
                "coefficients": coefficients,
                "severities": severities,
                "divergences": divergences,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.coefficient import Coefficient  # noqa: PLC0415
        from ..models.divergence import Divergence  # noqa: PLC0415
        from ..models.rater_severity import RaterSeverity  # noqa: PLC0415

        d = dict(src_dict)
        dimension = d.pop("dimension")

        status = ReliabilityStatus(d.pop("status"))

        def _parse_reason(data: object) -> AttuneCalibrationModelNamesReason | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_type_0 = AttuneCalibrationModelNamesReason(data)

                return reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AttuneCalibrationModelNamesReason | None, data)

        reason = _parse_reason(d.pop("reason"))

        judged_by = CoefficientName(d.pop("judged_by"))

        items = d.pop("items")

        shared_items = d.pop("shared_items")

        raters = d.pop("raters")

        ratings = d.pop("ratings")

        def _parse_further_items(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        further_items = _parse_further_items(d.pop("further_items"))

        coefficients = []
        _coefficients = d.pop("coefficients")
        for coefficients_item_data in _coefficients:
            coefficients_item = Coefficient.from_dict(coefficients_item_data)

            coefficients.append(coefficients_item)

        severities = []
        _severities = d.pop("severities")
        for severities_item_data in _severities:
            severities_item = RaterSeverity.from_dict(severities_item_data)

            severities.append(severities_item)

        divergences = []
        _divergences = d.pop("divergences")
        for divergences_item_data in _divergences:
            divergences_item = Divergence.from_dict(divergences_item_data)

            divergences.append(divergences_item)

        dimension_reliability = cls(
            dimension=dimension,
            status=status,
            reason=reason,
            judged_by=judged_by,
            items=items,
            shared_items=shared_items,
            raters=raters,
            ratings=ratings,
            further_items=further_items,
            coefficients=coefficients,
            severities=severities,
            divergences=divergences,
        )

        dimension_reliability.additional_properties = d
        return dimension_reliability

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
