from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.calibration_item_request import CalibrationItemRequest
    from ..models.external_ref import ExternalRef
    from ..models.rater_request import RaterRequest
    from ..models.rating_scale_request import RatingScaleRequest


T = TypeVar("T", bound="CalibrationRoundRequest")


@_attrs_define
class CalibrationRoundRequest:
    """A round: either against a version of a rubric, or on dimensions and a scale of its own.

    Attributes:
        title (str):
        external_ref (ExternalRef | None | Unset): Your own reference: opening the same again adds nothing.
        rubric_slug (None | str | Unset): The rubric, in its latest published version.
        rubric_version_id (None | Unset | UUID):
        dimensions (list[str] | None | Unset): The dimensions of a round without a rubric; each once.
        scale (None | RatingScaleRequest | Unset): The scale of a round without a rubric. A rubric is scored from 0 to
            4.
        quorum (int | Unset): How many raters must have submitted before the review. Default: 2.
        facilitator_ref (ExternalRef | None | Unset):
        facilitator_id (None | Unset | UUID): The person who leads the discussion, and does not rate.
        scoring_until (datetime.datetime | None | Unset): When scoring is to be done. Ratings are taken until the review
            begins.
        raters (list[RaterRequest] | Unset):
        items (list[CalibrationItemRequest] | Unset):
        seed (int | Unset): Where the draws of the intervals begin. The same ratings and seed give the same figures.
            Default: 0.
    """

    title: str
    external_ref: ExternalRef | None | Unset = UNSET
    rubric_slug: None | str | Unset = UNSET
    rubric_version_id: None | Unset | UUID = UNSET
    dimensions: list[str] | None | Unset = UNSET
    scale: None | RatingScaleRequest | Unset = UNSET
    quorum: int | Unset = 2
    facilitator_ref: ExternalRef | None | Unset = UNSET
    facilitator_id: None | Unset | UUID = UNSET
    scoring_until: datetime.datetime | None | Unset = UNSET
    raters: list[RaterRequest] | Unset = UNSET
    items: list[CalibrationItemRequest] | Unset = UNSET
    seed: int | Unset = 0

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.rating_scale_request import RatingScaleRequest  # noqa: PLC0415

        title = self.title

        external_ref: dict[str, Any] | None | Unset
        if isinstance(self.external_ref, Unset):
            external_ref = UNSET
        elif isinstance(self.external_ref, ExternalRef):
            external_ref = self.external_ref.to_dict()
        else:
            external_ref = self.external_ref

        rubric_slug: None | str | Unset
        if isinstance(self.rubric_slug, Unset):
            rubric_slug = UNSET
        else:
            rubric_slug = self.rubric_slug

        rubric_version_id: None | str | Unset
        if isinstance(self.rubric_version_id, Unset):
            rubric_version_id = UNSET
        elif isinstance(self.rubric_version_id, UUID):
            rubric_version_id = str(self.rubric_version_id)
        else:
            rubric_version_id = self.rubric_version_id

        dimensions: list[str] | None | Unset
        if isinstance(self.dimensions, Unset):
            dimensions = UNSET
        elif isinstance(self.dimensions, list):
            dimensions = self.dimensions

        else:
            dimensions = self.dimensions

        scale: dict[str, Any] | None | Unset
        if isinstance(self.scale, Unset):
            scale = UNSET
        elif isinstance(self.scale, RatingScaleRequest):
            scale = self.scale.to_dict()
        else:
            scale = self.scale

        quorum = self.quorum

        facilitator_ref: dict[str, Any] | None | Unset
        if isinstance(self.facilitator_ref, Unset):
            facilitator_ref = UNSET
        elif isinstance(self.facilitator_ref, ExternalRef):
            facilitator_ref = self.facilitator_ref.to_dict()
        else:
            facilitator_ref = self.facilitator_ref

        facilitator_id: None | str | Unset
        if isinstance(self.facilitator_id, Unset):
            facilitator_id = UNSET
        elif isinstance(self.facilitator_id, UUID):
            facilitator_id = str(self.facilitator_id)
        else:
            facilitator_id = self.facilitator_id

        scoring_until: None | str | Unset
        if isinstance(self.scoring_until, Unset):
            scoring_until = UNSET
        elif isinstance(self.scoring_until, datetime.datetime):
            scoring_until = self.scoring_until.isoformat()
        else:
            scoring_until = self.scoring_until

        raters: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.raters, Unset):
            raters = []
            for raters_item_data in self.raters:
                raters_item = raters_item_data.to_dict()
                raters.append(raters_item)

        items: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.items, Unset):
            items = []
            for items_item_data in self.items:
                items_item = items_item_data.to_dict()
                items.append(items_item)

        seed = self.seed

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "title": title,
            }
        )
        if external_ref is not UNSET:
            field_dict["external_ref"] = external_ref
        if rubric_slug is not UNSET:
            field_dict["rubric_slug"] = rubric_slug
        if rubric_version_id is not UNSET:
            field_dict["rubric_version_id"] = rubric_version_id
        if dimensions is not UNSET:
            field_dict["dimensions"] = dimensions
        if scale is not UNSET:
            field_dict["scale"] = scale
        if quorum is not UNSET:
            field_dict["quorum"] = quorum
        if facilitator_ref is not UNSET:
            field_dict["facilitator_ref"] = facilitator_ref
        if facilitator_id is not UNSET:
            field_dict["facilitator_id"] = facilitator_id
        if scoring_until is not UNSET:
            field_dict["scoring_until"] = scoring_until
        if raters is not UNSET:
            field_dict["raters"] = raters
        if items is not UNSET:
            field_dict["items"] = items
        if seed is not UNSET:
            field_dict["seed"] = seed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.calibration_item_request import CalibrationItemRequest  # noqa: PLC0415
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.rater_request import RaterRequest  # noqa: PLC0415
        from ..models.rating_scale_request import RatingScaleRequest  # noqa: PLC0415

        d = dict(src_dict)
        title = d.pop("title")

        def _parse_external_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                external_ref_type_0 = ExternalRef.from_dict(data)

                return external_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        external_ref = _parse_external_ref(d.pop("external_ref", UNSET))

        def _parse_rubric_slug(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        rubric_slug = _parse_rubric_slug(d.pop("rubric_slug", UNSET))

        def _parse_rubric_version_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rubric_version_id_type_0 = UUID(data)

                return rubric_version_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        rubric_version_id = _parse_rubric_version_id(d.pop("rubric_version_id", UNSET))

        def _parse_dimensions(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                dimensions_type_0 = cast(list[str], data)

                return dimensions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        dimensions = _parse_dimensions(d.pop("dimensions", UNSET))

        def _parse_scale(data: object) -> None | RatingScaleRequest | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                scale_type_0 = RatingScaleRequest.from_dict(data)

                return scale_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RatingScaleRequest | Unset, data)

        scale = _parse_scale(d.pop("scale", UNSET))

        quorum = d.pop("quorum", UNSET)

        def _parse_facilitator_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                facilitator_ref_type_0 = ExternalRef.from_dict(data)

                return facilitator_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        facilitator_ref = _parse_facilitator_ref(d.pop("facilitator_ref", UNSET))

        def _parse_facilitator_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                facilitator_id_type_0 = UUID(data)

                return facilitator_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        facilitator_id = _parse_facilitator_id(d.pop("facilitator_id", UNSET))

        def _parse_scoring_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                scoring_until_type_0 = datetime.datetime.fromisoformat(data)

                return scoring_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        scoring_until = _parse_scoring_until(d.pop("scoring_until", UNSET))

        _raters = d.pop("raters", UNSET)
        raters: list[RaterRequest] | Unset = UNSET
        if _raters is not UNSET:
            raters = []
            for raters_item_data in _raters:
                raters_item = RaterRequest.from_dict(raters_item_data)

                raters.append(raters_item)

        _items = d.pop("items", UNSET)
        items: list[CalibrationItemRequest] | Unset = UNSET
        if _items is not UNSET:
            items = []
            for items_item_data in _items:
                items_item = CalibrationItemRequest.from_dict(items_item_data)

                items.append(items_item)

        seed = d.pop("seed", UNSET)

        calibration_round_request = cls(
            title=title,
            external_ref=external_ref,
            rubric_slug=rubric_slug,
            rubric_version_id=rubric_version_id,
            dimensions=dimensions,
            scale=scale,
            quorum=quorum,
            facilitator_ref=facilitator_ref,
            facilitator_id=facilitator_id,
            scoring_until=scoring_until,
            raters=raters,
            items=items,
            seed=seed,
        )

        return calibration_round_request
