"""What happens to rubrics and evaluations. Neither levels nor notes are anywhere here."""

from __future__ import annotations

from uuid import UUID

from attune.kernel.events import Event
from attune.rubrics.model import EvaluatorKind


class RubricVersionPublished(Event, kind="rubric_version.published", target="rubric_version"):
    """A version can be used from now on, and never changes again."""

    rubric_id: UUID
    number: int


class EvaluationFinished(Event, kind="evaluation.finished", target="evaluation"):
    """A conversation was evaluated."""

    rubric_version_id: UUID
    interaction_id: UUID
    evaluator_kind: EvaluatorKind


class EvaluationNoteRead(Event, kind="evaluation.note_read", target="evaluation"):
    """Somebody read the note of an evaluation."""
