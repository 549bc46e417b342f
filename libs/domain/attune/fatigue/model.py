"""Fatigue: a person's load from the conversations they carried. Derived by the worker; seen by that person alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Double
from sqlmodel import Field

from attune.kernel.schema import Table, index


class FatigueContributionTable(Table, table=True):
    """The impulse of one conversation, and the state it left behind: load, and since when over the threshold."""

    __tablename__ = "fatigue_contribution"
    __table_args__ = (index("generation", "person_id", "at", "interaction_id"),)

    tenant_id: UUID = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    interaction_id: UUID = Field(primary_key=True)
    person_id: UUID
    customer_id: UUID
    at: datetime
    handle_seconds: int
    intensity: float | None = Field(sa_type=Double)
    impulse: float = Field(sa_type=Double)
    load_after: float = Field(sa_type=Double)
    over_since: datetime | None


class FatigueStateTable(Table, table=True):
    """Where a person stands after their latest conversation; the load between two is a formula, not a row."""

    __tablename__ = "fatigue_state"
    __table_args__ = (index("generation", "clears_at"),)

    tenant_id: UUID = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    load: float = Field(sa_type=Double)
    at: datetime
    over_since: datetime | None
    clears_at: datetime | None


class FatigueEpisodeTable(Table, table=True):
    """A stretch of time over the threshold."""

    __tablename__ = "fatigue_episode"

    tenant_id: UUID = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    crossed_at: datetime = Field(primary_key=True)
    cleared_at: datetime | None
    peak: float = Field(sa_type=Double)


class Level(StrEnum):
    """Where a load stands to its threshold."""

    BELOW = "below"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadModel:
    """The constants of one version of the load. Another version is another projection version: a rebuild applies it."""

    version: int
    half_life: timedelta
    reference_seconds: int
    volume_weight: float
    intensity_weight: float
    threshold: float
    leave_share: float
    dwell: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What the load takes from a conversation: who carried it, when it ended, how long it took, and how it felt to the
    customer (1 to 5, None where there is no signal or no consent)."""

    interaction_id: UUID
    person_id: UUID
    customer_id: UUID
    at: datetime
    handle_seconds: int
    intensity: float | None

    @property
    def position(self) -> tuple[datetime, UUID]:
        """Its place in the person's chain. The id decides between conversations that ended at the same moment."""
        return self.at, self.interaction_id


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's load at a moment, and since when they are over the threshold (None: they are not)."""

    at: datetime
    load: float
    over_since: datetime | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A conversation, its impulse, and where the person stood right after it."""

    conversation: Conversation
    impulse: float
    after: Standing


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch over the threshold. `cleared_at` is None while no later conversation shows that it ended."""

    crossed_at: datetime
    cleared_at: datetime | None
    peak: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of the present load one conversation still makes up."""

    interaction_id: UUID
    ended_at: datetime
    handle_seconds: int
    intensity: float | None
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLoad:
    """A person's own load, and why it is what it is."""

    person_id: UUID
    load: float
    threshold: float
    level: Level
    over_since: datetime | None
    clears_at_earliest: datetime | None
    half_life: timedelta
    why: list[Share]
