"""What worker tests share: a worker that runs until nothing is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from attune.kernel.db import Database
from attune.kernel.ids import SHARDS
from attune.kernel.projections import Projection, drain, list_behind, register
from attune.kernel.roles import LoginRole
from attune.kernel.sequencer import list_pending_shards, sequence
from attune.kernel.vault import Vault
from attune.projections import ALL
from tests.conftest import Installation, new_organisation
from tests.contact_centre import ContactCentre


async def drain_all(database: Database, projections: Sequence[Projection] = ALL) -> int:
    """Order every event and apply it to these projections, until nothing is left; how many were applied."""
    by_name = {projection.name: projection for projection in projections}
    await register(database, projections, SHARDS)
    applied = 0
    while True:
        for shard in await list_pending_shards(database):
            while await sequence(database, shard):
                pass
        behind = [each for each in await list_behind(database) if each[0] in by_name]
        if not behind and not await list_pending_shards(database):
            return applied
        for name, generation, shard in behind:
            while True:
                drained = await drain(database, by_name[name], generation, shard)
                applied += drained.events
                if drained.is_idle:
                    break


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Wait for a condition that only PostgreSQL knows of."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  # PostgreSQL sets no asyncio.Event
            await asyncio.sleep(0.01)


@pytest.fixture
async def worker(fresh_installation: Installation) -> AsyncIterator[Database]:
    """A pool of the worker's role on a database of the test's own."""
    async with fresh_installation.database(LoginRole.WORKER) as opened:
        await register(opened, ALL, SHARDS)
        yield opened


@pytest.fixture
async def centre(fresh_installation: Installation, vault: Vault) -> AsyncIterator[ContactCentre]:
    """A contact centre on that database."""
    async with (
        fresh_installation.database(LoginRole.MIGRATOR) as migrator,
        fresh_installation.database(LoginRole.API) as api,
    ):
        yield ContactCentre(api, await new_organisation(migrator, vault))
