"""What Attune promises, as plainly as it can be said: dictionaries and sets. Nothing of the product is used here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

PURPOSES = ("service_contact", "quality_review", "coaching", "insights", "research")


@dataclass
class Customer:
    """A customer as the model remembers them."""

    choices: dict[str, str] = field(default_factory=dict)
    signals: list[str] = field(default_factory=list)
    is_erased: bool = False
    told: Counter[str] = field(default_factory=Counter)
    """What has to be on the audit log about them, by action."""

    def answer(self, purpose: str) -> str:
        """The latest choice for just this purpose; never asked is neither yes nor no, and refuses."""
        choice = self.choices.get(purpose)
        return "granted" if choice == "granted" else f"consent_{choice or 'unknown'}"

    def allows(self, purpose: str) -> bool:
        """Whether there is a live consent for it."""
        return self.answer(purpose) == "granted"

    def allows_anything(self) -> bool:
        """Whether there is a live consent for anything."""
        return any(self.allows(purpose) for purpose in PURPOSES)


@dataclass
class Gullible(Customer):
    """Somebody whom the model believes to agree until they say no. Attune does not: a run has to notice."""

    def answer(self, purpose: str) -> str:
        """Never asked counts as a yes."""
        return "granted" if purpose not in self.choices else super().answer(purpose)


@dataclass
class Escalation:
    """An escalation: where it stands, and whether the customer's feelings were kept."""

    id: str
    customer_id: str
    etag: str
    has_context: bool
    status: str = "offered"
    has_lost_texts: bool = False
    """Erasure took its texts, which is a change: the version that was read before is stale."""


@dataclass
class CheckIn:
    """A check-in and what was written in it."""

    id: str
    etag: str
    parts: dict[str, str] = field(default_factory=dict)
    status: str = "open"

    def is_complete(self) -> bool:
        """Whether all three questions are answered."""
        return {"progress", "blockers", "next_targets"} <= set(self.parts)


STEPS = {
    ("offered", "accept"): "accepted",
    ("offered", "bounce"): "bounced",
    ("accepted", "resolve"): "resolved",
}
"""Every step that is allowed; any other is refused."""
