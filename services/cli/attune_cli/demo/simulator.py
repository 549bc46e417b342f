"""The seeded simulator: the same seed and the same moment give the same month, to the last word. Pure, no I/O."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from attune_cli.demo import world
from attune_cli.demo.outcomes import draw_check_ins, draw_escalations, draw_evaluations
from attune_cli.demo.records import Conversation, Customer, Month, Person, Team
from attune_cli.demo.world import TEAMS, TeamPlan

DAYS: Final = 30
CUSTOMERS: Final = 480
CONVERSATIONS_PER_SHIFT: Final = (2, 4)
ASKED: Final = 0.5
"""The share of conversations whose customer was asked how they felt."""
ANSWERED_AFTER: Final = 0.8
WRITTEN_DOWN: Final = 0.2
"""The share of conversations that come with their turns."""

CHOICES: Final = {
    # purpose: (granted, refused); what is left was never asked.
    "insights": (0.74, 0.12),
    "service_contact": (0.66, 0.14),
    "quality_review": (0.55, 0.2),
    "coaching": (0.35, 0.25),
    "research": (0.15, 0.3),
}

HARD_SHIFT: Final = (26, 31, 24, 35, 28, 33, 30, 27)
"""The minutes of the conversations that the overloaded person has just carried, one soon after the other."""
BREAK: Final = timedelta(minutes=4)
REST: Final = timedelta(hours=14)


def simulate_month(seed: int, now: datetime) -> Month:
    """Thirty days of the contact centre, ending at `now` (aware, UTC)."""
    # Not a secret: the point of this generator is that everybody gets the same numbers.
    chance = random.Random(seed)  # noqa: S311
    people = tuple(_hire(chance, now.date()))
    customers = tuple(_meet(chance))
    overloaded = next(p.ref for p in people if p.team == world.HARD_SHIFT_TEAM and p.role == "agent")
    conversations = [
        *_draw_conversations(chance, people, customers, now, resting=overloaded),
        *hard_shift(overloaded, customers, now),
    ]
    conversations.sort(key=lambda conversation: conversation.started_at)
    known = {customer.ref: customer for customer in customers}
    escalations = tuple(draw_escalations(chance, conversations, known, now))
    return Month(
        teams=tuple(Team(ref=plan.key, name=plan.name) for plan in TEAMS),
        people=people,
        customers=customers,
        conversations=tuple(conversations),
        check_ins=tuple(draw_check_ins(chance, people, now.date())),
        evaluations=tuple(draw_evaluations(chance, conversations, now)),
        escalations=escalations,
        overloaded_person=overloaded,
        never_asked_customer=customers[0].ref,
        shown_escalation=next(
            e.ref for e in escalations if e.ends == "accepted" and known[e.customer].grants("service_contact")
        ),
    )


def hard_shift(person: str, customers: Sequence[Customer], now: datetime) -> Iterator[Conversation]:
    """A run of long conversations with people in distress, the last of them just over. Named by the hour it ends in."""
    willing = [customer for customer in customers if customer.grants("insights")]
    ended_at = now.replace(second=0, microsecond=0) - timedelta(minutes=2)
    for number, minutes in enumerate(reversed(HARD_SHIFT)):
        started_at = ended_at - timedelta(minutes=minutes)
        yield Conversation(
            ref=f"hard-{now:%Y%m%d%H}-{len(HARD_SHIFT) - number}",
            customer=willing[number * 7 % len(willing)].ref,
            person=person,
            team=world.HARD_SHIFT_TEAM,
            channel="phone",
            queue=world.HARD_SHIFT_TEAM,
            started_at=started_at,
            ended_at=ended_at,
            handle_seconds=minutes * 60,
            before=5,
            after=4 if number % 2 else 5,
            turns=(),
        )
        ended_at = started_at - BREAK


def _hire(chance: random.Random, today: date) -> Iterator[Person]:
    names = [f"{given} {family}" for given in world.GIVEN_NAMES for family in world.FAMILY_NAMES]
    chance.shuffle(names)
    number = 0

    def person(role: str, team: str | None, lead: str | None) -> Person:
        nonlocal number
        number += 1
        started_on = today - timedelta(days=chance.randint(60, 3000))
        return Person(ref=f"p-{number:03}", name=names.pop(), role=role, team=team, lead=lead, started_on=started_on)

    head = person("admin", None, None)
    yield head
    yield person("quality", None, head.ref)
    yield person("steward", None, head.ref)
    for plan in TEAMS:
        lead = person("lead", plan.key, head.ref)
        yield lead
        for _ in range(plan.agents):
            yield person("agent", plan.key, lead.ref)


def _meet(chance: random.Random) -> Iterator[Customer]:
    for number in range(CUSTOMERS):
        choices = []
        for purpose, (granted, refused) in CHOICES.items():
            drawn = chance.random()
            if drawn < granted + refused:
                choices.append((purpose, "granted" if drawn < granted else "refused"))
        locale = chance.choices(("en", "de", "nl", "fr"), weights=(6, 2, 1, 1))[0]
        # The first one was never asked anything: the tour's withheld read.
        yield Customer(ref=f"c-{number + 1:04}", locale=locale, choices=tuple(choices) if number else ())


def _draw_conversations(
    chance: random.Random, people: Sequence[Person], customers: Sequence[Customer], now: datetime, *, resting: str
) -> Iterator[Conversation]:
    """Everybody's shifts, day by day; the person `resting` had none before the hard one."""
    number = 0
    for days_ago in range(DAYS, -1, -1):
        day = (now - timedelta(days=days_ago)).date()
        for plan in TEAMS:
            for place, person in enumerate(p for p in people if _takes_calls(p, plan)):
                if day.weekday() >= 5 and chance.random() > world.WEEKEND_SHARE:
                    continue
                for started_at in _starts(chance, day, place):
                    conversation = _draw_one(chance, plan, person, customers, started_at, number=number + 1)
                    rests = person.ref == resting and conversation.ended_at > now - REST
                    if conversation.ended_at < now and not rests:
                        number += 1
                        yield conversation


