"""Customers, known by the references that CRM systems use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, text
from sqlmodel import Field

from attune.batches.model import ExternalRef
from attune.kernel.schema import Table, check, index, unique_reference
from attune.kernel.tables import NOW


class CustomerTable(Table, table=True):
    """A customer. After an erasure the row stays as a bare id, so that counts and the audit log still add up."""

    __tablename__ = "customer"
    __table_args__ = (
        unique_reference(),
        index("updated_at", "id"),
        check("erased_keeps_no_reference", "erased_at IS NULL OR (external_id IS NULL AND locale IS NULL)"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    external_source: str | None = Field(sa_type=String(64))
    external_id: str | None = Field(sa_type=String(128))
    locale: str | None = Field(sa_type=String(35))
    erased_at: datetime | None
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(sa_column_kwargs=NOW)
    updated_at: datetime = Field(sa_column_kwargs=NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer; of an erased one only the id is left."""

    id: UUID
    external_source: str | None
    external_id: str | None
    locale: str | None
    erased_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerItem:
    """The whole of what another system may tell us about a customer: no name, no address."""

    ref: ExternalRef
    locale: str | None = None
