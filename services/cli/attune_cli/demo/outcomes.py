"""What follows from the simulated conversations: check-ins, evaluations, escalations. Pure, like the simulator."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from attune_cli.demo import world
from attune_cli.demo.records import CheckIn, Conversation, Customer, Escalation, Evaluation, Person

WEEKS: Final = 4
SUBMITTED: Final = 0.86
SUBMITTED_THIS_WEEK: Final = 0.4
EVALUATED: Final = 180
ESCALATED: Final = 48
DIMENSIONS: Final = 5
ENDS: Final = ("accepted", "resolved_recovered", "resolved_recovered", "resolved_unrecovered", "offered", "bounced")


def draw_check_ins(chance: random.Random, people: Sequence[Person], today: date) -> Iterator[CheckIn]:
    """Four weeks of check-ins, the current one included; most were kept."""
    monday = today - timedelta(days=today.weekday())
    for weeks_ago in range(WEEKS - 1, -1, -1):
        for person in people:
            if person.role != "agent" or person.lead is None:
                continue
            yield CheckIn(
                person=person.ref,
                lead=person.lead,
                week_of=monday - timedelta(weeks=weeks_ago),
                is_submitted=chance.random() < (SUBMITTED if weeks_ago else SUBMITTED_THIS_WEEK),
                progress=chance.choice(world.PROGRESS),
                blockers=chance.choice(world.BLOCKERS),
                next_targets=chance.choice(world.TARGETS),
            )


def draw_evaluations(
    chance: random.Random, conversations: Sequence[Conversation], now: datetime
) -> Iterator[Evaluation]:
    """A sample of the conversations, evaluated by the team's lead within two days."""
    older = [c for c in conversations if c.ended_at < now - timedelta(days=2) and c.team != world.SMALL_TEAM]
    for conversation in chance.sample(older, EVALUATED):
        yield Evaluation(
            ref=f"ev-{conversation.ref}",
            conversation=conversation.ref,
            evaluated_at=conversation.ended_at + timedelta(hours=chance.randint(2, 40)),
            levels=tuple(chance.choices((1, 2, 3, 4), weights=(1, 4, 5, 2), k=DIMENSIONS)),
        )


def draw_escalations(
    chance: random.Random, conversations: Sequence[Conversation], customers: Mapping[str, Customer], now: datetime
) -> Iterator[Escalation]:
    """Conversations in strong distress, handed on with their context; the first is one whose customer agreed to that."""
    hard = [
        c
        for c in conversations
        if (c.before or 0) >= 4 and c.ended_at < now - timedelta(hours=20) and c.team != world.SMALL_TEAM
    ]
    chosen = chance.sample(hard, ESCALATED)
    chosen.sort(key=lambda c: not customers[c.customer].grants("service_contact"))
    for number, conversation in enumerate(chosen):
        intensity = (conversation.before or 4) - 1
        what_happened, promises_made, next_step = chance.choice(world.STORIES)
        yield Escalation(
            ref=f"es-{conversation.ref}",
            conversation=conversation.ref,
            customer=conversation.customer,
            team=conversation.team if chance.random() < 0.5 else world.HARD_SHIFT_TEAM,
            severity="critical" if intensity == 4 and chance.random() < 0.2 else ("medium", "high")[intensity - 3],
            what_happened=what_happened,
            promises_made=promises_made,
            next_step=next_step,
            stated_emotion=chance.choice(world.EMOTIONS),
            intensity=intensity,
            triggers=chance.choice(world.TRIGGERS),
            what_helped=chance.choice(world.HELPED),
            what_to_avoid=chance.choice(world.AVOID),
            ends=ENDS[number % len(ENDS)],
        )
