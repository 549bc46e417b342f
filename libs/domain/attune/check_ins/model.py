"""Check-ins: the weekly one-on-one between a person and their lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String, text
from sqlmodel import Field

from attune.kernel.schema import Table, belongs_to, check, index, one_of, unique
from attune.kernel.tables import NOW


class CheckInStatus(StrEnum):
    """Open until the person submits it."""

    OPEN = "open"
    SUBMITTED = "submitted"


class CheckInTable(Table, table=True):
    """One week's check-in of one person. What the person wrote is sealed under the person's own key."""

    __tablename__ = "check_in"
    __table_args__ = (
        unique("week", "person_id", "week_of"),
        index("lead_id", "week_of"),
        index("updated_at", "id"),
        belongs_to("person", "person_id"),
        belongs_to("person", "lead_id"),
        belongs_to("team", "team_id"),
        one_of("status", CheckInStatus),
        check("week_starts_on_monday", "extract(isodow FROM week_of) = 1"),
        check("submitted_has_its_time", "(status = 'submitted') = (submitted_at IS NOT NULL)"),
        check("is_with_somebody_else", "lead_id <> person_id"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    person_id: UUID
    lead_id: UUID
    team_id: UUID | None
    week_of: date
    status: CheckInStatus = Field(sa_type=String(16))
    progress_sealed: bytes | None
    blockers_sealed: bytes | None
    next_targets_sealed: bytes | None
    submitted_at: datetime | None
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(sa_column_kwargs=NOW)
    updated_at: datetime = Field(sa_column_kwargs=NOW)


class Part(StrEnum):
    """The three parts of a check-in that the person fills."""

    PROGRESS = "progress"
    BLOCKERS = "blockers"
    NEXT_TARGETS = "next_targets"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One week's check-in. `current_lead_id` is who leads the person today; the parts are still sealed."""

    id: UUID
    person_id: UUID
    lead_id: UUID
    current_lead_id: UUID | None
    team_id: UUID | None
    week_of: date
    status: CheckInStatus
    progress_sealed: bytes | None
    blockers_sealed: bytes | None
    next_targets_sealed: bytes | None
    submitted_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime

    def sealed(self, part: Part) -> bytes | None:
        """What is kept of a part."""
        match part:
            case Part.PROGRESS:
                return self.progress_sealed
            case Part.BLOCKERS:
                return self.blockers_sealed
            case Part.NEXT_TARGETS:
                return self.next_targets_sealed