def _takes_calls(person: Person, plan: TeamPlan) -> bool:
    return person.team == plan.key and (person.role == "agent" or plan.key == world.SMALL_TEAM)


def _starts(chance: random.Random, day: date, place: int) -> Iterator[datetime]:
    """When a person's conversations of a day start: one somewhere in each part of the shift."""
    begins = datetime.combine(day, time(world.SHIFTS[place % len(world.SHIFTS)], tzinfo=UTC))
    count = chance.randint(*CONVERSATIONS_PER_SHIFT)
    part = world.SHIFT_HOURS * 60 / count
    for slot in range(count):
        yield begins + timedelta(minutes=round(part * slot + chance.uniform(0, part / 2)))


def _draw_one(
    chance: random.Random,
    plan: TeamPlan,
    person: Person,
    customers: Sequence[Customer],
    started_at: datetime,
    *,
    number: int,
) -> Conversation:
    distress = _on_scale(chance.gauss(plan.distress + world.HOURLY_DISTRESS.get(started_at.hour, 0.0), 0.8))
    # Distress takes time: the strongest takes about twice as long as the weakest.
    seconds = round(60 * plan.minutes * chance.uniform(0.6, 1.4) * (0.6 + 0.15 * distress))
    asked = chance.random() < ASKED
    answered = asked and chance.random() < ANSWERED_AFTER
    eased = _on_scale(distress - chance.gauss(plan.relief, 0.8))
    turns: tuple[tuple[str, str], ...] = ()
    if chance.random() < WRITTEN_DOWN:
        turns = (
            ("customer", chance.choice(world.OPENINGS)),
            ("agent", chance.choice(world.REPLIES)),
            ("customer", chance.choice(world.CLOSINGS)),
        )
    return Conversation(
        ref=f"i-{number:05}",
        customer=chance.choice(customers).ref,
        person=person.ref,
        team=plan.key,
        channel=plan.channel,
        queue=plan.queue,
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=seconds),
        handle_seconds=seconds,
        before=distress if asked else None,
        after=eased if answered else None,
        turns=turns,
    )


def _on_scale(value: float) -> int:
    return min(5, max(1, round(value)))
