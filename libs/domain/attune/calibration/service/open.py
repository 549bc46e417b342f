"""Opening a round, and inviting who rates in it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from attune.batches.model import Name
from attune.calibration import rules
from attune.calibration.errors import (
    FacilitatorDoesNotRate,
    ItemNamedTwice,
    RaterInvitedTwice,
    RoundReferenceTaken,
)
from attune.calibration.events import RatersInvited, RoundOpened
from attune.calibration.model import DRAWS, Item, NewItem, NewRound, Rater, RaterName, Round, RoundRow, RoundStatus
from attune.calibration.repository import rounds, runs
from attune.calibration.service.read import get_round, require_leader
from attune.interactions.errors import InteractionUnknown
from attune.interactions.service import find_interactions
from attune.kernel.ids import new_id
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.people.errors import PersonUnknown
from attune.people.service import find_people, require_person
from attune.rubrics.service import require_version


async def open_round(tx: WriteTransaction, new: NewRound) -> tuple[Round, bool]:
    """A round and whether it is new: a reference that names the same round already changes nothing.

    Raises `RubricUnknown`, `PersonUnknown`, `InteractionUnknown`, `ScaleTooLong`, `FacilitatorDoesNotRate`,
    `RaterInvitedTwice`, `ItemNamedTwice` and `RoundReferenceTaken`.
    """
    row = await _describe(tx, new)
    raters = await _raters(tx, new.raters, facilitator_id=row.facilitator_id)
    items = await _items(tx, new.items)
    if not await rounds.insert_round(tx, row):
        return await _find_repeated(tx, row), False
    await runs.insert_run(tx, row.id, dimensions=len(row.dimensions), draws=DRAWS, seed=new.seed)
    await rounds.insert_raters(tx, row.id, raters, is_late=False)
    await rounds.insert_items(tx, row.id, items)
    tx.record(
        RoundOpened(
            target_id=row.id,
            version=1,
            rubric_version_id=row.rubric_version_id,
            facilitator_id=row.facilitator_id,
            dimensions=len(row.dimensions),
            raters=len(raters),
            items=len(items),
        )
    )
    return await get_round(tx, row.id), True


async def invite_raters(
    tx: WriteTransaction, round_id: UUID, names: Sequence[RaterName], *, viewer_id: UUID | None
) -> Round:
    """Ask more raters, before scoring or while it goes on; who rates already is not asked twice.

    Raises `RoundNotFound`, `NotTheFacilitator`, the refusals of the states in which nobody can join, and those of the
    names.
    """
    round_ = await require_leader(tx, round_id, viewer_id)
    rules.check_inviting(round_.status)
    raters = await _raters(tx, names, facilitator_id=round_.facilitator_id)
    is_late = round_.status is RoundStatus.SCORING
    joined = await rounds.insert_raters(tx, round_id, raters, is_late=is_late)
    if joined:
        tx.record(RatersInvited(target_id=round_id, raters=joined, is_late=is_late))
    return await get_round(tx, round_id)


async def _describe(tx: ReadTransaction, new: NewRound) -> RoundRow:
    scale, dimensions, version_id = new.scale or rules.RUBRIC_SCALE, new.dimensions, None
    if new.rubric is not None:
        pointer = "/rubric_version_id" if isinstance(new.rubric, UUID) else "/rubric_slug"
        version = await require_version(tx, new.rubric, pointer=pointer)
        dimensions, version_id = version.dimension_keys, version.id
    rules.check_scale(scale)
    facilitator_id = None
    if new.facilitator is not None:
        pointer = "/facilitator_id" if isinstance(new.facilitator, UUID) else "/facilitator_ref"
        facilitator_id = (await require_person(tx, new.facilitator, pointer=pointer)).id
    return RoundRow(
        id=new.id,
        external_ref=new.external_ref,
        title=new.title,
        rubric_version_id=version_id,
        dimensions=dimensions,
        scale=scale,
        quorum=new.quorum,
        facilitator_id=facilitator_id,
        scoring_until=new.scoring_until,
    )


async def _raters(tx: ReadTransaction, names: Sequence[RaterName], *, facilitator_id: UUID | None) -> list[Rater]:
    people = await find_people(tx, [name.person for name in names if name.person is not None])
    raters: list[Rater] = []
    seen: set[UUID | str] = set()
    for position, name in enumerate(names):
        pointer = f"/raters/{position}"
        person = None if name.person is None else people.get(name.person)
        if name.person is not None and person is None:
            raise PersonUnknown(pointer=pointer)
        person_id = None if person is None else person.id
        if person_id is not None and person_id == facilitator_id:
            raise FacilitatorDoesNotRate(pointer=pointer)
        who = person_id or name.label
        assert who is not None, "the request names one of the two"
        if who in seen:
            raise RaterInvitedTwice(pointer=pointer)
        seen.add(who)
        raters.append(Rater(id=new_id(), label=name.label, person_id=person_id, is_late=False, submitted_at=None))
    return raters


async def _items(tx: ReadTransaction, items: Sequence[NewItem]) -> list[Item]:
    named: list[Name] = [item.interaction for item in items if item.interaction is not None]
    interactions = await find_interactions(tx, named) if named else {}
    described: dict[str, Item] = {}
    for position, item in enumerate(items):
        if item.key in described:
            raise ItemNamedTwice(pointer=f"/items/{position}/key")
        interaction = None if item.interaction is None else interactions.get(item.interaction)
        if item.interaction is not None and interaction is None:
            raise InteractionUnknown(pointer=f"/items/{position}")
        described[item.key] = Item(
            key=item.key,
            interaction_id=None if interaction is None else interaction.id,
            person_id=None if interaction is None else interaction.person_id,
            text_ref=item.text_ref,
        )
    return list(described.values())


async def _find_repeated(tx: ReadTransaction, row: RoundRow) -> Round:
    assert row.external_ref is not None  # only a reference that was there before keeps one from going in
    stored = await rounds.get_round_by_ref(tx, row.external_ref)
    if stored is None or (stored.dimensions, stored.scale, stored.rubric_version_id) != (
        row.dimensions,
        row.scale,
        row.rubric_version_id,
    ):
        raise RoundReferenceTaken(pointer="/external_ref")
    return stored
