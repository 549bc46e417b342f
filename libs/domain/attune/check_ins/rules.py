"""Who sees what of a check-in, and when it is complete. Nothing here touches a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

from attune.check_ins.model import CheckIn, CheckInStatus, Part


class Sight(StrEnum):
    """How much of a check-in somebody sees."""

    ALL = "all"
    METADATA = "metadata"
    NOTHING = "nothing"


def sight_of(viewer_id: UUID | None, *, person_id: UUID, lead_id: UUID | None) -> Sight:
    """What is written is between the person and whoever leads them now: a former lead loses sight, a new one gains it.

    An integration (no person behind the key) keeps the calendar of check-ins, and sees nothing of what they say.
    """
    if viewer_id is None:
        return Sight.METADATA
    return Sight.ALL if viewer_id in (person_id, lead_id) else Sight.NOTHING


def is_start_of_week(day: date) -> bool:
    """Whether a day is a Monday, by which weeks are named."""
    return day.isoweekday() == 1


def clean(text: str | None) -> str | None:
    """A part's text without surrounding blanks; what is only blanks says nothing."""
    return (text or "").strip() or None


def missing_parts(check_in: CheckIn, changes: Mapping[Part, str | None]) -> list[Part]:
    """The parts that would still be empty after the changes. "None" is an answer, an empty text is not."""
    return [
        part for part in Part if (clean(changes[part]) is None if part in changes else check_in.sealed(part) is None)
    ]


def is_open(check_in: CheckIn) -> bool:
    """Whether it can still be written in."""
    return check_in.status is CheckInStatus.OPEN
