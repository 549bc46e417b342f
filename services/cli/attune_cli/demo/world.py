"""The invented contact centre: its teams, its hours, its people's names and what is said there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SOURCE: Final = "demo"
"""The source of every reference the demo makes."""


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A team, its queue, and how strong its customers' distress is on average (1 to 5) and how well it is eased."""

    key: str
    name: str
    queue: str
    agents: int
    channel: str
    distress: float
    relief: float
    minutes: float


TEAMS: Final = (
    TeamPlan("billing", "Billing", "billing", 8, "phone", 3.0, 0.8, 7),
    TeamPlan("deliveries", "Deliveries", "deliveries", 8, "chat", 2.9, 0.7, 9),
    TeamPlan("returns", "Returns", "returns", 7, "chat", 2.5, 0.9, 8),
    TeamPlan("technical", "Technical support", "technical", 8, "phone", 3.1, 1.0, 14),
    TeamPlan("claims", "Claims", "claims", 7, "phone", 3.6, 0.7, 16),
    TeamPlan("complaints", "Complaints", "complaints", 7, "phone", 4.1, 0.9, 19),
    TeamPlan("cancellations", "Cancellations", "cancellations", 6, "phone", 3.2, 0.4, 11),
    TeamPlan("welcome", "Welcome desk", "welcome", 6, "chat", 1.8, 0.4, 6),
    TeamPlan("business", "Business customers", "business", 7, "email", 2.4, 0.6, 12),
    TeamPlan("bereavement", "Bereavement care", "bereavement", 3, "phone", 4.2, 1.1, 24),
)
"""Ten teams. With its lead, Bereavement care has four people: too few for figures that hide who is meant."""

SMALL_TEAM: Final = "bereavement"
SHOWN_TEAM: Final = "claims"
HARD_SHIFT_TEAM: Final = "complaints"

SHIFTS: Final = (7, 10, 13)
"""The hours at which shifts start, in UTC; each lasts eight hours."""
SHIFT_HOURS: Final = 8

HOURLY_DISTRESS: Final = {
    7: -0.3, 8: -0.2, 9: 0.1, 10: 0.2, 11: 0.1, 12: 0.0, 13: 0.0, 14: -0.1,
    15: 0.0, 16: 0.2, 17: 0.5, 18: 0.6, 19: 0.5, 20: 0.4,
}  # fmt: skip
"""How much stronger distress is by the hour: people call after work about what kept them busy all day."""

WEEKEND_SHARE: Final = 0.35
"""Which share of the people works on a Saturday or Sunday."""

GIVEN_NAMES: Final = (
    "Amara", "Ben", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katya", "Liam", "Mara",
    "Noor", "Oskar", "Priya", "Quinn", "Rosa", "Samir", "Tove", "Uma", "Viktor", "Wanda", "Xavier", "Yara", "Zoltan",
    "Anneke", "Bashir", "Celeste", "Dalia", "Emeka", "Freya", "Goran", "Hana", "Idris", "Joana", "Kofi", "Leila",
    "Matteo", "Nadia",
)  # fmt: skip
FAMILY_NAMES: Final = (
    "Adeyemi", "Bergstrom", "Castellano", "Demir", "Eriksen", "Fontaine", "Grabowski", "Haddad", "Ivanova", "Jansen",
    "Kowalska", "Lindqvist", "Moreau", "Nakamura", "Okafor", "Petrov", "Quiroga", "Rossi", "Svensson", "Tanaka",
    "Ueda", "Vargas", "Weiss", "Yilmaz", "Zielinski",
)  # fmt: skip

OPENINGS: Final = (
    "I have called three times about this and nobody calls me back.",
    "The parcel says delivered, but nothing has arrived.",
    "I was charged twice and my rent is due tomorrow.",
    "Your letter says my claim is closed. It is not closed for me.",
    "I just want somebody to tell me what happens next.",
    "It stopped working the day after the guarantee ended.",
    "My father passed away and his contract is still running.",
    "I would like to change the address, please.",
)
REPLIES: Final = (
    "That should not have happened. Let me see what went wrong.",
    "I am sorry. Thank you for telling me; I will stay on this with you.",
    "I understand that this comes at a bad moment. Here is what I can do today.",
    "Before I look it up: is there anything that would help you right now?",
)
CLOSINGS: Final = (
    "All right. At least I know where I stand.",
    "Thank you, that helps.",
    "I will wait until Thursday, but not longer.",
    "You are the first one who listened.",
)
TRIGGERS: Final = ("repeating the story", "waiting", "a broken promise", "unclear letter", "money")
EMOTIONS: Final = ("anger", "worry", "grief", "frustration", "shame", "helplessness")
STORIES: Final = (
    (
        "Refund promised twice and not paid. The customer has the confirmation of both promises.",
        "A call back today before 18:00.",
        "Check the payment run, then call with the date.",
    ),
    (
        "The claim was closed by mistake after the documents had been sent again.",
        "A written answer by the end of the week.",
        "Reopen the claim and confirm it in writing.",
    ),
    (
        "Three technicians came, each without the part that the one before had named.",
        "The fee for the visits is waived.",
        "Send the senior technician with the part.",
    ),
    (
        "The contract of a deceased family member was billed for four more months.",
        "No more letters to the old address.",
        "End the contract as of the date of death, and pay back in one sum.",
    ),
)
"""What happened, what was promised, and the next step."""
HELPED: Final = ("Being told the next step with its date.", "Not having to say it all again.", "An honest apology.")
AVOID: Final = ("Asking for the customer number again.", "Any mention of the terms and conditions.", "Silence.")
PROGRESS: Final = (
    "Fewer hand-overs this week; the new summary at the start of a call works.",
    "Kept the slower pace on hard calls and it paid off.",
    "Practised naming the emotion before the solution.",
)
BLOCKERS: Final = (
    "The order system is slow in the evening, which makes pauses awkward.",
    "Too many repeat callers for the same open defect.",
    "No quiet place after a difficult call.",
)
TARGETS: Final = (
    "Summarise before solving, in every second call.",
    "Ask for help after two hard calls in a row.",
    "Write the next step down for the customer.",
)
DIMENSION_NOTE: Final = "Named the worry early, then went one step at a time."
