from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.round_outcome import RoundOutcome
from ..models.round_status import RoundStatus
from ..models.sight import Sight

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef
    from ..models.rater import Rater
    from ..models.rating_scale import RatingScale


T = TypeVar("T", bound="CalibrationRoundWithRaters")


@_attrs_define
class CalibrationRoundWithRaters:
    """A calibration round with its raters, and whose ratings the caller sees.

    Attributes:
        id (UUID):
        external_ref (ExternalRef | None):
        title (str):
        rubric_version_id (None | UUID):
        dimensions (list[str]):
        scale (RatingScale): The whole numbers that a rating can be, and what they mean.
        status (RoundStatus): The life of a round. Ratings are made while it is scoring, and seen by all from the review
            on.
        outcome (None | RoundOutcome):
        quorum (int):
        facilitator_id (None | UUID):
        scoring_until (datetime.datetime | None):
        raters_count (int):
        raters_submitted (int): How many stand by their ratings.
        items_count (int):
        created_at (datetime.datetime):
        updated_at (datetime.datetime):
        raters (list[Rater]):
        ratings_seen (Sight): How much of a round's ratings somebody sees.
    """

    id: UUID
    external_ref: ExternalRef | None
    title: str
    rubric_version_id: None | UUID
    dimensions: list[str]
    scale: RatingScale
    status: RoundStatus
    outcome: None | RoundOutcome
    quorum: int
    facilitator_id: None | UUID
    scoring_until: datetime.datetime | None
    raters_count: int
    raters_submitted: int
    items_count: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    raters: list[Rater]
    ratings_seen: Sight
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        id = str(self.id)

        external_ref: dict[str, Any] | None
        if isinstance(self.external_ref, ExternalRef):
            external_ref = self.external_ref.to_dict()
        else:
            external_ref = self.external_ref

        title = self.title

        rubric_version_id: None | str
        if isinstance(self.rubric_version_id, UUID):
            rubric_version_id = str(self.rubric_version_id)
        else:
            rubric_version_id = self.rubric_version_id

        dimensions = self.dimensions

        scale = self.scale.to_dict()

        status = self.status.value

        outcome: None | str
        if isinstance(self.outcome, RoundOutcome):
            outcome = self.outcome.value
        else:
            outcome = self.outcome

        quorum = self.quorum

        facilitator_id: None | str
        if isinstance(self.facilitator_id, UUID):
            facilitator_id = str(self.facilitator_id)
        else:
            facilitator_id = self.facilitator_id

        scoring_until: None | str
        if isinstance(self.scoring_until, datetime.datetime):
            scoring_until = self.scoring_until.isoformat()
        else:
            scoring_until = self.scoring_until

        raters_count = self.raters_count

        raters_submitted = self.raters_submitted

        items_count = self.items_count

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        raters = []
        for raters_item_data in self.raters:
            raters_item = raters_item_data.to_dict()
            raters.append(raters_item)

        ratings_seen = self.ratings_seen.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "external_ref": external_ref,
                "title": title,
                "rubric_version_id": rubric_version_id,
                "dimensions": dimensions,
                "scale": scale,
                "status": status,
                "outcome": outcome,
                "quorum": quorum,
                "facilitator_id": facilitator_id,
                "scoring_until": scoring_until,
                "raters_count": raters_count,
                "raters_submitted": raters_submitted,
                "items_count": items_count,
                "created_at": created_at,
                "updated_at": updated_at,
                "raters": raters,
                "ratings_seen": ratings_seen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.rater import Rater  # noqa: PLC0415
        from ..models.rating_scale import RatingScale  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        def _parse_external_ref(data: object) -> ExternalRef | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                external_ref_type_0 = ExternalRef.from_dict(data)

                return external_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None, data)

        external_ref = _parse_external_ref(d.pop("external_ref"))

        title = d.pop("title")

        def _parse_rubric_version_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rubric_version_id_type_0 = UUID(data)

                return rubric_version_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        rubric_version_id = _parse_rubric_version_id(d.pop("rubric_version_id"))

        dimensions = cast(list[str], d.pop("dimensions"))

        scale = RatingScale.from_dict(d.pop("scale"))

        status = RoundStatus(d.pop("status"))

        def _parse_outcome(data: object) -> None | RoundOutcome:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                outcome_type_0 = RoundOutcome(data)

                return outcome_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RoundOutcome, data)

        outcome = _parse_outcome(d.pop("outcome"))

        quorum = d.pop("quorum")

        def _parse_facilitator_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                facilitator_id_type_0 = UUID(data)

                return facilitator_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        facilitator_id = _parse_facilitator_id(d.pop("facilitator_id"))

        def _parse_scoring_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                scoring_until_type_0 = datetime.datetime.fromisoformat(data)

                return scoring_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        scoring_until = _parse_scoring_until(d.pop("scoring_until"))

        raters_count = d.pop("raters_count")

        raters_submitted = d.pop("raters_submitted")

        items_count = d.pop("items_count")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        raters = []
        _raters = d.pop("raters")
        for raters_item_data in _raters:
            raters_item = Rater.from_dict(raters_item_data)

            raters.append(raters_item)

        ratings_seen = Sight(d.pop("ratings_seen"))

        calibration_round_with_raters = cls(
            id=id,
            external_ref=external_ref,
            title=title,
            rubric_version_id=rubric_version_id,
            dimensions=dimensions,
            scale=scale,
            status=status,
            outcome=outcome,
            quorum=quorum,
            facilitator_id=facilitator_id,
            scoring_until=scoring_until,
            raters_count=raters_count,
            raters_submitted=raters_submitted,
            items_count=items_count,
            created_at=created_at,
            updated_at=updated_at,
            raters=raters,
            ratings_seen=ratings_seen,
        )

        calibration_round_with_raters.additional_properties = d
        return calibration_round_with_raters

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
