"""How conversations add up to a load, and when it is over its threshold. Nothing here touches a database or a clock.

The load halves every 90 minutes and each conversation adds an impulse when it ends, so between two conversations it is
a formula, exact at any moment. Where it crosses follows from the conversations alone: a correction changes it the same
way here and in a rebuild, provided the same operations run in the same order, which is why there is only `step`.

A threshold with hysteresis (a Schmitt trigger): over at the threshold, below again under a share of it and not before a
minimum time. It is a signal for a conversation with that person, no diagnosis and no measure of performance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from attune.fatigue.model import Contribution, Conversation, Episode, Level, LoadModel, Standing

CURRENT: Final = LoadModel(
    version=1,
    half_life=timedelta(minutes=90),
    reference_seconds=600,
    volume_weight=1.0,
    intensity_weight=1.0,
    threshold=12.0,
    leave_share=0.8,
    dwell=timedelta(minutes=15),
)
"""Ten calm minutes weigh 1, ten of the highest intensity 2. Calm work back to back comes to the threshold after almost
five hours; highly intense work after an hour and a half. Chosen, not measured: no effect size in the literature could be
verified, so the weights are versioned and open to change."""

_LOWEST: Final = 1.0
_HIGHEST: Final = 5.0


def impulse_of(handle_seconds: int, intensity: float | None, model: LoadModel = CURRENT) -> float:
    """What a conversation adds: its length against the reference, and again by how intense it was (1 to 5)."""
    length = handle_seconds / model.reference_seconds
    share = 0.0 if intensity is None else (intensity - _LOWEST) / (_HIGHEST - _LOWEST)
    return model.volume_weight * length + model.intensity_weight * length * max(0.0, share)


def decay(load: float, elapsed: timedelta, model: LoadModel = CURRENT) -> float:
    """What is left of a load: L(t) = L(t0) * 2^-((t-t0)/half-life)."""
    if elapsed <= timedelta(0):
        return load
    return float(load * 2.0 ** -(elapsed / model.half_life))


def clears_at(standing: Standing, model: LoadModel = CURRENT) -> datetime | None:
    """When an episode ends if nothing more comes: the load is under the lower threshold, and the dwell is over."""
    if standing.over_since is None:
        return None
    leave = model.threshold * model.leave_share
    earliest = standing.over_since + model.dwell
    if standing.load <= leave:
        return max(standing.at, earliest)
    return max(standing.at + model.half_life * math.log2(standing.load / leave), earliest)


def step(before: Standing | None, at: datetime, impulse: float, model: LoadModel = CURRENT) -> Standing:
    """Where somebody stands right after a conversation that ended at `at`."""
    if before is None:
        load, over_since = impulse, None
    else:
        load, over_since = decay(before.load, at - before.at, model) + impulse, before.over_since
        end = clears_at(before, model)
        if end is not None and end <= at:
            over_since = None
    if over_since is None and load >= model.threshold:
        over_since = at
    return Standing(at, load, over_since)


def follow(
    anchor: Standing | None, conversations: Iterable[tuple[Conversation, float]], model: LoadModel = CURRENT
) -> list[Contribution]:
    """The chain behind an anchor: each conversation (in order of position, with its impulse) and the standing after."""
    chain = []
    standing = anchor
    for conversation, impulse in conversations:
        standing = step(standing, conversation.at, impulse, model)
        chain.append(Contribution(conversation, impulse, standing))
    return chain


def episodes_of(
    anchor: Standing | None, anchor_peak: float, chain: Sequence[Contribution], model: LoadModel = CURRENT
) -> list[Episode]:
    """The episodes that a chain begins, goes through or ends. `anchor_peak` is the highest load of the one the anchor
    stands in."""
    episodes: list[Episode] = []
    standing, peak = anchor, anchor_peak
    for contribution in chain:
        after = contribution.after
        if standing is not None and standing.over_since is not None and after.over_since != standing.over_since:
            episodes.append(Episode(standing.over_since, clears_at(standing, model), peak))
        is_same = standing is not None and after.over_since == standing.over_since
        peak = max(peak, after.load) if is_same else after.load
        standing = after
    if standing is not None and standing.over_since is not None:
        episodes.append(Episode(standing.over_since, None, peak))
    return episodes


def load_at(standing: Standing | None, now: datetime, model: LoadModel = CURRENT) -> float:
    """The load at a moment after a standing."""
    return 0.0 if standing is None else decay(standing.load, now - standing.at, model)


def level_at(standing: Standing | None, now: datetime, model: LoadModel = CURRENT) -> Level:
    """Whether somebody is over the threshold at a moment after a standing."""
    end = None if standing is None else clears_at(standing, model)
    return Level.OVER if end is not None and now < end else Level.BELOW


def shares_of(
    contributions: Iterable[tuple[Conversation, float]], load: float, now: datetime, model: LoadModel = CURRENT
) -> list[tuple[Conversation, float]]:
    """How much of a present load each of these conversations makes up, the largest share first."""
    if load <= 0:
        return []
    shares = [
        (conversation, min(1.0, decay(impulse, now - conversation.at, model) / load))
        for conversation, impulse in contributions
    ]
    return sorted(shares, key=lambda each: (-each[1], each[0].position))
