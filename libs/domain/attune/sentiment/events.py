"""What happens to signals. Neither values nor tags nor notes are anywhere here."""

from __future__ import annotations

from uuid import UUID

from attune.consent.model import Reason
from attune.kernel.events import Event, Outcome
from attune.sentiment.model import Measure, Moment, Source


class SignalRecorded(Event, kind="signal.recorded", target="signal"):
    """Something about how a customer felt is known."""

    interaction_id: UUID | None
    measure: Measure
    moment: Moment
    source: Source


class SignalRefused(Event, kind="signal.refused", target="customer", outcome=Outcome.REFUSED):
    """A signal came in about a customer who allows no purpose; nothing of it was kept."""

    reason: Reason


class SignalsRead(Event, kind="signals.read", target="customer"):
    """Somebody read that many of a customer's signals."""

    count: int


class SignalsWithheld(Event, kind="signals.withheld", target="customer", outcome=Outcome.WITHHELD):
    """Somebody asked for a customer's signals and was shown none."""

    reason: Reason
