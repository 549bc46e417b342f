"""Refusals about rubrics and evaluations."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class RubricNotFound(AttuneError):
    """No such rubric here, or none of its versions is published."""

    kind = Kind.NOT_FOUND
    code = "rubric_not_found"
    detail = "There is no such rubric."


class RubricUnknown(AttuneError):
    """A body names a rubric or a version that is not here."""

    kind = Kind.INVALID
    code = "rubric_unknown"
    detail = "The rubric named here is not known."


class RubricVersionNotPublished(AttuneError):
    """Drafts, pilots and retired versions score nobody."""

    kind = Kind.CONFLICT
    code = "rubric_version_not_published"
    detail = "Evaluations are made with a published version of a rubric."


class DimensionUnknown(AttuneError):
    """A score for something the rubric does not look at."""

    kind = Kind.INVALID
    code = "dimension_unknown"
    detail = "This version of the rubric has no such dimension."


class DimensionScoredTwice(AttuneError):
    """Which of the two would count?"""

    kind = Kind.INVALID
    code = "dimension_scored_twice"
    detail = "Each dimension is scored once."


class DimensionMissing(AttuneError):
    """A dimension without a score. One that did not apply says so, with null."""

    kind = Kind.INVALID
    code = "dimension_missing"
    detail = "Every dimension of the rubric needs a score; give null where one did not apply."


class RatingOffScale(AttuneError):
    """The original rating does not lie on the scale it came with."""

    kind = Kind.INVALID
    code = "value_off_scale"
    detail = "The original rating does not lie on its scale."


class EvaluatesThemselves(AttuneError):
    """Nobody evaluates themselves."""

    kind = Kind.INVALID
    code = "evaluates_themselves"
    detail = "Nobody evaluates their own conversation."


class EvaluationNotFound(AttuneError):
    """No such evaluation here, or not the caller's to see."""

    kind = Kind.NOT_FOUND
    code = "evaluation_not_found"
    detail = "There is no such evaluation."


class EvaluationReferenceTaken(AttuneError):
    """The reference names another evaluation."""

    kind = Kind.CONFLICT
    code = "evaluation_reference_taken"
    detail = "This reference already names an evaluation with another rubric, conversation or score."
