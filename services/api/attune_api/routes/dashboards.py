"""Dashboards: what a team as a whole went through in a month."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.audit.service import read_as_of
from attune.insights.model import Figures, Mean, Suppression, TeamDashboard
from attune.insights.projection import TEAM_DASHBOARD
from attune.insights.rules import MINIMUM_GROUP
from attune.insights.service import read_team_dashboard
from attune_api.answers import answer
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.routing import noun_router
from attune_api.schemas import ResponseModel, Timestamp
from attune_api.transactions import reading

router = noun_router("/teams", "Dashboards")

Month = Annotated[
    str,
    Query(
        pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$",
        description="The calendar month, in UTC.",
        examples=["2026-11"],
    ),
]


class DashboardStatus(StrEnum):
    """Whether there is anything to see."""

    AVAILABLE = "available"
    SUPPRESSED = "suppressed"


class MeanOut(ResponseModel):
    """An average over conversations."""

    value: float = Field(examples=[0.204225])
    n: int = Field(description="How many conversations it is of.", examples=[142])

    @classmethod
    def of(cls, mean: Mean | None) -> Self | None:
        """The average, if it may be shown."""
        return None if mean is None else cls(value=float(mean.value), n=mean.n)


class FiguresOut(ResponseModel):
    """What the team went through. Emotional figures count customers who consented to insights; each needs five customers
    and five people of its own."""

    interactions: int = Field(description="Conversations that ended in the month.", examples=[320])
    handle_seconds_mean: float | None = Field(examples=[412.5])
    intensity_mean: MeanOut | None = Field(
        description="How intense the customers' distress was, from 1 to 5. Null where too few stand behind it."
    )
    recovery_mean: MeanOut | None = Field(
        description="Intensity at first minus intensity at last, from 1 to 5. Null where too few stand behind it."
    )
    escalations_opened: int = Field(description="Escalations offered to the team in the month.", examples=[7])
    escalations_resolved: int = Field(description="How many of those are resolved.", examples=[5])
    check_ins_open: int = Field(description="Check-ins of the month's weeks that are not submitted.", examples=[3])
    check_ins_kept: int = Field(description="Check-ins of the month's weeks that are submitted.", examples=[37])

    @classmethod
    def of(cls, figures: Figures) -> Self:
        """The figures as they are answered."""
        mean = figures.handle_seconds_mean
        return cls(
            interactions=figures.interactions,
            handle_seconds_mean=None if mean is None else float(mean),
            intensity_mean=MeanOut.of(figures.intensity_mean),
            recovery_mean=MeanOut.of(figures.recovery_mean),
            escalations_opened=figures.escalations_opened,
            escalations_resolved=figures.escalations_resolved,
            check_ins_open=figures.check_ins_open,
            check_ins_kept=figures.check_ins_kept,
        )


class DashboardOut(ResponseModel):
    """One team's calendar month."""

    team_id: UUID
    month: str = Field(examples=["2026-11"])
    status: DashboardStatus
    reason: Suppression | None = Field(description="Why nothing is shown.", examples=[None])
    minimum_group: int = Field(description="The smallest group that is shown.", examples=[5])
    as_of: Timestamp | None = Field(
        description="Everything recorded up to this moment is included; null before anything is."
    )
    people: int | None = Field(
        description="How many people's conversations it is of; null where nothing is shown.", examples=[9]
    )
    figures: FiguresOut | None


DASHBOARD: Final = TypeAdapter(DashboardOut)


@router.get("/{team_id:uuid}/dashboard", summary="Read a team's dashboard", response_model=DashboardOut)
async def get_team_dashboard(
    request: Request, team_id: UUID, month: Month, caller: Annotated[Caller, require("dashboards:read")]
) -> Response:
    """A calendar month of a team. Groups under five people are never shown, whoever asks."""
    async with reading(request, caller) as tx:
        as_of = await read_as_of(tx, TEAM_DASHBOARD.name)
        dashboard = await read_team_dashboard(tx, team_id, date.fromisoformat(f"{month}-01"))
        return answer(DASHBOARD, _shown(dashboard, as_of))


def _shown(dashboard: TeamDashboard, as_of: Timestamp | None) -> DashboardOut:
    return DashboardOut(
        team_id=dashboard.team_id,
        month=f"{dashboard.month:%Y-%m}",
        status=DashboardStatus.SUPPRESSED if dashboard.figures is None else DashboardStatus.AVAILABLE,
        reason=dashboard.reason,
        minimum_group=MINIMUM_GROUP,
        as_of=as_of,
        people=dashboard.people,
        figures=None if dashboard.figures is None else FiguresOut.of(dashboard.figures),
    )
