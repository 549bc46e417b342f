"""Refusals about check-ins."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class CheckInNotFound(AttuneError):
    """No such check-in here, or not the caller's to see."""

    kind = Kind.NOT_FOUND
    code = "check_in_not_found"
    detail = "There is no such check-in."


class WeekNotFromMonday(AttuneError):
    """Weeks begin on Monday."""

    kind = Kind.INVALID
    code = "week_not_from_monday"
    detail = "A week is named by its Monday."


class CheckInExists(AttuneError):
    """One check-in per person and week."""

    kind = Kind.CONFLICT
    code = "check_in_exists"
    detail = "This person has a check-in for this week already."


class LeadMissing(AttuneError):
    """Nobody to check in with."""

    kind = Kind.INVALID
    code = "lead_missing"
    detail = "This person has no lead. Name whom the check-in is with."


class CheckInWithOneself(AttuneError):
    """A check-in takes two."""

    kind = Kind.INVALID
    code = "check_in_with_oneself"
    detail = "A check-in is with somebody else."


class CheckInAlreadySubmitted(AttuneError):
    """What was submitted stays as it is."""

    kind = Kind.CONFLICT
    code = "check_in_already_submitted"
    detail = "This check-in was submitted and can no longer be changed."


class CheckInIncomplete(AttuneError):
    """A part is missing."""

    kind = Kind.INVALID
    code = "check_in_incomplete"
    detail = "Progress, blockers and next targets are needed to submit. Where nothing blocks, say so."
