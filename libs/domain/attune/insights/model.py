"""Dashboards: what the worker derives for teams. Every row here can be deleted and rebuilt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Numeric, String, text
from sqlmodel import Field

from attune.kernel.schema import Table, index, one_of

ZERO = {"server_default": text("0")}


class Contributor(StrEnum):
    """Who stands behind a cell: suppression counts people, never records."""

    PERSON = "person"
    CUSTOMER = "customer"


class TeamDashboardTable(Table, table=True):
    """One team's calendar month. Sums are exact numerics, so that taking a contribution back leaves no residue."""

    __tablename__ = "team_dashboard"

    tenant_id: UUID = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    team_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    interactions: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    handle_seconds: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    intensity_sum: Decimal = Field(sa_type=Numeric(20, 6), sa_column_kwargs=ZERO)
    intensity_count: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    recovery_sum: Decimal = Field(sa_type=Numeric(20, 6), sa_column_kwargs=ZERO)
    recovery_count: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    escalations_opened: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    escalations_resolved: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    check_ins_open: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    check_ins_kept: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)


class TeamDashboardContributionTable(Table, table=True):
    """What one record contributed to its cell: the erasable ledger that corrections are subtracted from."""

    __tablename__ = "team_dashboard_contribution"
    __table_args__ = (index("generation", "customer_id"),)

    tenant_id: UUID = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    record_kind: str = Field(sa_type=String(32), primary_key=True)
    record_id: UUID = Field(primary_key=True)
    team_id: UUID
    month: date
    person_id: UUID | None
    customer_id: UUID | None
    interactions: int = Field(sa_column_kwargs=ZERO)
    handle_seconds: int = Field(sa_type=BigInteger, sa_column_kwargs=ZERO)
    intensity_sum: Decimal = Field(sa_type=Numeric(20, 6), sa_column_kwargs=ZERO)
    intensity_count: int = Field(sa_column_kwargs=ZERO)
    recovery_sum: Decimal = Field(sa_type=Numeric(20, 6), sa_column_kwargs=ZERO)
    recovery_count: int = Field(sa_column_kwargs=ZERO)
    escalations_opened: int = Field(sa_column_kwargs=ZERO)
    escalations_resolved: int = Field(sa_column_kwargs=ZERO)
    check_ins_open: int = Field(sa_column_kwargs=ZERO)
    check_ins_kept: int = Field(sa_column_kwargs=ZERO)


class TeamDashboardContributorTable(Table, table=True):
    """How many records of a cell stand on each person and each customer."""

    __tablename__ = "team_dashboard_contributor"
    __table_args__ = (one_of("contributor_kind", Contributor),)

    tenant_id: UUID = Field(primary_key=True)
    generation: int = Field(primary_key=True)
    team_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    contributor_kind: Contributor = Field(sa_type=String(16), primary_key=True)
    contributor_id: UUID = Field(primary_key=True)
    records: int = Field(sa_type=BigInteger)
    intensity_records: int = Field(sa_type=BigInteger)
    recovery_records: int = Field(sa_type=BigInteger)
