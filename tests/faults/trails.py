"""A projection that shows in what order it applied each stream's events, and that some events poison.

Its row per stream is a digest folded over the events in the order they were applied: another order, one event more or one
less gives another digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final
from uuid import UUID

import asyncpg

from attune.insights.projection import TEAM_DASHBOARD
from attune.kernel.events import StoredEvent
from attune.kernel.projections import Batch, Projection
from tests.conftest import Installation

RAISES: Final = "raises"
UNDECODABLE: Final = "undecodable"

_TABLE: Final = """
CREATE TABLE attune.fault_trail (
  tenant_id uuid, generation int, target_id uuid, events int NOT NULL, trail text NOT NULL,
  PRIMARY KEY (tenant_id, generation, target_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON attune.fault_trail TO attune_worker
"""

_FOLLOW: Final = """
INSERT INTO attune.fault_trail AS t (tenant_id, generation, target_id, events, trail)
VALUES ($1, $2, $3, 1, md5($4)) ON CONFLICT (tenant_id, generation, target_id)
DO UPDATE SET events = t.events + 1, trail = md5(t.trail || $4)
"""


async def create_trails(installation: Installation) -> None:
    """The table, in a database of the test's own."""
    connection = await asyncpg.connect(installation.superuser_url)
    await connection.execute(_TABLE)
    await connection.close()


def trail_of(events: Iterable[UUID]) -> str:
    """What the row of a stream says once these events were applied, in this order."""
    trail = ""
    for event_id in events:
        trail = hashlib.md5(f"{trail}{event_id}".encode(), usedforsecurity=False).hexdigest()
    return trail


async def _follow(batch: Batch, events: Iterable[StoredEvent]) -> None:
    await batch.tx.execute_many(
        _FOLLOW, [(event.tenant_id, batch.generation, event.target_id, str(event.event_id)) for event in events]
    )


async def _apply_strictly(batch: Batch) -> None:
    for event in batch.events:
        if event.data.get("poison") == RAISES:
            raise KeyError(event.data["poison"])
        if "amount" in event.data:
            int(event.data["amount"])
    await _follow(batch, batch.events)


async def _apply(batch: Batch) -> None:
    await _follow(batch, batch.events)


async def _apply_or_forget(batch: Batch) -> None:
    await _follow(batch, [event for event in batch.events if "poison" not in event.data])


def _trails(apply: object) -> Projection:
    return Projection(name="trails", version=1, apply=apply, tables=("fault_trail",))  # type: ignore[arg-type]  # one of the above


BEFORE_THE_CURE: Final = _trails(_apply_strictly)
CURED: Final = _trails(_apply)
SKIPS_AND_FORGETS: Final = _trails(_apply_or_forget)
"""The planted bug: it passes over what it cannot apply, and nobody hears of it."""


async def _derive_what_can_be_decoded(batch: Batch) -> None:
    """The product's dashboards, mended for events whose ids are no ids."""
    events = [event for event in batch.events if event.data.get("poison") != UNDECODABLE]
    if events:
        await TEAM_DASHBOARD.apply(Batch(batch.tx, batch.generation, batch.is_live, events))


DASHBOARD_CURED: Final = Projection(
    name=TEAM_DASHBOARD.name,
    version=TEAM_DASHBOARD.version,
    apply=_derive_what_can_be_decoded,
    tables=TEAM_DASHBOARD.tables,
    handles=TEAM_DASHBOARD.handles,
)
