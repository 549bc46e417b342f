"""People who work in an organisation, and their teams, as the HRIS knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypedDict
from uuid import UUID

from sqlalchemy import String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from attune.batches.model import ExternalRef
from attune.kernel.schema import Table, belongs_to, check, index, one_of, unique_reference
from attune.kernel.tables import NOW


class PersonStatus(StrEnum):
    """Whether somebody works here now. An inactive person's keys and tokens stop working at once."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class Role(StrEnum):
    """What a person who signs in may do; each role stands for a set of scopes (`organisations/rules.py`)."""

    AGENT = "agent"
    LEAD = "lead"
    QUALITY = "quality"
    STEWARD = "steward"
    ADMIN = "admin"


class TeamTable(Table, table=True):
    """A team."""

    __tablename__ = "team"
    __table_args__ = (
        unique_reference(),
        belongs_to("team", "parent_id"),
        check("is_not_its_own_parent", "parent_id <> id"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    external_source: str | None = Field(sa_type=String(64))
    external_id: str | None = Field(sa_type=String(128))
    name: str = Field(sa_type=String(200))
    parent_id: UUID | None
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(sa_column_kwargs=NOW)
    updated_at: datetime = Field(sa_column_kwargs=NOW)


class PersonTable(Table, table=True):
    """Somebody who works here."""

    __tablename__ = "person"
    __table_args__ = (
        unique_reference(),
        index("team_id"),
        index("updated_at", "id"),
        belongs_to("person", "lead_id"),
        belongs_to("team", "team_id"),
        one_of("status", PersonStatus),
        check("does_not_lead_themselves", "lead_id <> id"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    external_source: str | None = Field(sa_type=String(64))
    external_id: str | None = Field(sa_type=String(128))
    display_name: str = Field(sa_type=String(200))
    locale: str | None = Field(sa_type=String(35))
    time_zone: str | None = Field(sa_type=String(64))
    lead_id: UUID | None
    team_id: UUID | None
    status: PersonStatus = Field(sa_type=String(16))
    roles: list[str] = Field(sa_type=ARRAY(Text), sa_column_kwargs={"server_default": text("'{}'")})
    started_on: date | None
    ended_on: date | None
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(sa_column_kwargs=NOW)
    updated_at: datetime = Field(sa_column_kwargs=NOW)


class PersonIdentityTable(Table, table=True):
    """How a person is known to an identity provider: (issuer, subject), never an e-mail address."""

    __tablename__ = "person_identity"
    __table_args__ = (belongs_to("person", "person_id"), index("person_id"))

    tenant_id: UUID = Field(primary_key=True)
    issuer: str = Field(sa_type=String(500), primary_key=True)
    subject: str = Field(sa_type=String(255), primary_key=True)
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team, and the one above it."""

    id: UUID
    external_source: str | None
    external_id: str | None
    name: str
    parent_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works here, their lead and their team."""

    id: UUID
    external_source: str | None
    external_id: str | None
    display_name: str
    locale: str | None
    time_zone: str | None
    lead_id: UUID | None
    team_id: UUID | None
    status: PersonStatus
    roles: tuple[Role, ...]
    started_on: date | None
    ended_on: date | None
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def is_active(self) -> bool:
        """Whether they work here now."""
        return self.status is PersonStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Identity:
    """How an identity provider knows somebody."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamItem:
    """The whole of what another system knows about a team."""

    ref: ExternalRef
    name: str
    parent_ref: ExternalRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonItem:
    """The whole of what the HRIS knows about somebody: what it leaves out is cleared.

    Except roles and identity: None leaves them as they are, since they are rarely the HRIS's to say.
    """

    ref: ExternalRef
    display_name: str
    locale: str | None = None
    time_zone: str | None = None
    lead_ref: ExternalRef | None = None
    team_ref: ExternalRef | None = None
    status: PersonStatus = PersonStatus.ACTIVE
    roles: tuple[Role, ...] | None = None
    identity: Identity | None = None
    started_on: date | None = None
    ended_on: date | None = None


class PersonChanges(TypedDict, total=False):
    """What to change about somebody; a field that is not there stays as it is."""

    display_name: str
    locale: str | None
    time_zone: str | None
    status: PersonStatus
    team_id: UUID | None
    lead_id: UUID | None
