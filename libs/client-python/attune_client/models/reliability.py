from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.run_status import RunStatus

if TYPE_CHECKING:
    from ..models.dimension_reliability import DimensionReliability
    from ..models.reliability_method import ReliabilityMethod
    from ..models.reliability_progress import ReliabilityProgress


T = TypeVar("T", bound="Reliability")


@_attrs_define
class Reliability:
    """How far the raters of a round agree. While it is computed, the figures are those of older ratings.

    Attributes:
        round_id (UUID):
        status (RunStatus): How far the computation is.
        progress (ReliabilityProgress): How many dimensions are computed.
        revision (int): Counts changes of what is computed from.
        computed_revision (int | None): What the figures are of; null while there are none.
        computed_at (datetime.datetime | None):
        made_with (ReliabilityMethod): What the figures were made with: with the same ratings they come out the same.
        dimensions (list[DimensionReliability]):
    """

    round_id: UUID
    status: RunStatus
    progress: ReliabilityProgress
    revision: int
    computed_revision: int | None
    computed_at: datetime.datetime | None
    made_with: ReliabilityMethod
    dimensions: list[DimensionReliability]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        round_id = str(self.round_id)

        status = self.status.value

        progress = self.progress.to_dict()

        revision = self.revision

        computed_revision: int | None
        computed_revision = self.computed_revision

        computed_at: None | str
        if isinstance(self.computed_at, datetime.datetime):
            computed_at = self.computed_at.isoformat()
        else:
            computed_at = self.computed_at

        made_with = self.made_with.to_dict()

        dimensions = []
        for dimensions_item_data in self.dimensions:
            dimensions_item = dimensions_item_data.to_dict()
            dimensions.append(dimensions_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "round_id": round_id,
                "status": status,
                "progress": progress,
                "revision": revision,
                "computed_revision": computed_revision,
                "computed_at": computed_at,
                "made_with": made_with,
                "dimensions": dimensions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dimension_reliability import DimensionReliability  # noqa: PLC0415
        from ..models.reliability_method import ReliabilityMethod  # noqa: PLC0415
        from ..models.reliability_progress import ReliabilityProgress  # noqa: PLC0415

        d = dict(src_dict)
        round_id = UUID(d.pop("round_id"))

        status = RunStatus(d.pop("status"))

        progress = ReliabilityProgress.from_dict(d.pop("progress"))

        revision = d.pop("revision")

        def _parse_computed_revision(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        computed_revision = _parse_computed_revision(d.pop("computed_revision"))

        def _parse_computed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                computed_at_type_0 = datetime.datetime.fromisoformat(data)

                return computed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        computed_at = _parse_computed_at(d.pop("computed_at"))

        made_with = ReliabilityMethod.from_dict(d.pop("made_with"))

        dimensions = []
        _dimensions = d.pop("dimensions")
        for dimensions_item_data in _dimensions:
            dimensions_item = DimensionReliability.from_dict(dimensions_item_data)

            dimensions.append(dimensions_item)

        reliability = cls(
            round_id=round_id,
            status=status,
            progress=progress,
            revision=revision,
            computed_revision=computed_revision,
            computed_at=computed_at,
            made_with=made_with,
            dimensions=dimensions,
        )

        reliability.additional_properties = d
        return reliability

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
