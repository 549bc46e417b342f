"""The projection `fatigue`: what a batch changes is followed through each person's chain, only as far as it matters.

Everything stored is a pure function of the conversations that count now, so a late or corrected one changes it the same
way live and in a rebuild. A live batch also tells of thresholds crossed and cleared; the ids of those events derive from
the person and the moment, so telling it twice is a no-op.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from attune.consent.events import ConsentExpired, ConsentGranted, ConsentRefused, ConsentWithdrawn
from attune.fatigue.model import Contribution, Conversation, Episode
from attune.fatigue.repository import deriving
from attune.fatigue.repository.deriving import Anchor, Change, Span
from attune.fatigue.rules import clears_at, episodes_of, follow, impulse_of
from attune.fatigue.service import announce_episodes
from attune.interactions.events import InteractionCorrected, InteractionRecorded
from attune.kernel.events import StoredEvent
from attune.kernel.projections import Batch, Projection
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.sentiment.events import SignalRecorded

_OF_INTERACTION: Final = frozenset({InteractionRecorded.kind, InteractionCorrected.kind})
_OF_SIGNAL: Final = SignalRecorded.kind
_OF_CUSTOMER: Final = frozenset(
    # The last by name: erasure reaches into every noun, so it stands above this one.
    {ConsentGranted.kind, ConsentRefused.kind, ConsentWithdrawn.kind, ConsentExpired.kind, "customer.erased"}
)

_REACH: Final = timedelta(days=6)
"""How far behind the last change to look first. A change fades in 53 halvings, the precision of a float: after 80 hours
the chain is what it was, to the last bit. Where it is not, twice as far is looked at."""

_LAST_MOMENT: Final = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The part of a person's chain that a batch changed: as it was, and as it is now."""

    span: Span
    anchor: Anchor
    stored: Sequence[Contribution]
    derived: Sequence[Contribution]

    @property
    def is_settled(self) -> bool:
        """Whether nothing behind the span can differ: it ends there, or in a standing that is what it was, outside of
        any episode (whose peak and end would depend on what came before)."""
        if not self.anchor.goes_on:
            return True
        return (
            bool(self.stored and self.derived)
            and self.derived[-1] == self.stored[-1]
            and self.derived[-1].after.over_since is None
        )

    @property
    def episodes(self) -> list[Episode]:
        """The episodes of the span, as they are now."""
        return episodes_of(self.anchor.standing, self.anchor.peak, self.derived)

    @property
    def episode_range(self) -> tuple[datetime, datetime]:
        """Between which moments an episode of the span was crossed."""
        standing = self.anchor.standing
        since = self.span.at if standing is None or standing.over_since is None else standing.over_since
        return since, self.span.until if self.anchor.goes_on else _LAST_MOMENT


async def project_fatigue(batch: Batch) -> None:
    """Bring loads and episodes in line with the conversations that a batch of events is about."""
    changes = await deriving.list_changes(batch.tx, batch.generation, *touched_by(batch.events))
    if not changes:
        return
    chains = await _follow(batch.tx, batch.generation, changes)
    episodes = await deriving.list_episodes(
        batch.tx, batch.generation, {chain.span.person_id: chain.episode_range for chain in chains}
    )
    await _store(batch.tx, batch.generation, changes, chains)
    changed = [(chain.span.person_id, episodes[chain.span.person_id], chain.episodes) for chain in chains]
    await _store_episodes(batch.tx, batch.generation, changed)
    if batch.is_live:
        for person_id, before, now in changed:
            announce_episodes(batch.tx, person_id, before, now)


def touched_by(events: Iterable[StoredEvent]) -> tuple[list[UUID], list[UUID]]:
    """The conversations that events are about, and the customers all of whose conversations they are about."""
    interactions: set[UUID] = set()
    customers: set[UUID] = set()
    for event in events:
        if event.kind in _OF_INTERACTION:
            interactions.add(event.target_id)
        elif event.kind == _OF_SIGNAL:
            if event.data.get("interaction_id") is not None:
                interactions.add(UUID(event.data["interaction_id"]))
        elif event.data.get("purpose", Purpose.INSIGHTS) == Purpose.INSIGHTS:
            customers.add(event.target_id)
    return sorted(interactions), sorted(customers)


