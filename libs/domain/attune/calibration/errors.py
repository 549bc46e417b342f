"""Refusals about calibration rounds."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class RoundNotFound(AttuneError):
    """No such round here, or not the caller's to see."""

    kind = Kind.NOT_FOUND
    code = "calibration_round_not_found"
    detail = "There is no such calibration round."


class RoundReferenceTaken(AttuneError):
    """The reference names another round."""

    kind = Kind.CONFLICT
    code = "calibration_round_reference_taken"
    detail = "This reference already names a calibration round with another scale, or other dimensions."


class NotTheFacilitator(AttuneError):
    """Rounds are led by their facilitator, by quality and by administrators."""

    kind = Kind.FORBIDDEN
    code = "not_the_facilitator"
    detail = "Only the round's facilitator, quality and administrators lead it."


class NotARater(AttuneError):
    """Only who was invited rates."""

    kind = Kind.FORBIDDEN
    code = "not_a_rater"
    detail = "You do not rate in this round. Ask its facilitator to invite you."


class FacilitatorDoesNotRate(AttuneError):
    """Who leads the discussion has no score to defend in it."""

    kind = Kind.INVALID
    code = "facilitator_does_not_rate"
    detail = "The facilitator of a round does not rate in it. Name another facilitator, or another rater."


class RaterInvitedTwice(AttuneError):
    """The same rater twice in one invitation."""

    kind = Kind.INVALID
    code = "rater_invited_twice"
    detail = "This rater is named twice."


class RaterRequired(AttuneError):
    """Who sends ratings for others says whose they are."""

    kind = Kind.INVALID
    code = "rater_required"
    detail = "A key that acts for no person says whose rating this is."


class RatesForAnother(AttuneError):
    """Nobody rates in another's name."""

    kind = Kind.INVALID
    code = "rates_for_another"
    detail = "Who signs in sends their own ratings. Leave the rater out."


class RatesOwnConversation(AttuneError):
    """Nobody rates their own conversation."""

    kind = Kind.INVALID
    code = "rates_own_conversation"
    detail = "Nobody rates their own conversation."


class ItemUnknown(AttuneError):
    """A rating of something that is not in the round."""

    kind = Kind.INVALID
    code = "calibration_item_unknown"
    detail = "This round has no such item."


class ItemNamedTwice(AttuneError):
    """The same key twice in one round."""

    kind = Kind.INVALID
    code = "calibration_item_named_twice"
    detail = "An earlier item of this round has the same key."


class RoundDimensionUnknown(AttuneError):
    """A rating in a dimension that the round does not score."""

    kind = Kind.INVALID
    code = "round_dimension_unknown"
    detail = "This round does not score such a dimension."


class LevelOffScale(AttuneError):
    """A rating that is no level of the round's scale."""

    kind = Kind.INVALID
    code = "level_off_scale"
    detail = "This is no level of the round's scale."


class ScaleTooLong(AttuneError):
    """A scale that does not ascend, or has more levels than anybody tells apart."""

    kind = Kind.INVALID
    code = "scale_not_usable"
    detail = "A scale goes up from min to max and has 21 levels at most."


class RoundIsDraft(AttuneError):
    """Nothing is rated before scoring begins."""

    kind = Kind.CONFLICT
    code = "round_is_draft"
    detail = "Scoring has not begun. Start it with :startScoring."


class RoundIsScoring(AttuneError):
    """Scoring is under way."""

    kind = Kind.CONFLICT
    code = "round_is_scoring"
    detail = "The round is still scoring. End that with :startReview."


class RoundInReview(AttuneError):
    """Scoring is over: a rating after the others' were seen would be no rating."""

    kind = Kind.CONFLICT
    code = "round_in_review"
    detail = "Scoring is over; the round is in review."


class RoundIsResolved(AttuneError):
    """The outcome stands."""

    kind = Kind.CONFLICT
    code = "round_is_resolved"
    detail = "The round is resolved; all that is left is to close it."


class RoundIsClosed(AttuneError):
    """A closed round never changes."""

    kind = Kind.CONFLICT
    code = "round_is_closed"
    detail = "The round is closed and stays as it is."


class QuorumNotReached(AttuneError):
    """Too few have submitted for a review to mean anything."""

    kind = Kind.CONFLICT
    code = "quorum_not_reached"
    detail = "Too few raters have submitted."

    def __init__(self, submitted: int, quorum: int) -> None:
        super().__init__(
            f"{submitted} of the {quorum} raters that make a quorum have submitted. Wait, invite more, or close the"
            " round without an outcome."
        )


class AlreadySubmitted(AttuneError):
    """Who has seen the others' ratings does not change their own."""

    kind = Kind.CONFLICT
    code = "ratings_already_submitted"
    detail = "You have submitted your ratings, and may have seen the others'. They stay as they are."


class NothingToSubmit(AttuneError):
    """Submitting nothing would only open the others' ratings."""

    kind = Kind.CONFLICT
    code = "nothing_to_submit"
    detail = "You have not rated anything in this round yet."


class StillBlind(AttuneError):
    """Others' ratings are seen after one's own."""

    kind = Kind.CONFLICT
    code = "still_blind"
    detail = "Figures of this round are shown once you have submitted your own ratings, or when its review begins."
