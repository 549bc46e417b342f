"""What the simulator makes: plain records that name one another by reference, ready to be sent in any order of kinds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works there. `lead` and `team` are references."""

    ref: str
    name: str
    role: str
    team: str | None
    lead: str | None
    started_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer and the choices they made by purpose; a purpose that is not there was never asked about."""

    ref: str
    locale: str
    choices: tuple[tuple[str, str], ...]

    def grants(self, purpose: str) -> bool:
        """Whether the customer agreed."""
        return (purpose, "granted") in self.choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation; `before` and `after` are the distress the customer stated on 1 to 5, where they were asked."""

    ref: str
    customer: str
    person: str
    team: str
    channel: str
    queue: str
    started_at: datetime
    ended_at: datetime
    handle_seconds: int
    before: int | None
    after: int | None
    turns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """A week's check-in of a person with their lead, submitted or left open."""

    person: str
    lead: str
    week_of: date
    is_submitted: bool
    progress: str
    blockers: str
    next_targets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A lead's evaluation of a conversation against the empathy rubric: a level for each dimension, in its order."""

    ref: str
    conversation: str
    evaluated_at: datetime
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A conversation handed to a team, with how the customer feels. `ends` is how far the demo takes it."""

    ref: str
    conversation: str
    customer: str
    team: str
    severity: str
    what_happened: str
    promises_made: str
    next_step: str
    stated_emotion: str
    intensity: int
    triggers: str
    what_helped: str
    what_to_avoid: str
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """All of it, and whom the tour visits."""

    teams: tuple[Team, ...]
    people: tuple[Person, ...]
    customers: tuple[Customer, ...]
    conversations: tuple[Conversation, ...]
    check_ins: tuple[CheckIn, ...]
    evaluations: tuple[Evaluation, ...]
    escalations: tuple[Escalation, ...]
    overloaded_person: str
    never_asked_customer: str
    shown_escalation: str
