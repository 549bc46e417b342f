"""Use case: read a team's dashboard."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from attune.insights import repository, rules
from attune.insights.model import Figures, TeamDashboard
from attune.kernel.transactions import ReadTransaction
from attune.people.errors import TeamNotFound


async def read_team_dashboard(tx: ReadTransaction, team_id: UUID, month: date) -> TeamDashboard:
    """A team's calendar month (any day of it) as it may be shown. Raises `TeamNotFound`."""
    first = rules.month_of(month)
    found = await repository.get(tx, team_id, first)
    if not found.team_exists:
        raise TeamNotFound
    shown = rules.show(found.cell, found.backing)
    is_shown = isinstance(shown, Figures)
    return TeamDashboard(
        team_id=team_id,
        month=first,
        # How small a group is can point at its members too.
        people=found.backing.people if is_shown else None,
        figures=shown if isinstance(shown, Figures) else None,
        reason=None if isinstance(shown, Figures) else shown,
    )
