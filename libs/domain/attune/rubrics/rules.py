"""What a complete evaluation is, and who sees one. Nothing here touches a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from attune.people.model import Role
from attune.rubrics.errors import (
    DimensionMissing,
    DimensionScoredTwice,
    DimensionUnknown,
    EvaluatesThemselves,
    RatingOffScale,
    RubricVersionNotPublished,
)
from attune.rubrics.model import Evaluation, EvaluatorKind, NewEvaluation, OriginalRating, Score, VersionStatus

SEES_ALL: Final = frozenset({Role.QUALITY, Role.ADMIN})
"""The roles for whom every evaluation is their work."""


class Sight(StrEnum):
    """How much of an evaluation somebody sees."""

    ALL = "all"
    SCORES = "scores"
    NOTHING = "nothing"


def check_version(status: VersionStatus) -> None:
    """Raise unless evaluations can be made with such a version."""
    if status is not VersionStatus.PUBLISHED:
        raise RubricVersionNotPublished


def check_scores(dimensions: Sequence[str], scores: Sequence[Score]) -> None:
    """Raise unless every dimension is scored exactly once (null where it did not apply) and originals lie on their scales."""
    scored: set[str] = set()
    for position, score in enumerate(scores):
        if score.dimension not in dimensions:
            raise DimensionUnknown(pointer=f"/scores/{position}/dimension")
        if score.dimension in scored:
            raise DimensionScoredTwice(pointer=f"/scores/{position}/dimension")
        scored.add(score.dimension)
        if score.original is not None and not is_on_scale(score.original):
            raise RatingOffScale(pointer=f"/scores/{position}/original")
    if scored != set(dimensions):
        raise DimensionMissing(pointer="/scores")


def is_on_scale(rating: OriginalRating) -> bool:
    """Whether a rating lies on a scale that has a length."""
    return rating.minimum < rating.maximum and rating.minimum <= rating.value <= rating.maximum


def evaluator_of(kind: EvaluatorKind, author_id: UUID | None, evaluated_id: UUID) -> UUID | None:
    """Who evaluated: the person who sends it in, unless it is the customer's own word. Raises `EvaluatesThemselves`.

    Not even a customer's rating is entered by the one it is about.
    """
    if author_id == evaluated_id:
        raise EvaluatesThemselves
    return None if kind is EvaluatorKind.CLIENT else author_id


def is_repeated(new: NewEvaluation, stored: Evaluation) -> bool:
    """Whether a stored evaluation says the same: a newer version of its rubric makes no difference, nor does its note."""
    return (
        stored.rubric_id == new.rubric_id
        and stored.interaction_id == new.interaction_id
        and stored.evaluator_kind is new.evaluator_kind
        and set(stored.scores) == set(new.scores)
    )


def sees_all(roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles sees everybody's evaluations."""
    return not SEES_ALL.isdisjoint(roles)


def sight_of(evaluation: Evaluation, viewer_id: UUID | None, roles: Iterable[Role]) -> Sight:
    """An evaluation is for the evaluated, whoever leads them now, whoever made it, and quality.

    An integration (no person behind the key) computes with scores, and sees no note.
    """
    if viewer_id is None:
        return Sight.SCORES
    parties = (evaluation.person_id, evaluation.current_lead_id, evaluation.evaluator_id)
    return Sight.ALL if viewer_id in parties or sees_all(roles) else Sight.NOTHING
