"""Dashboards: what the worker derives for teams. Every row here can be deleted and rebuilt."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The sums of one team's month."""

    interactions: int
    handle_seconds: int
    intensity_sum: Decimal
    intensity_count: int
    recovery_sum: Decimal
    recovery_count: int
    escalations_opened: int
    escalations_resolved: int
    check_ins_open: int
    check_ins_kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """How many different people and customers stand behind a cell's conversations, and behind each emotional figure.

    `people` are those whose conversations count. Somebody who only had a check-in does not make a group look larger.
    """

    people: int = 0
    intensity_people: int = 0
    intensity_customers: int = 0
    recovery_people: int = 0
    recovery_customers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """An average, and how many conversations it is of."""

    value: Decimal
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a dashboard shows. Intensity and recovery are on the scale 1 to 5; None where too few stand behind one."""

    interactions: int
    handle_seconds_mean: Decimal | None
    intensity_mean: Mean | None
    recovery_mean: Mean | None
    escalations_opened: int
    escalations_resolved: int
    check_ins_open: int
    check_ins_kept: int


class Suppression(StrEnum):
    """Why a dashboard shows nothing."""

    GROUP_TOO_SMALL = "group_too_small"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDashboard:
    """One team's calendar month, as it may be shown. Either `figures` or the reason why there are none."""

    team_id: UUID
    month: date
    people: int | None
    figures: Figures | None
    reason: Suppression | None
