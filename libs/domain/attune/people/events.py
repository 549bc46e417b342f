"""What happens to people and teams."""

from __future__ import annotations

from uuid import UUID

from attune.kernel.events import Event
from attune.people.model import PersonStatus


class TeamCreated(Event, kind="team.created", target="team"):
    """A team began."""

    parent_id: UUID | None


class TeamUpdated(Event, kind="team.updated", target="team"):
    """A team got another name or place."""

    parent_id: UUID | None


class PersonCreated(Event, kind="person.created", target="person"):
    """Somebody is known from now on."""

    status: PersonStatus
    team_id: UUID | None
    lead_id: UUID | None


class PersonUpdated(Event, kind="person.updated", target="person"):
    """What is known about somebody changed."""

    team_id: UUID | None
    lead_id: UUID | None


class PersonDeactivated(Event, kind="person.deactivated", target="person"):
    """Somebody left: their keys and tokens stopped working with this commit."""

    team_id: UUID | None
    lead_id: UUID | None


class PersonReactivated(Event, kind="person.reactivated", target="person"):
    """Somebody came back."""

    team_id: UUID | None
    lead_id: UUID | None
