from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.mean import Mean


T = TypeVar("T", bound="Figures")


@_attrs_define
class Figures:
    """What the team went through. Emotional figures count customers who consented to insights; each needs five customers
    and five people of its own.

        Attributes:
            interactions (int): Conversations that ended in the month.
            handle_seconds_mean (float | None):
            intensity_mean (Mean | None): How intense the customers' distress was, from 1 to 5. Null where too few stand
                behind it.
            recovery_mean (Mean | None): Intensity at first minus intensity at last, from 1 to 5. Null where too few stand
                behind it.
            escalations_opened (int): Escalations offered to the team in the month.
            escalations_resolved (int): How many of those are resolved.
            check_ins_open (int): Check-ins of the month's weeks that are not submitted.
            check_ins_kept (int): Check-ins of the month's weeks that are submitted.
    """

    interactions: int
    handle_seconds_mean: float | None
    intensity_mean: Mean | None
    recovery_mean: Mean | None
    escalations_opened: int
    escalations_resolved: int
    check_ins_open: int
    check_ins_kept: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.mean import Mean  # noqa: PLC0415

        interactions = self.interactions

        handle_seconds_mean: float | None
        handle_seconds_mean = self.handle_seconds_mean

        intensity_mean: dict[str, Any] | None
        if isinstance(self.intensity_mean, Mean):
            intensity_mean = self.intensity_mean.to_dict()
        else:
            intensity_mean = self.intensity_mean

        recovery_mean: dict[str, Any] | None
        if isinstance(self.recovery_mean, Mean):
            recovery_mean = self.recovery_mean.to_dict()
        else:
            recovery_mean = self.recovery_mean

        escalations_opened = self.escalations_opened

        escalations_resolved = self.escalations_resolved

        check_ins_open = self.check_ins_open

        check_ins_kept = self.check_ins_kept

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "interactions": interactions,
                "handle_seconds_mean": handle_seconds_mean,
                "intensity_mean": intensity_mean,
                "recovery_mean": recovery_mean,
                "escalations_opened": escalations_opened,
                "escalations_resolved": escalations_resolved,
                "check_ins_open": check_ins_open,
                "check_ins_kept": check_ins_kept,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.mean import Mean  # noqa: PLC0415

        d = dict(src_dict)
        interactions = d.pop("interactions")

        def _parse_handle_seconds_mean(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        handle_seconds_mean = _parse_handle_seconds_mean(d.pop("handle_seconds_mean"))

        def _parse_intensity_mean(data: object) -> Mean | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                intensity_mean_type_0 = Mean.from_dict(data)

                return intensity_mean_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Mean | None, data)

        intensity_mean = _parse_intensity_mean(d.pop("intensity_mean"))

        def _parse_recovery_mean(data: object) -> Mean | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recovery_mean_type_0 = Mean.from_dict(data)

                return recovery_mean_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Mean | None, data)

        recovery_mean = _parse_recovery_mean(d.pop("recovery_mean"))

        escalations_opened = d.pop("escalations_opened")

        escalations_resolved = d.pop("escalations_resolved")

        check_ins_open = d.pop("check_ins_open")

        check_ins_kept = d.pop("check_ins_kept")

        figures = cls(
            interactions=interactions,
            handle_seconds_mean=handle_seconds_mean,
            intensity_mean=intensity_mean,
            recovery_mean=recovery_mean,
            escalations_opened=escalations_opened,
            escalations_resolved=escalations_resolved,
            check_ins_open=check_ins_open,
            check_ins_kept=check_ins_kept,
        )

        figures.additional_properties = d
        return figures

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
