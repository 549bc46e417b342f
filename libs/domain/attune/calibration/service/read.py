"""Reading rounds, by those who lead them or rate in them, and as much as they may see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from attune.batches.model import Position
from attune.calibration import rules
from attune.calibration.errors import NotTheFacilitator, RoundNotFound, StillBlind
from attune.calibration.model import Item, Rater, Rating, Report, Round, RoundStatus
from attune.calibration.repository import ratings, rounds, runs
from attune.calibration.rules import Sight
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.people.model import Role
from attune.people.service import find_people


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """A round as somebody sees it: `own` is their part as a rater, if they have one; `sight` whose ratings they see."""

    round: Round
    raters: tuple[Rater, ...]
    own: Rater | None
    leads: bool
    sight: Sight


async def get_round(tx: ReadTransaction, round_id: UUID) -> Round:
    """A round, for whoever changed it just now. Raises `RoundNotFound`."""
    round_ = await rounds.get_round(tx, round_id)
    if round_ is None:
        raise RoundNotFound
    return round_


async def view_round(tx: ReadTransaction, round_id: UUID, viewer_id: UUID | None) -> RoundView:
    """A round as a viewer sees it. Raises `RoundNotFound` where it is none of theirs."""
    round_ = await get_round(tx, round_id)
    raters = tuple(await rounds.list_raters(tx, round_id))
    own = next((rater for rater in raters if viewer_id is not None and rater.person_id == viewer_id), None)
    leads = rules.leads(round_, viewer_id, await roles_of(tx, viewer_id))
    if own is None and not leads:
        raise RoundNotFound
    sight = rules.sight_of(round_.status, viewer_id, own)
    return RoundView(round=round_, raters=raters, own=own, leads=leads, sight=sight)


async def list_rounds(
    tx: ReadTransaction, *, after: Position, viewer_id: UUID | None, status: RoundStatus | None, limit: int
) -> list[Round]:
    """The rounds that a viewer leads or rates in; all of them for quality, administrators and integrations."""
    sees_all = viewer_id is None or not rules.LEADS_ALL.isdisjoint(await roles_of(tx, viewer_id))
    return await rounds.list_rounds(
        tx, after=after, viewer_id=None if sees_all else viewer_id, status=status, limit=limit
    )


async def list_items(tx: ReadTransaction, view: RoundView, *, after: str | None, limit: int) -> list[Item]:
    """What is rated in a round."""
    return await rounds.list_page_of_items(tx, view.round.id, after=after, limit=limit)


async def list_ratings(tx: ReadTransaction, view: RoundView, *, after: ratings.Key | None, limit: int) -> list[Rating]:
    """One's own ratings, and those of everybody who has submitted once they may be seen."""
    return await ratings.list_page_of_ratings(
        tx,
        view.round.id,
        own_rater_id=None if view.own is None else view.own.id,
        with_others=view.sight is Sight.ALL,
        after=after,
        limit=limit,
    )


async def read_report(tx: ReadTransaction, view: RoundView) -> Report:
    """How far the raters of a round agree, as far as it is computed. Severities are for who leads, and one's own.

    Raises `StillBlind`.
    """
    if view.sight is not Sight.ALL:
        raise StillBlind
    run = await runs.get_run(tx, view.round.id)
    assert run is not None, "every round is opened with its run"
    own_id = None if view.leads or view.own is None else view.own.id
    reports = await runs.list_reports(tx, view.round.id, view.round.dimensions, rater_id=own_id)
    return Report(run=run, dimensions=tuple(reports))


async def require_leader(tx: WriteTransaction, round_id: UUID, viewer_id: UUID | None) -> Round:
    """A round that the viewer leads, locked. Raises `RoundNotFound` and `NotTheFacilitator`."""
    round_ = await rounds.lock_round(tx, round_id)
    if round_ is None:
        raise RoundNotFound
    if not rules.leads(round_, viewer_id, await roles_of(tx, viewer_id)):
        raters = await rounds.list_raters(tx, round_id)
        raise NotTheFacilitator if viewer_id in {rater.person_id for rater in raters} else RoundNotFound
    return round_


async def roles_of(tx: ReadTransaction, viewer_id: UUID | None) -> tuple[Role, ...]:
    """The roles of a viewer; none for a key that acts for nobody."""
    if viewer_id is None:
        return ()
    person = (await find_people(tx, [viewer_id])).get(viewer_id)
    return () if person is None else person.roles
