"""What happens to interactions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attune.interactions.model import Channel
from attune.kernel.events import Event


class InteractionRecorded(Event, kind="interaction.recorded", target="interaction"):
    """A conversation took place and is known from now on."""

    person_id: UUID
    team_id: UUID | None
    channel: Channel
    ended_at: datetime


class InteractionCorrected(Event, kind="interaction.corrected", target="interaction"):
    """What is known about a conversation changed. The ids are those that hold now."""

    person_id: UUID
    team_id: UUID | None
    channel: Channel
    ended_at: datetime
