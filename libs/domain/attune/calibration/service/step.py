"""Taking a round through its life."""

from __future__ import annotations

from uuid import UUID

from attune.calibration import rules
from attune.calibration.events import ReviewStarted, RoundClosed, RoundResolved, ScoringStarted
from attune.calibration.model import Round, RoundOutcome
from attune.calibration.repository import rounds
from attune.calibration.rules import Step
from attune.calibration.service.read import get_round, require_leader
from attune.kernel.errors import VersionStale
from attune.kernel.transactions import WriteTransaction


async def start_scoring(tx: WriteTransaction, round_id: UUID, *, version: int, viewer_id: UUID | None) -> Round:
    """Let the raters begin. Raises `RoundNotFound`, `NotTheFacilitator`, `VersionStale` and the states' refusals."""
    started = await _take(tx, round_id, Step.START_SCORING, version, viewer_id)
    tx.record(ScoringStarted(target_id=round_id, version=started.version))
    return started


async def start_review(tx: WriteTransaction, round_id: UUID, *, version: int, viewer_id: UUID | None) -> Round:
    """End scoring and put the ratings on the table. Raises `QuorumNotReached` besides."""
    started = await _take(tx, round_id, Step.START_REVIEW, version, viewer_id)
    tx.record(ReviewStarted(target_id=round_id, version=started.version, raters_submitted=started.raters_submitted))
    return started


async def resolve_round(
    tx: WriteTransaction, round_id: UUID, *, version: int, viewer_id: UUID | None, outcome: RoundOutcome
) -> Round:
    """Say what the raters made of it. Raises like `start_scoring`."""
    resolved = await _take(tx, round_id, Step.RESOLVE, version, viewer_id, outcome)
    tx.record(RoundResolved(target_id=round_id, version=resolved.version, result=outcome))
    return resolved


async def close_round(tx: WriteTransaction, round_id: UUID, *, version: int, viewer_id: UUID | None) -> Round:
    """End a resolved round, or give one up that never came to a review. Raises like `start_scoring`."""
    closed = await _take(tx, round_id, Step.CLOSE, version, viewer_id)
    tx.record(RoundClosed(target_id=round_id, version=closed.version, result=closed.outcome))
    return closed


async def _take(
    tx: WriteTransaction,
    round_id: UUID,
    step: Step,
    version: int,
    viewer_id: UUID | None,
    outcome: RoundOutcome | None = None,
) -> Round:
    round_ = await require_leader(tx, round_id, viewer_id)
    if round_.version != version:
        raise VersionStale
    await rounds.set_status(tx, round_id, rules.take_step(round_, step), outcome)
    return await get_round(tx, round_id)
