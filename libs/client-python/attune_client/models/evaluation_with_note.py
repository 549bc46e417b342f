from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evaluator_kind import EvaluatorKind

if TYPE_CHECKING:
    from ..models.external_ref import ExternalRef
    from ..models.score import Score


T = TypeVar("T", bound="EvaluationWithNote")


@_attrs_define
class EvaluationWithNote:
    """An evaluation with its note, for those whom it concerns.

    Attributes:
        id (UUID):
        external_ref (ExternalRef | None):
        rubric_id (UUID):
        rubric_version_id (UUID):
        interaction_id (UUID):
        person_id (UUID): Who is evaluated.
        evaluator_kind (EvaluatorKind): Who evaluated.
        evaluator_id (None | UUID):
        scores (list[Score]):
        evaluated_at (datetime.datetime):
        created_at (datetime.datetime):
        updated_at (datetime.datetime):
        note (None | str):
        note_withheld (bool): True for a key that acts for no person: it computes with scores.
    """

    id: UUID
    external_ref: ExternalRef | None
    rubric_id: UUID
    rubric_version_id: UUID
    interaction_id: UUID
    person_id: UUID
    evaluator_kind: EvaluatorKind
    evaluator_id: None | UUID
    scores: list[Score]
    evaluated_at: datetime.datetime
    created_at: datetime.datetime
    updated_at: datetime.datetime
    note: None | str
    note_withheld: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415

        id = str(self.id)

        external_ref: dict[str, Any] | None
        if isinstance(self.external_ref, ExternalRef):
            external_ref = self.external_ref.to_dict()
        else:
            external_ref = self.external_ref

        rubric_id = str(self.rubric_id)

        rubric_version_id = str(self.rubric_version_id)

        interaction_id = str(self.interaction_id)

        person_id = str(self.person_id)

        evaluator_kind = self.evaluator_kind.value

        evaluator_id: None | str
        if isinstance(self.evaluator_id, UUID):
            evaluator_id = str(self.evaluator_id)
        else:
            evaluator_id = self.evaluator_id

        scores = []
        for scores_item_data in self.scores:
            scores_item = scores_item_data.to_dict()
            scores.append(scores_item)

        evaluated_at = self.evaluated_at.isoformat()

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        note: None | str
        note = self.note

        note_withheld = self.note_withheld

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "external_ref": external_ref,
                "rubric_id": rubric_id,
                "rubric_version_id": rubric_version_id,
                "interaction_id": interaction_id,
                "person_id": person_id,
                "evaluator_kind": evaluator_kind,
                "evaluator_id": evaluator_id,
                "scores": scores,
                "evaluated_at": evaluated_at,
                "created_at": created_at,
                "updated_at": updated_at,
                "note": note,
                "note_withheld": note_withheld,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_ref import ExternalRef  # noqa: PLC0415
        from ..models.score import Score  # noqa: PLC0415

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

        rubric_id = UUID(d.pop("rubric_id"))

        rubric_version_id = UUID(d.pop("rubric_version_id"))

        interaction_id = UUID(d.pop("interaction_id"))

        person_id = UUID(d.pop("person_id"))

        evaluator_kind = EvaluatorKind(d.pop("evaluator_kind"))

        def _parse_evaluator_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                evaluator_id_type_0 = UUID(data)

                return evaluator_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        evaluator_id = _parse_evaluator_id(d.pop("evaluator_id"))

        scores = []
        _scores = d.pop("scores")
        for scores_item_data in _scores:
            scores_item = Score.from_dict(scores_item_data)

            scores.append(scores_item)

        evaluated_at = datetime.datetime.fromisoformat(d.pop("evaluated_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))

        note_withheld = d.pop("note_withheld")

        evaluation_with_note = cls(
            id=id,
            external_ref=external_ref,
            rubric_id=rubric_id,
            rubric_version_id=rubric_version_id,
            interaction_id=interaction_id,
            person_id=person_id,
            evaluator_kind=evaluator_kind,
            evaluator_id=evaluator_id,
            scores=scores,
            evaluated_at=evaluated_at,
            created_at=created_at,
            updated_at=updated_at,
            note=note,
            note_withheld=note_withheld,
        )

        evaluation_with_note.additional_properties = d
        return evaluation_with_note

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
