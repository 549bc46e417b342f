"""What happens to check-ins. What was written in them is nowhere here."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from attune.kernel.events import Event


class CheckInOpened(Event, kind="check_in.opened", target="check_in"):
    """A week's check-in began."""

    person_id: UUID
    team_id: UUID | None
    week_of: date


class CheckInEdited(Event, kind="check_in.edited", target="check_in"):
    """Something was written, changed or cleared in an open check-in."""

    person_id: UUID
    team_id: UUID | None
    week_of: date


class CheckInSubmitted(Event, kind="check_in.submitted", target="check_in"):
    """The check-in was kept: all three parts are there."""

    person_id: UUID
    team_id: UUID | None
    week_of: date


class CheckInRead(Event, kind="check_in.read", target="check_in"):
    """Somebody read what was written."""
