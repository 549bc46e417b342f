"""Evaluations, as they are sent and answered."""

from __future__ import annotations

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, TypeAdapter, model_validator

from attune.rubrics.model import Evaluation, EvaluationItem, EvaluatorKind, OriginalRating, Score
from attune_api.routes.schemas.batches import MOST_ITEMS, Atomic, EachForItself
from attune_api.routes.schemas.references import name_of, to_domain_if_any
from attune_api.routes.schemas.rubrics import DimensionKey, EmpathyLevel
from attune_api.routes.schemas.scales import ScaleIn, ScaleNumber, ScaleOut, only_number
from attune_api.schemas import ExternalRef, RequestModel, ResponseModel, Timestamp, reference_of, require_one_of

MOST_SCORES: Final = 50


class OriginalIn(RequestModel):
    """A rating as it was given elsewhere."""

    value: ScaleNumber = Field(examples=[4])
    scale: ScaleIn


class ScoreIn(RequestModel):
    """The level of one dimension."""

    dimension: DimensionKey
    level: Annotated[EmpathyLevel, BeforeValidator(only_number)] | None = Field(
        description="Null where the dimension did not apply.", examples=[3]
    )
    original: OriginalIn | None = Field(default=None, description="The rating it comes from, on its own scale.")

    def to_score(self) -> Score:
        """The same, as the domain has it."""
        original = None
        if self.original is not None:
            scale = self.original.scale
            original = OriginalRating(value=self.original.value, minimum=scale.min, maximum=scale.max)
        return Score(dimension=self.dimension, level=self.level, original=original)


class EvaluationIn(RequestModel):
    """A conversation judged against a rubric. Who is evaluated follows from the conversation."""

    rubric_slug: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$", examples=["empathy"])] | None = Field(
        default=None, description="The rubric, in its latest published version; or name one by rubric_version_id."
    )
    rubric_version_id: UUID | None = None
    interaction_ref: ExternalRef | None = Field(
        default=None, description="The conversation; or name it by interaction_id."
    )
    interaction_id: UUID | None = None
    external_ref: ExternalRef | None = Field(
        default=None, description="Your own reference: sending the same again adds nothing."
    )
    evaluator_kind: EvaluatorKind = Field(description="Client: the customer's own rating.")
    scores: Annotated[list[ScoreIn], Field(max_length=MOST_SCORES)] = Field(
        description="Every dimension of the rubric, once."
    )
    note: Annotated[str, Field(pattern=r"\S", max_length=4000)] | None = Field(
        default=None, description="Kept sealed under the evaluated person's own key."
    )
    evaluated_at: Timestamp | None = Field(default=None, description="Left out: now.")

    @model_validator(mode="after")
    def _names_one_of_each(self) -> Self:
        require_one_of(self, "rubric_slug", "rubric_version_id")
        require_one_of(self, "interaction_ref", "interaction_id")
        return self

    def to_item(self, evaluation_id: UUID) -> EvaluationItem:
        """The same, as the domain has it."""
        rubric = self.rubric_slug if self.rubric_version_id is None else self.rubric_version_id
        assert rubric is not None, "the validator above requires one of the two"
        return EvaluationItem(
            id=evaluation_id,
            rubric=rubric,
            interaction=name_of(self.interaction_ref, self.interaction_id),
            external_ref=to_domain_if_any(self.external_ref),
            evaluator_kind=self.evaluator_kind,
            scores=tuple(score.to_score() for score in self.scores),
            note=self.note,
            evaluated_at=self.evaluated_at,
        )


class EvaluationsBatch(RequestModel):
    """Evaluations, of any conversations."""

    items: Annotated[list[EachForItself[EvaluationIn]], Field(min_length=1, max_length=MOST_ITEMS)]
    atomic: Atomic = False


class OriginalOut(ResponseModel):
    """A rating as it was given elsewhere."""

    value: float = Field(examples=[4])
    scale: ScaleOut


class ScoreOut(ResponseModel):
    """The level of one dimension; null where it did not apply."""

    dimension: DimensionKey
    level: EmpathyLevel | None
    original: OriginalOut | None

    @classmethod
    def of(cls, score: Score) -> Self:
        """A score as it is answered."""
        original = None
        if score.original is not None:
            scale = ScaleOut(min=float(score.original.minimum), max=float(score.original.maximum))
            original = OriginalOut(value=float(score.original.value), scale=scale)
        return cls(dimension=score.dimension, level=score.level, original=original)


class EvaluationOut(ResponseModel):
    """An evaluation, without its note. `scores` follow the order of the rubric's dimensions."""

    id: UUID
    external_ref: ExternalRef | None
    rubric_id: UUID
    rubric_version_id: UUID
    interaction_id: UUID
    person_id: UUID = Field(description="Who is evaluated.")
    evaluator_kind: EvaluatorKind
    evaluator_id: UUID | None
    scores: list[ScoreOut]
    evaluated_at: Timestamp
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, evaluation: Evaluation) -> Self:
        """An evaluation as it is answered."""
        return cls(
            id=evaluation.id,
            external_ref=reference_of(evaluation.external_source, evaluation.external_id),
            rubric_id=evaluation.rubric_id,
            rubric_version_id=evaluation.rubric_version_id,
            interaction_id=evaluation.interaction_id,
            person_id=evaluation.person_id,
            evaluator_kind=evaluation.evaluator_kind,
            evaluator_id=evaluation.evaluator_id,
            scores=[ScoreOut.of(score) for score in evaluation.scores],
            evaluated_at=evaluation.evaluated_at,
            created_at=evaluation.created_at,
            updated_at=evaluation.updated_at,
        )


class EvaluationWithNote(EvaluationOut):
    """An evaluation with its note, for those whom it concerns."""

    note: str | None = Field(examples=["Came back to the worry about her mother, twice."])
    note_withheld: bool = Field(description="True for a key that acts for no person: it computes with scores.")


class EvaluationPage(ResponseModel):
    """A page of evaluations."""

    data: list[EvaluationOut]
    next_cursor: str | None
    has_more: bool


EVALUATION: Final = TypeAdapter(EvaluationOut)
WITH_NOTE: Final = TypeAdapter(EvaluationWithNote)
PAGE: Final = TypeAdapter(EvaluationPage)
