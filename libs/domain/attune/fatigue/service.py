"""Use cases: read one's own load, and tell of thresholds crossed and cleared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from attune.fatigue import rules
from attune.fatigue.events import IntensityRead, ThresholdCleared, ThresholdCrossed
from attune.fatigue.model import Episode, Level, OwnLoad, Share
from attune.fatigue.repository import reading
from attune.fatigue.rules import CURRENT
from attune.kernel.ids import derived_id
from attune.kernel.transactions import WriteTransaction

_LOOKED_BACK: Final = timedelta(hours=24)
"""Sixteen halvings: what is older is no reason any more."""

MOST_REASONS: Final = 5


async def read_own_load(tx: WriteTransaction, person_id: UUID, now: datetime) -> OwnLoad:
    """A person's load right now, and the conversations that make up most of it, the largest share first.

    How intense a conversation was is its customer's datum. So this runs under the purpose `insights`, what the consent
    gate no longer yields is left out, and each conversation shown with its intensity is a recorded read.
    """
    standing = await reading.get_standing(tx, person_id)
    load = rules.load_at(standing, now)
    recent = await reading.list_recent(tx, person_id, now - _LOOKED_BACK)
    felt = [each.interaction_id for each, _ in recent if each.intensity is not None]
    visible = await reading.list_visible(tx, felt) if felt else set()
    shown = [each for each in recent if each[0].intensity is None or each[0].interaction_id in visible]
    why = rules.shares_of(shown, load, now)[:MOST_REASONS]
    for conversation, _ in why:
        if conversation.intensity is not None:
            tx.record(IntensityRead(target_id=conversation.interaction_id, concerns=conversation.customer_id))
    is_over = rules.level_at(standing, now) is Level.OVER
    return OwnLoad(
        person_id=person_id,
        load=load,
        threshold=CURRENT.threshold,
        level=rules.level_at(standing, now),
        over_since=standing.over_since if standing is not None and is_over else None,
        clears_at_earliest=rules.clears_at(standing) if standing is not None and is_over else None,
        half_life=CURRENT.half_life,
        why=[
            Share(
                interaction_id=conversation.interaction_id,
                ended_at=conversation.at,
                handle_seconds=conversation.handle_seconds,
                intensity=conversation.intensity,
                share=share,
            )
            for conversation, share in why
        ],
    )


def announce_episodes(tx: WriteTransaction, person_id: UUID, before: Sequence[Episode], now: Sequence[Episode]) -> None:
    """Tell what a batch changed about a person's episodes. What was told before is not told twice."""
    known = {episode.crossed_at: episode for episode in before}
    stay = {episode.crossed_at for episode in now}
    for episode in sorted(now, key=lambda each: each.crossed_at):
        if episode.crossed_at not in known:
            _tell_crossed(tx, person_id, episode.crossed_at)
        if episode.cleared_at is not None and episode != known.get(episode.crossed_at):
            _tell_cleared(tx, person_id, episode.crossed_at, episode.cleared_at)
    for crossed_at in sorted(known.keys() - stay):
        _tell_cleared(tx, person_id, crossed_at, crossed_at, was_corrected=True)


async def announce_due_clears(tx: WriteTransaction) -> int:
    """Tell of the episodes whose end has come without another conversation; how many were new."""
    due = await reading.list_due_clears(tx)
    recorded = await reading.list_recorded(tx, [_cleared_id(tx, each.person_id, each.crossed_at) for each in due])
    fresh = [each for each in due if _cleared_id(tx, each.person_id, each.crossed_at) not in recorded]
    for each in fresh:
        _tell_cleared(tx, each.person_id, each.crossed_at, each.cleared_at)
    return len(fresh)


def _tell_crossed(tx: WriteTransaction, person_id: UUID, crossed_at: datetime) -> None:
    tx.record(
        ThresholdCrossed(target_id=person_id, concerns=person_id, occurred_at=crossed_at, crossed_at=crossed_at),
        event_id=derived_id(ThresholdCrossed.kind, tx.tenant_id, person_id, crossed_at.isoformat()),
    )


def _tell_cleared(
    tx: WriteTransaction, person_id: UUID, crossed_at: datetime, cleared_at: datetime, *, was_corrected: bool = False
) -> None:
    tx.record(
        ThresholdCleared(
            target_id=person_id,
            concerns=person_id,
            occurred_at=cleared_at,
            crossed_at=crossed_at,
            cleared_at=cleared_at,
            was_corrected=was_corrected,
        ),
        event_id=_cleared_id(tx, person_id, crossed_at),
    )


def _cleared_id(tx: WriteTransaction, person_id: UUID, crossed_at: datetime) -> UUID:
    return derived_id(ThresholdCleared.kind, tx.tenant_id, person_id, crossed_at.isoformat())
