"""Rating: one's own, blind, until one submits; or many that were made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from attune.batches.errors import DuplicateInBatch
from attune.batches.model import ItemResult, ItemStatus
from attune.batches.service import run_batch
from attune.calibration import rules
from attune.calibration.errors import (
    AlreadySubmitted,
    FacilitatorDoesNotRate,
    NotARater,
    NothingToSubmit,
    RaterRequired,
    RatesForAnother,
    RoundNotFound,
)
from attune.calibration.events import RatingsChanged, RatingsSubmitted
from attune.calibration.model import Item, Rater, RaterName, Rating, RatingItem, Round
from attune.calibration.repository import queue, ratings, rounds, runs
from attune.calibration.repository.ratings import Key
from attune.kernel.errors import AttuneError
from attune.kernel.ids import new_id
from attune.kernel.transactions import WriteTransaction
from attune.people.errors import PersonUnknown
from attune.people.service import find_people


async def upsert_ratings(
    tx: WriteTransaction, round_id: UUID, items: Sequence[RatingItem], *, author_id: UUID | None, atomic: bool = False
) -> list[ItemResult]:
    """Write ratings; one result for each, in their order, with the rater's id. A value of None empties the cell.

    Who signs in sends their own, of items that are there. A key that acts for no person sends anybody's: it adds raters
    and items as it names them, and its raters stand by their ratings at once, since they were made elsewhere.

    Raises `RoundNotFound`, `NotARater`, `AlreadySubmitted` and the refusals of the states in which nothing is rated.
    """
    round_ = await rounds.lock_round(tx, round_id)
    if round_ is None:
        raise RoundNotFound
    known = await rounds.list_raters(tx, round_id)
    own = _own(known, author_id)
    if author_id is not None and own is None:
        raise NotARater
    rules.check_scoring(round_.status)
    if own is not None and own.submitted_at is not None:
        raise AlreadySubmitted
    upload = _Upload(tx=tx, round=round_, raters={rater.id: rater for rater in known}, own=own)
    return await run_batch(tx, lambda: upload.write(items), atomic=atomic)


async def submit_ratings(tx: WriteTransaction, round_id: UUID, *, author_id: UUID | None) -> Round:
    """Stand by one's ratings, and see the others' from now on. Raises like `upsert_ratings`, and `NothingToSubmit`."""
    round_ = await rounds.lock_round(tx, round_id)
    if round_ is None:
        raise RoundNotFound
    own = _own(await rounds.list_raters(tx, round_id), author_id)
    if own is None:
        raise NotARater
    rules.check_scoring(round_.status)
    if own.submitted_at is not None:
        raise AlreadySubmitted
    if not await ratings.has_rated(tx, round_id, own.id):
        raise NothingToSubmit
    await rounds.submit(tx, round_id, [own.id])
    revision = await _recompute(tx, round_id)
    tx.record(RatingsSubmitted(target_id=round_id, concerns=author_id, revision=revision, is_late=own.is_late))
    submitted = await rounds.get_round(tx, round_id)
    assert submitted is not None
    return submitted


@dataclass(slots=True, kw_only=True)
class _Upload:
    """One batch on its way in."""

    tx: WriteTransaction
    round: Round
    raters: dict[UUID, Rater]
    own: Rater | None

    async def write(self, items: Sequence[RatingItem]) -> list[ItemResult]:
        """What became of each rating."""
        stored_items = await rounds.list_items(self.tx, self.round.id, {item.item for item in items})
        named = await self._name_raters(items)
        ready: dict[int, tuple[Key, RatingItem]] = {}
        problems: dict[int, AttuneError] = {}
        new_items: dict[str, Item] = {}
        taken: set[Key] = set()
        for index, item in enumerate(items):
            try:
                rater = self._rater_of(item, named)
                found = rules.require_item(stored_items | new_items, item.item, may_add=self.own is None)
                rules.check_rating(item, self.round, found, rater)
                key = (item.item, item.dimension, rater.id)
                if key in taken:
                    raise DuplicateInBatch
            except AttuneError as error:
                problems[index] = error
                continue
            taken.add(key)
            ready[index] = key, item
            if found is None:
                new_items[item.item] = Item(key=item.item, interaction_id=None, person_id=None, text_ref=item.text_ref)
        await self._add(new_items, {key[2] for key, _ in ready.values()})
        statuses = await self._store(ready)
        return [
            ItemResult(index=index, status=ItemStatus.FAILED, id=None, problem=problems[index])
            if index in problems
            else ItemResult(index=index, status=statuses[index], id=ready[index][0][2])
            for index in range(len(items))
        ]

    async def _name_raters(self, items: Sequence[RatingItem]) -> dict[RaterName, Rater | AttuneError]:
        """Who is meant by each name, for a key that acts for no person: a rater that is new is made, not stored."""
        names = list(dict.fromkeys(item.rater for item in items if item.rater is not None))
        if self.own is not None:
            return {}
        people = await find_people(self.tx, [name.person for name in names if name.person is not None])
        by_label = {rater.label: rater for rater in self.raters.values() if rater.label is not None}
        by_person = {rater.person_id: rater for rater in self.raters.values() if rater.person_id is not None}
        named: dict[RaterName, Rater | AttuneError] = {}
        for name in names:
            person = None if name.person is None else people.get(name.person)
            if name.person is not None and person is None:
                named[name] = PersonUnknown(pointer="/rater_ref" if not isinstance(name.person, UUID) else "/rater_id")
                continue
            person_id = None if person is None else person.id
            if person_id is not None and person_id == self.round.facilitator_id:
                named[name] = FacilitatorDoesNotRate(pointer="/rater_id")
                continue
            known = by_person.get(person_id) if person_id is not None else by_label.get(name.label or "")
            if known is None:
                known = Rater(id=new_id(), label=name.label, person_id=person_id, is_late=False, submitted_at=None)
                if person_id is not None:
                    by_person[person_id] = known  # one person by two names is one rater
            named[name] = known
        return named

    def _rater_of(self, item: RatingItem, named: dict[RaterName, Rater | AttuneError]) -> Rater:
        if self.own is not None:
            if item.rater is not None and item.rater.person != self.own.person_id:
                raise RatesForAnother(pointer="/rater")
            return self.own
        if item.rater is None:
            raise RaterRequired(pointer="/rater")
        found = named[item.rater]
        if isinstance(found, AttuneError):
            raise found
        return self.raters.setdefault(found.id, found)

    async def _add(self, items: dict[str, Item], rater_ids: set[UUID]) -> None:
        """Add the items and raters of ratings that go in."""
        await rounds.insert_items(self.tx, self.round.id, list(items.values()))
        if self.own is None:
            # Who is there already is passed over.
            await rounds.insert_raters(
                self.tx, self.round.id, [self.raters[rater_id] for rater_id in sorted(rater_ids)], is_late=False
            )

    async def _store(self, ready: dict[int, tuple[Key, RatingItem]]) -> dict[int, ItemStatus]:
        """Write what differs from what is there, and have the figures computed anew where they follow from it."""
        stored = await ratings.list_stored(self.tx, self.round.id, [key for key, _ in ready.values()])
        statuses = {index: _status(item, stored.get(key)) for index, (key, item) in ready.items()}
        changed = {index for index, status in statuses.items() if status is not ItemStatus.UNCHANGED}
        await ratings.put_ratings(
            self.tx,
            self.round.id,
            [
                Rating(item=key[0], dimension=key[1], rater_id=key[2], value=item.value, rated_at=item.rated_at)
                for index, (key, item) in ready.items()
                if index in changed and item.value is not None
            ],
        )
        await ratings.delete_ratings(
            self.tx, self.round.id, [key for i, (key, item) in ready.items() if i in changed and item.value is None]
        )
        if changed:
            await self._tell(statuses, {ready[index][0][2] for index in changed})
        return statuses

    async def _tell(self, statuses: dict[int, ItemStatus], rater_ids: set[UUID]) -> None:
        run = await runs.get_run(self.tx, self.round.id)
        assert run is not None
        revision = run.revision
        if self.own is None:
            await rounds.submit(self.tx, self.round.id, rater_ids)
            revision = await _recompute(self.tx, self.round.id)
        self.tx.record(
            RatingsChanged(
                target_id=self.round.id,
                concerns=None if self.own is None else self.own.person_id,
                revision=revision,
                created=sum(status is ItemStatus.CREATED for status in statuses.values()),
                updated=sum(status is ItemStatus.UPDATED for status in statuses.values()),
            )
        )


async def _recompute(tx: WriteTransaction, round_id: UUID) -> int:
    """In this order: see `repository.queue`."""
    revision = await runs.raise_revision(tx, round_id)
    await queue.add(tx, round_id)
    return revision


def _own(raters: Sequence[Rater], author_id: UUID | None) -> Rater | None:
    if author_id is None:
        return None
    return next((rater for rater in raters if rater.person_id == author_id), None)


def _status(item: RatingItem, stored: Rating | None) -> ItemStatus:
    if stored is None:
        return ItemStatus.UNCHANGED if item.value is None else ItemStatus.CREATED
    if item.value is None:
        return ItemStatus.UPDATED
    is_same = (stored.value, stored.rated_at) == (item.value, item.rated_at)
    return ItemStatus.UNCHANGED if is_same else ItemStatus.UPDATED
