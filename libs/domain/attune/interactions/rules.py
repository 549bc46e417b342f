"""What a conversation is, from what a CRM says about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from attune.batches.model import Name
from attune.customers.errors import CustomerUnknown
from attune.interactions.errors import EndsBeforeStart
from attune.interactions.model import Interaction, InteractionItem, Turn, TurnItem
from attune.kernel.errors import AttuneError
from attune.people.errors import PersonUnknown, TeamUnknown
from attune.people.model import Person, Team


def refuse_interaction(
    item: InteractionItem,
    *,
    customers: Mapping[Name, UUID],
    people: Mapping[Name, Person],
    teams: Mapping[Name, Team],
) -> AttuneError | None:
    """Why an item cannot be recorded, or None."""
    if item.ended_at < item.started_at:
        return EndsBeforeStart(pointer="/ended_at")
    if item.customer not in customers:
        return CustomerUnknown(pointer=_pointer("customer", item.customer))
    if item.person not in people:
        return PersonUnknown(pointer=_pointer("person", item.person))
    if item.team is not None and item.team not in teams:
        return TeamUnknown(pointer=_pointer("team", item.team))
    return None


def describe_interaction(
    item: InteractionItem,
    *,
    interaction_id: UUID,
    customer_id: UUID,
    person: Person,
    team: Team | None,
    now: datetime,
) -> Interaction:
    """A conversation as the item says it was."""
    return Interaction(
        id=interaction_id,
        external_source=item.ref.source,
        external_id=item.ref.external_id,
        customer_id=customer_id,
        person_id=person.id,
        team_id=person.team_id if team is None else team.id,
        channel=item.channel,
        queue=item.queue,
        locale=item.locale,
        started_at=item.started_at,
        ended_at=item.ended_at,
        handle_seconds=item.handle_seconds,
        version=1,
        created_at=now,
        updated_at=now,
    )


def correct_interaction(before: Interaction, described: Interaction, *, names_team: bool) -> Interaction:
    """A stored conversation as it is described now; equal to `before` if nothing new is said.

    Where no team is named it stays with the team it counted for, even if the person has moved on since.
    """
    keeps_team = not names_team and described.person_id == before.person_id
    return replace(
        described,
        id=before.id,
        team_id=before.team_id if keeps_team else described.team_id,
        version=before.version,
        created_at=before.created_at,
        updated_at=before.updated_at,
    )


def describe_turns(items: Sequence[TurnItem]) -> list[Turn]:
    """The turns without their words."""
    return [
        Turn(position=position, speaker=item.speaker, spoken_at=item.spoken_at, characters=len(item.text or ""))
        for position, item in enumerate(items)
    ]


def list_texts(items: Sequence[TurnItem]) -> dict[int, str]:
    """The words, by position."""
    return {position: item.text for position, item in enumerate(items) if item.text}


def _pointer(field: str, name: Name) -> str:
    return f"/{field}_id" if isinstance(name, UUID) else f"/{field}_ref"
