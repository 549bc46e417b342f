"""Organisations, the keys their integrations use, and the identity providers their people sign in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from attune.kernel.schema import Table, belongs_to, check, one_of, part_of_organisation, unique
from attune.kernel.tables import NOW


class Mode(StrEnum):
    """Whether an organisation works with real people (live) or is a sandbox (test). Keys carry it in their prefix."""

    LIVE = "live"
    TEST = "test"


class OrganisationTable(Table, table=True):
    """A tenant."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("mode", Mode), check("name_is_not_empty", "name <> ''"))

    tenant_id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=String(200))
    mode: Mode = Field(sa_type=String(8))
    created_at: datetime = Field(sa_column_kwargs=NOW)


class ApiKeyTable(Table, table=True):
    """An API key: its keyed hash, never itself. Bound to a person, it acts as that person."""

    __tablename__ = "api_key"
    __table_args__ = (
        unique("key_hash", "key_hash"),
        # The one look-up that happens before the organisation is known.
        Index("api_key_lookup_idx", "key_hash"),
        part_of_organisation(),
        belongs_to("person", "person_id"),
        check("expires_after_creation", "expires_at > created_at"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=String(100))
    key_hash: bytes
    last_four: str = Field(sa_type=String(4))
    scopes: list[str] = Field(sa_type=ARRAY(Text))
    person_id: UUID | None
    created_at: datetime = Field(sa_column_kwargs=NOW)
    expires_at: datetime
    revoked_at: datetime | None


class IdentityProviderTable(Table, table=True):
    """An OIDC issuer whose access tokens an organisation accepts, for one audience."""

    __tablename__ = "identity_provider"
    __table_args__ = (
        unique("lookup_hash", "lookup_hash"),
        Index("identity_provider_lookup_idx", "lookup_hash"),
        part_of_organisation(),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    issuer: str = Field(sa_type=String(500))
    audience: str = Field(sa_type=String(200))
    jwks_uri: str = Field(sa_type=String(500))
    lookup_hash: bytes
    created_at: datetime = Field(sa_column_kwargs=NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A tenant."""

    tenant_id: UUID
    name: str
    mode: Mode
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is known of a key: everything but the key and its hash."""

    tenant_id: UUID
    id: UUID
    name: str
    last_four: str
    scopes: list[str]
    person_id: UUID | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundKey:
    """A key that somebody showed, and whether it has expired by PostgreSQL's clock."""

    key: ApiKey
    has_expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """An issuer of access tokens, for one audience."""

    tenant_id: UUID
    id: UUID
    issuer: str
    audience: str
    jwks_uri: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInPerson:
    """Whom a token means."""

    id: UUID
    is_active: bool
    roles: list[str]
    mode: Mode