async def _follow(tx: ReadTransaction, generation: int, changes: Sequence[Change]) -> list[Chain]:
    changed = {change.interaction_id for change in changes}
    fresh: dict[UUID, list[tuple[Conversation, float]]] = {}
    for change in changes:
        if change.fresh is not None:
            impulse = impulse_of(change.fresh.handle_seconds, change.fresh.intensity)
            fresh.setdefault(change.fresh.person_id, []).append((change.fresh, impulse))
    settled: list[Chain] = []
    spans = _spans(changes)
    reach = _REACH
    while spans:
        anchors = await deriving.list_anchors(tx, generation, spans)
        stored = await deriving.list_contributions(tx, generation, spans)
        chains = []
        for span in spans:
            anchor, own = anchors[span.person_id], stored[span.person_id]
            counted = [(each.conversation, each.impulse) for each in own]
            counted = [each for each in counted if each[0].interaction_id not in changed]
            counted += fresh.get(span.person_id, [])
            counted.sort(key=lambda each: each[0].position)
            derived = follow(anchor.standing, counted)
            chains.append(Chain(span=span, anchor=anchor, stored=own, derived=derived))
        settled += [chain for chain in chains if chain.is_settled]
        spans = [replace(chain.span, until=chain.span.until + reach) for chain in chains if not chain.is_settled]
        reach *= 2
    return settled


def _spans(changes: Sequence[Change]) -> list[Span]:
    """For each person the part of the chain that the changes reach: from the first of them to some days after the last."""
    positions: dict[UUID, list[tuple[datetime, UUID]]] = {}
    for change in changes:
        if change.fresh is not None:
            positions.setdefault(change.fresh.person_id, []).append(change.fresh.position)
        if change.old_person_id is not None and change.old_at is not None:
            positions.setdefault(change.old_person_id, []).append((change.old_at, change.interaction_id))
    return [
        Span(person_id=person_id, at=min(own)[0], interaction_id=min(own)[1], until=max(own)[0] + _REACH)
        for person_id, own in sorted(positions.items())
    ]


async def _store(tx: WriteTransaction, generation: int, changes: Sequence[Change], chains: Sequence[Chain]) -> None:
    gone = [change.interaction_id for change in changes if change.fresh is None]
    if gone:
        await deriving.forget_contributions(tx, generation, gone)
    known: Mapping[UUID, Contribution] = {
        each.conversation.interaction_id: each for chain in chains for each in chain.stored
    }
    await deriving.set_contributions(
        tx,
        generation,
        [each for chain in chains for each in chain.derived if known.get(each.conversation.interaction_id) != each],
    )
    standings = []
    without = []
    for chain in chains:
        if chain.anchor.goes_on:
            continue
        last = chain.derived[-1].after if chain.derived else chain.anchor.standing
        if last is None:
            without.append(chain.span.person_id)
        else:
            standings.append((chain.span.person_id, last, clears_at(last)))
    await deriving.set_standings(tx, generation, standings)
    if without:
        await deriving.remove_standings(tx, generation, without)


async def _store_episodes(
    tx: WriteTransaction, generation: int, changed: Sequence[tuple[UUID, Sequence[Episode], Sequence[Episode]]]
) -> None:
    gone: list[tuple[UUID, Episode]] = []
    fresh: list[tuple[UUID, Episode]] = []
    for person_id, before, now in changed:
        stay = {episode.crossed_at for episode in now}
        gone += [(person_id, episode) for episode in before if episode.crossed_at not in stay]
        fresh += [(person_id, episode) for episode in now if episode not in before]
    await deriving.remove_episodes(tx, generation, gone)
    await deriving.set_episodes(tx, generation, fresh)


FATIGUE: Final = Projection(
    name="fatigue",
    version=1,
    apply=project_fatigue,
    tables=("fatigue_contribution", "fatigue_state", "fatigue_episode"),
    handles=_OF_INTERACTION | {_OF_SIGNAL} | _OF_CUSTOMER,
)
