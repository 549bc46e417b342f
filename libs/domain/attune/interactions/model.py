"""Interactions: conversations between a customer and somebody who works here, and their turns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String, text
from sqlmodel import Field

from attune.batches.model import ExternalRef, ItemResult, Name
from attune.kernel.schema import Table, belongs_to, check, index, one_of, unique_reference
from attune.kernel.tables import NOW


class Channel(StrEnum):
    """Where a conversation took place."""

    PHONE = "phone"
    CHAT = "chat"
    EMAIL = "email"
    SOCIAL = "social"
    IN_PERSON = "in_person"


class Speaker(StrEnum):
    """Whose turn it was."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class InteractionTable(Table, table=True):
    """A conversation: who, where, when and how long. Not a word of what was said."""

    __tablename__ = "interaction"
    __table_args__ = (
        unique_reference(),
        index("customer_id", "started_at"),
        index("person_id", "ended_at"),
        index("updated_at", "id"),
        belongs_to("customer", "customer_id"),
        belongs_to("person", "person_id"),
        belongs_to("team", "team_id"),
        one_of("channel", Channel),
        check("ends_after_it_starts", "ended_at >= started_at"),
        check("handling_time_is_a_day_at_most", "handle_seconds BETWEEN 0 AND 86400"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    external_source: str | None = Field(sa_type=String(64))
    external_id: str | None = Field(sa_type=String(128))
    customer_id: UUID
    person_id: UUID
    team_id: UUID | None
    channel: Channel = Field(sa_type=String(16))
    queue: str | None = Field(sa_type=String(64))
    locale: str | None = Field(sa_type=String(35))
    started_at: datetime
    ended_at: datetime
    handle_seconds: int
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(sa_column_kwargs=NOW)
    updated_at: datetime = Field(sa_column_kwargs=NOW)


class TurnTable(Table, table=True):
    """A turn of a conversation: whose, and how long. Its words stand in `turn_text`, where consent allows them."""

    __tablename__ = "turn"
    __table_args__ = (
        belongs_to("interaction", "interaction_id"),
        one_of("speaker", Speaker),
        check("position_is_not_negative", "position >= 0"),
    )

    tenant_id: UUID = Field(primary_key=True)
    interaction_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True)
    speaker: Speaker = Field(sa_type=String(16))
    spoken_at: datetime | None
    characters: int


class TurnTextTable(Table, table=True):
    """The words of a turn, sealed under the customer's key. Behind the consent gate."""

    __tablename__ = "turn_text"
    __table_args__ = (
        belongs_to("interaction", "interaction_id"),
        index("customer_id"),
        belongs_to("customer", "customer_id"),
    )

    tenant_id: UUID = Field(primary_key=True)
    interaction_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True)
    customer_id: UUID
    text_sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """A conversation: who, where, when and how long."""

    id: UUID
    external_source: str | None
    external_id: str | None
    customer_id: UUID
    person_id: UUID
    team_id: UUID | None
    channel: Channel
    queue: str | None
    locale: str | None
    started_at: datetime
    ended_at: datetime
    handle_seconds: int
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn: whose, when, and how many characters long. Positions count from 0."""

    position: int
    speaker: Speaker
    spoken_at: datetime | None
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnItem:
    """A turn as a CRM hands it over; its text stays only where the customer allows quality review."""

    speaker: Speaker
    text: str | None = None
    spoken_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionItem:
    """A conversation as a CRM hands it over. Without a team it counts for the person's; without turns they stay."""

    ref: ExternalRef
    customer: Name
    person: Name
    team: Name | None = None
    channel: Channel
    queue: str | None = None
    locale: str | None = None
    started_at: datetime
    ended_at: datetime
    handle_seconds: int
    turns: tuple[TurnItem, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionResult(ItemResult):
    """What became of a conversation, and of the texts in its turns."""

    texts_kept: int = 0
    texts_dropped: int = 0
