"""Fatigue: a person's load from the conversations they carried. Derived by the worker; seen by that person alone."""

from __future__ import annotations

from datetime import datetime
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
