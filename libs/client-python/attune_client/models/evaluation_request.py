from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.evaluator_kind import EvaluatorKind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef
    from ..models.score_request import ScoreRequest


T = TypeVar("T", bound="EvaluationRequest")


@_attrs_define
class EvaluationRequest:
    """A conversation judged against a rubric. Who is evaluated follows from the conversation.

    Attributes:
        evaluator_kind (EvaluatorKind): Who evaluated.
        scores (list[ScoreRequest]): Every dimension of the rubric, once.
        rubric_slug (None | str | Unset): The rubric, in its latest published version; or name one by rubric_version_id.
        rubric_version_id (None | Unset | UUID):
        interaction_ref (ExternalRef | None | Unset): The conversation; or name it by interaction_id.
        interaction_id (None | Unset | UUID):
        external_ref (ExternalRef | None | Unset): Your own reference: sending the same again adds nothing.
        note (None | str | Unset): Kept sealed under the evaluated person's own key.
        evaluated_at (datetime.datetime | None | Unset): Left out: now.
    """

    evaluator_kind: EvaluatorKind
    scores: list[ScoreRequest]
    rubric_slug: None | str | Unset = UNSET
    rubric_version_id: None | Unset | UUID = UNSET
    interaction_ref: ExternalRef | None | Unset = UNSET
    interaction_id: None | Unset | UUID = UNSET
    external_ref: ExternalRef | None | Unset = UNSET
    note: None | str | Unset = UNSET
    evaluated_at: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        evaluator_kind = self.evaluator_kind.value

        scores = []
        for scores_item_data in self.scores:
            scores_item = scores_item_data.to_dict()
            scores.append(scores_item)

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

        interaction_ref: dict[str, Any] | None | Unset
        if isinstance(self.interaction_ref, Unset):
            interaction_ref = UNSET
        elif isinstance(self.interaction_ref, ExternalRef):
            interaction_ref = self.interaction_ref.to_dict()
        else:
            interaction_ref = self.interaction_ref

        interaction_id: None | str | Unset
        if isinstance(self.interaction_id, Unset):
            interaction_id = UNSET
        elif isinstance(self.interaction_id, UUID):
            interaction_id = str(self.interaction_id)
        else:
            interaction_id = self.interaction_id

        external_ref: dict[str, Any] | None | Unset
        if isinstance(self.external_ref, Unset):
            external_ref = UNSET
        elif isinstance(self.external_ref, ExternalRef):
            external_ref = self.external_ref.to_dict()
        else:
            external_ref = self.external_ref

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        evaluated_at: None | str | Unset
        if isinstance(self.evaluated_at, Unset):
            evaluated_at = UNSET
        elif isinstance(self.evaluated_at, datetime.datetime):
            evaluated_at = self.evaluated_at.isoformat()
        else:
            evaluated_at = self.evaluated_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "evaluator_kind": evaluator_kind,
                "scores": scores,
            }
        )
        if rubric_slug is not UNSET:
            field_dict["rubric_slug"] = rubric_slug
        if rubric_version_id is not UNSET:
            field_dict["rubric_version_id"] = rubric_version_id
        if interaction_ref is not UNSET:
            field_dict["interaction_ref"] = interaction_ref
        if interaction_id is not UNSET:
            field_dict["interaction_id"] = interaction_id
        if external_ref is not UNSET:
            field_dict["external_ref"] = external_ref
        if note is not UNSET:
            field_dict["note"] = note
        if evaluated_at is not UNSET:
            field_dict["evaluated_at"] = evaluated_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.score_request import ScoreRequest  # noqa: PLC0415

        d = dict(src_dict)
        evaluator_kind = EvaluatorKind(d.pop("evaluator_kind"))

        scores = []
        _scores = d.pop("scores")
        for scores_item_data in _scores:
            scores_item = ScoreRequest.from_dict(scores_item_data)

            scores.append(scores_item)

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

        def _parse_interaction_ref(data: object) -> ExternalRef | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                interaction_ref_type_0 = ExternalRef.from_dict(data)

                return interaction_ref_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExternalRef | None | Unset, data)

        interaction_ref = _parse_interaction_ref(d.pop("interaction_ref", UNSET))

        def _parse_interaction_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                interaction_id_type_0 = UUID(data)

                return interaction_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        interaction_id = _parse_interaction_id(d.pop("interaction_id", UNSET))

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

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        def _parse_evaluated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                evaluated_at_type_0 = datetime.datetime.fromisoformat(data)

                return evaluated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        evaluated_at = _parse_evaluated_at(d.pop("evaluated_at", UNSET))

        evaluation_request = cls(
            evaluator_kind=evaluator_kind,
            scores=scores,
            rubric_slug=rubric_slug,
            rubric_version_id=rubric_version_id,
            interaction_ref=interaction_ref,
            interaction_id=interaction_id,
            external_ref=external_ref,
            note=note,
            evaluated_at=evaluated_at,
        )

        return evaluation_request
