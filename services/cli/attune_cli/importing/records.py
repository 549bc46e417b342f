"""What a conversation set is turned into: conversations that the API takes, and records that could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from attune_cli.failure import CommandFailed

MAX_TURNS: Final = 500
MAX_TAGS: Final = 20

_REFERENCE = re.compile(r"[A-Za-z0-9._~-]{1,128}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The scale a value was given on."""

    min: float
    max: float


FIVE_POINTS: Final = Scale(min=1, max=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn: `customer`, `agent` or `system`."""

    speaker: str
    text: str
    spoken_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What the customer stated about how they felt. `key` tells the signals of a conversation apart, on every run."""

    key: str
    measure: str
    moment: str
    value: float
    scale: Scale
    observed_at: datetime
    turn: int | None = None
    tags: tuple[str, ...] = ()
    source: str = "self_report"
    modality: str = "stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The customer's rating of one dimension of the `customer-survey` rubric."""

    dimension: str
    value: float
    scale: Scale

    @property
    def level(self) -> int:
        """The rubric's level, 0 to 4."""
        return round((self.value - self.scale.min) / (self.scale.max - self.scale.min) * 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation. `dropped` names the fields of the record that the product does not need and never sees."""

    index: int
    reference: str
    customer: str
    agent: str
    agent_name: str
    team: str
    team_name: str
    channel: str
    started_at: datetime
    ended_at: datetime
    turns: tuple[Turn, ...]
    signals: tuple[Signal, ...] = ()
    scores: tuple[Score, ...] = ()
    queue: str | None = None
    locale: str | None = None
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that was left out, and why. The reason never repeats what the record says."""

    index: int
    reason: str


class RecordUnusable(Exception):
    """Raised while reading one record; its message becomes the reason."""


class FileUnusable(CommandFailed):
    """The file as a whole is not what it should be."""


def reference_from(name: str) -> str:
    """A reference made of a file's name, in the characters that references may have."""
    return _UNSAFE.sub("-", name).strip("-.")[:80] or "conversations"


def require_reference(value: object, field: str) -> str:
    """An id of the source as a reference; e-mail addresses and names are refused, since they would be kept in clear."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _REFERENCE.fullmatch(text):
        raise RecordUnusable(f"`{field}` must be a reference of 1 to 128 letters, digits, dots, hyphens, _ or ~")
    return text
