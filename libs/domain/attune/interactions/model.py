"""Interactions: conversations between a customer and somebody who works here, and their turns."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String, text
from sqlmodel import Field

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
