"""Calibration rounds of a furnished organisation, in each state that an operation needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from tests.api.walls.things import Things

PATH: Final = "/v1/calibration-rounds"
KEYS: Final = ("conv-16", "conv-17")
"""The second is the example of the document."""

DIMENSION: Final = "cultural_awareness"
LABELS: Final = ("label-a", "label-b")


async def add_draft(of: Things, **more: Any) -> UUID:
    """One more round that the person who leads may lead, with a person and a label as raters."""
    body = {
        "title": of.text("round"),
        "rubric_slug": of.slugs["rubric"],
        "facilitator_id": str(of.ids["lead"]),
        "raters": [{"person_id": str(of.ids["person"])}, *({"label": label} for label in LABELS)],
        "items": [{"key": KEYS[0], "interaction_id": str(of.ids["interaction"])}, {"key": KEYS[1]}],
    }
    return UUID((await of.post(PATH, body | more))["id"])


async def add_rated(of: Things) -> UUID:
    """One more round that is scoring, in which the person who leads rates, has rated, and has not submitted."""
    round_id = await add_draft(of, facilitator_id=None, raters=[{"person_id": str(of.ids["lead"])}])
    await _step(of, round_id, "startScoring", 1)
    own = [{"item": key, "dimension": DIMENSION, "value": 3} for key in KEYS]
    await of.post(f"{PATH}/{round_id}/ratings:batchUpsert", {"items": own, "atomic": True}, of.person)
    return round_id


async def add_scoring(of: Things) -> UUID:
    """One more round in which enough have submitted for a review."""
    round_id = await add_draft(of)
    await _step(of, round_id, "startScoring", 1)
    ratings = [
        {"item": key, "dimension": DIMENSION, "value": 2, "rater": {"label": label}} for key in KEYS for label in LABELS
    ]
    await of.post(f"{PATH}/{round_id}/ratings:batchUpsert", {"items": ratings, "atomic": True})
    return round_id


async def add_reviewed(of: Things) -> UUID:
    """One more round in review."""
    round_id = await add_scoring(of)
    await _step(of, round_id, "startReview", 2)
    return round_id


async def add_resolved(of: Things) -> UUID:
    """One more round that is resolved."""
    round_id = await add_reviewed(of)
    await _step(of, round_id, "resolve", 3, {"outcome": "agreed"})
    return round_id


ADD: Final = {
    "draft_round": add_draft,
    "rated_round": add_rated,
    "scoring_round": add_scoring,
    "review_round": add_reviewed,
    "resolved_round": add_resolved,
}


async def _step(of: Things, round_id: UUID, step: str, version: int, body: Any = None) -> None:
    await of.post(f"{PATH}/{round_id}:{step}", body, None, **{"if-match": f'"v{version}"'})
