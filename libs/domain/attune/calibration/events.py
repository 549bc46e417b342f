"""What happens to calibration rounds. What was rated, and how, is nowhere here."""

from __future__ import annotations

from uuid import UUID

from attune.calibration.model import RoundOutcome
from attune.kernel.events import Event


class RoundOpened(Event, kind="calibration_round.opened", target="calibration_round"):
    """A round was prepared."""

    rubric_version_id: UUID | None
    facilitator_id: UUID | None
    dimensions: int
    raters: int
    items: int


class RatersInvited(Event, kind="calibration_round.raters_invited", target="calibration_round"):
    """More raters were asked, after scoring had begun or before."""

    raters: int
    is_late: bool


class ScoringStarted(Event, kind="calibration_round.scoring_started", target="calibration_round"):
    """Raters may rate."""


class RatingsChanged(Event, kind="calibration_round.ratings_changed", target="calibration_round"):
    """Ratings were made, changed or taken back. `revision` is what the figures are to be computed for."""

    revision: int
    created: int
    updated: int


class RatingsSubmitted(Event, kind="calibration_round.ratings_submitted", target="calibration_round"):
    """A rater stands by their ratings, and sees the others' from now on."""

    revision: int
    is_late: bool


class ReviewStarted(Event, kind="calibration_round.review_started", target="calibration_round"):
    """The ratings are on the table."""

    raters_submitted: int


class RoundResolved(Event, kind="calibration_round.resolved", target="calibration_round"):
    """The raters have made something of it."""

    result: RoundOutcome


class RoundClosed(Event, kind="calibration_round.closed", target="calibration_round"):
    """The round is over; without an outcome it was given up."""

    result: RoundOutcome | None


class ReliabilityComputed(Event, kind="calibration_round.reliability_computed", target="calibration_round"):
    """The worker has computed how far the raters agree."""

    revision: int
    dimensions: int
    unreliable: int


class ReliabilityFailed(Event, kind="calibration_round.reliability_failed", target="calibration_round"):
    """The worker could not compute it, and has stopped trying until the ratings change."""

    revision: int
