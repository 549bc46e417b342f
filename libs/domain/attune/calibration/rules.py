"""The life of a round, who sees what of it, and which ratings it takes. Nothing here touches a database."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final
from uuid import UUID

from attune.calibration.errors import (
    ItemUnknown,
    LevelOffScale,
    QuorumNotReached,
    RatesOwnConversation,
    RoundDimensionUnknown,
    RoundInReview,
    RoundIsClosed,
    RoundIsDraft,
    RoundIsResolved,
    RoundIsScoring,
    ScaleTooLong,
)
from attune.calibration.model import MOST_LEVELS, Item, Metric, Rater, RatingItem, Round, RoundStatus, Scale
from attune.kernel.errors import AttuneError
from attune.people.model import Role

RUBRIC_SCALE: Final = Scale(lowest=0, highest=4, metric=Metric.ORDINAL)
"""What every rubric is scored on."""

LEADS_ALL: Final = frozenset({Role.QUALITY, Role.ADMIN})
"""The roles for whom every round is their work."""


class Step(StrEnum):
    """What can be done with a round."""

    START_SCORING = "start_scoring"
    START_REVIEW = "start_review"
    RESOLVE = "resolve"
    CLOSE = "close"


_DRAFT, _SCORING, _REVIEW = RoundStatus.DRAFT, RoundStatus.SCORING, RoundStatus.REVIEW
_RESOLVED, _CLOSED = RoundStatus.RESOLVED, RoundStatus.CLOSED

STEPS: Final[dict[tuple[RoundStatus, Step], RoundStatus | type[AttuneError]]] = {
    (_DRAFT, Step.START_SCORING): _SCORING,
    (_DRAFT, Step.START_REVIEW): RoundIsDraft,
    (_DRAFT, Step.RESOLVE): RoundIsDraft,
    (_DRAFT, Step.CLOSE): _CLOSED,
    (_SCORING, Step.START_SCORING): RoundIsScoring,
    (_SCORING, Step.START_REVIEW): _REVIEW,
    (_SCORING, Step.RESOLVE): RoundIsScoring,
    (_SCORING, Step.CLOSE): _CLOSED,
    (_REVIEW, Step.START_SCORING): RoundInReview,
    (_REVIEW, Step.START_REVIEW): RoundInReview,
    (_REVIEW, Step.RESOLVE): _RESOLVED,
    (_REVIEW, Step.CLOSE): RoundInReview,
    (_RESOLVED, Step.START_SCORING): RoundIsResolved,
    (_RESOLVED, Step.START_REVIEW): RoundIsResolved,
    (_RESOLVED, Step.RESOLVE): RoundIsResolved,
    (_RESOLVED, Step.CLOSE): _CLOSED,
    **{(_CLOSED, step): RoundIsClosed for step in Step},
}
"""Every status and every step: where it leads, or the refusal it is. A round that is given up is closed before review."""

NOT_SCORING: Final[dict[RoundStatus, type[AttuneError]]] = {
    _DRAFT: RoundIsDraft,
    _REVIEW: RoundInReview,
    _RESOLVED: RoundIsResolved,
    _CLOSED: RoundIsClosed,
}


def take_step(round_: Round, step: Step) -> RoundStatus:
    """The status after a step; raises the refusal where the step is not allowed."""
    result = STEPS[round_.status, step]
    if not isinstance(result, RoundStatus):
        raise result
    if step is Step.START_REVIEW and round_.raters_submitted < round_.quorum:
        raise QuorumNotReached(round_.raters_submitted, round_.quorum)
    return result


def check_scoring(status: RoundStatus) -> None:
    """Raise unless ratings may be made."""
    if status is not _SCORING:
        raise NOT_SCORING[status]


def check_inviting(status: RoundStatus) -> None:
    """Raise unless raters may still join."""
    if status not in (_DRAFT, _SCORING):
        raise NOT_SCORING[status]


def check_scale(scale: Scale) -> None:
    """Raise unless a scale ascends and has levels one can tell apart."""
    if not 0 < scale.highest - scale.lowest < MOST_LEVELS:
        raise ScaleTooLong(pointer="/scale")


def check_rating(rating: RatingItem, round_: Round, item: Item | None, rater: Rater) -> None:
    """Raise unless a rating is one of this round's. An item that is not there yet is None where it may be added."""
    if rating.dimension not in round_.dimensions:
        raise RoundDimensionUnknown(pointer="/dimension")
    if rating.value is not None and not round_.scale.lowest <= rating.value <= round_.scale.highest:
        raise LevelOffScale(
            f"This is no level of the round's scale, which goes from {round_.scale.lowest} to {round_.scale.highest}.",
            pointer="/value",
        )
    if item is not None and item.person_id is not None and item.person_id == rater.person_id:
        raise RatesOwnConversation(pointer="/item")


def require_item(items: dict[str, Item], key: str, *, may_add: bool) -> Item | None:
    """The item of a key; None where there is none yet and the sender may add it."""
    if key not in items and not may_add:
        raise ItemUnknown(pointer="/item")
    return items.get(key)


def leads(round_: Round, viewer_id: UUID | None, roles: Iterable[Role]) -> bool:
    """Whether somebody leads a round. A key that acts for no person does what its scopes say."""
    return viewer_id is None or viewer_id == round_.facilitator_id or not LEADS_ALL.isdisjoint(roles)


class Sight(StrEnum):
    """How much of a round's ratings somebody sees."""

    ALL = "all"
    """Those of everybody who has submitted."""
    OWN = "own"


def sight_of(status: RoundStatus, viewer_id: UUID | None, own: Rater | None) -> Sight:
    """Blind until one's own submission, whoever one is: quality too, and whoever does not rate waits for the review.

    A key that acts for no person computes with ratings, and sees them.
    """
    if viewer_id is None or status in (_REVIEW, _RESOLVED, _CLOSED):
        return Sight.ALL
    return Sight.ALL if own is not None and own.submitted_at is not None else Sight.OWN
