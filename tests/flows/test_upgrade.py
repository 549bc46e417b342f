"""An upgrade nobody notices: the code of today serves while a migration of tomorrow runs, and goes on afterwards.

The migrations are examples beside this file; those that go about it wrongly show that the traffic would notice.
"""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from attune.kernel.migrating import EarlierCodeRuns, Phase, current_revision, list_pending, migrate, newest_revision
from attune.kernel.roles import LoginRole
from tests.conftest import Installation
from tests.flows import client_tour as tour
from tests.flows.place import Place, new_secrets
from tests.flows.test_restore import SCOPES
from tests.flows.traffic import Traffic, hot_operations, traffic
from tests.worker.conftest import until

ROOT = Path(__file__).parents[2]
VERSIONS = "libs/domain/attune/migrations/versions"
EXAMPLES = Path(__file__).parent / "example_migrations"
ROWS = 20_000
LEAST_BEFORE, LEAST_DURING, LEAST_AFTER = 60, 30, 120

_MANY_SIGNALS = """
INSERT INTO attune.signal (tenant_id, id, customer_id, interaction_id, measure, moment, value, original_value, scale_min,
  scale_max, tags, source, modality, observed_at)
SELECT tenant_id, gen_random_uuid(), customer_id, interaction_id, measure, moment, value, original_value, scale_min,
  scale_max, tags, source, modality, observed_at - n * interval '1 second'
FROM (SELECT * FROM attune.signal LIMIT 1) AS one, generate_series(1, $1) AS n
"""


@dataclass(frozen=True)
class Busy:
    """A small contact centre that is being served."""

    place: Place
    url: str
    key: str
    ids: dict[str, UUID]
    escalation_id: UUID
    ended: datetime

    @contextmanager
    def traffic(self) -> Iterator[Traffic]:
        with traffic(self.url, self.key, hot_operations(self.ids, self.escalation_id, self.ended)) as seen:
            yield seen

    @property
    def operations(self) -> list[str]:
        return list(hot_operations(self.ids, self.escalation_id, self.ended))


async def execute(place: Place, statement: str, *arguments: object) -> None:
    connection = await asyncpg.connect(place.installation.superuser_url)
    try:
        await connection.execute(statement, *arguments)
    finally:
        await connection.close()


@pytest.fixture
async def place(fresh_installation: Installation, tmp_path: Path) -> Place:
    """A migrated database with an organisation, whose services lose their patience quickly."""
    place = Place(tmp_path, fresh_installation, new_secrets())
    # A table that is locked for seconds is to be noticed in seconds, whatever the role's usual patience.
    await execute(place, f"ALTER ROLE attune_api IN DATABASE {fresh_installation.name} SET lock_timeout = '1s'")
    place.run("bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad")
    return place


@pytest.fixture
async def busy(place: Place) -> AsyncIterator[Busy]:
    """API and worker, and many signals."""
    ended, key = tour.lately(), place.key(*SCOPES)
    with place.api() as url, place.worker(), tour.Caller(url, key) as call:
        ids = tour.load(call, ended)
        opened = call.send("open_escalation", "EscalationRequest", **tour.escalation("customer-0"))
        await execute(place, _MANY_SIGNALS, ROWS)
        yield Busy(place, url, key, ids, opened.id, ended)


def upgrade_under(seen: Traffic, url: str, folders: list[Path]) -> int:
    """Migrate while the callers call; how many requests came to an end meanwhile."""
    before = seen.requests
    asyncio.run(migrate(url, folders=folders))
    return seen.requests - before


async def upgraded(busy: Busy, *names: str) -> tuple[Traffic, int]:
    """The traffic of before, during and after an upgrade, and how much of it was during."""
    url, folders = busy.place.installation.url(LoginRole.MIGRATOR), [EXAMPLES / name for name in names]
    with busy.traffic() as seen:
        await asyncio.to_thread(seen.wait_for, LEAST_BEFORE)
        assert seen.failures == []
        during = await asyncio.to_thread(upgrade_under, seen, url, folders)
        await asyncio.to_thread(seen.wait_for, LEAST_AFTER)
    return seen, during


async def test_an_expanding_migration_runs_under_traffic_without_one_error(busy: Busy) -> None:
    seen, during = await upgraded(busy, "expanding")
    print(f"{seen.requests} requests, {during} of them during the migration: {dict(seen.answered)}")
    assert seen.failures == []
    assert during >= LEAST_DURING
    assert seen.requests >= LEAST_BEFORE + LEAST_DURING + LEAST_AFTER
    assert seen.least_of(busy.operations) >= 10
    connection = await asyncpg.connect(busy.place.installation.superuser_url)
    weighed = await connection.fetchval("SELECT count(*) FROM attune.signal WHERE weight = 1")
    valid = await connection.fetchval(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'attune.signal_weight_idx'::regclass"
    )
    checked = await connection.fetchval(
        "SELECT convalidated FROM pg_constraint WHERE conname = 'signal_weight_is_positive'"
    )
    await connection.close()
    assert (weighed >= ROWS, valid, checked) == (True, True, True)


async def test_migrations_that_do_not_keep_to_the_recipe_are_noticed(busy: Busy) -> None:
    """Planted: a table that is locked for long, then a column that is renamed under the code that reads it."""
    locked, _ = await upgraded(busy, "locking")
    assert [failure for failure in locked.failures if "signal" in failure]
    renamed, _ = await upgraded(busy, "locking", "renaming")
    assert [failure for failure in renamed.failures if "signal" in failure]


async def test_the_recipe_gives_way_to_a_long_transaction_and_comes_back(place: Place) -> None:
    """Somebody reads for a second. The migration must not wait in the lock, where everybody would queue behind it."""
    url = place.installation.url(LoginRole.MIGRATOR)
    reader = await asyncpg.connect(place.installation.superuser_url)
    async with reader.transaction():
        await reader.fetch("SELECT count(*) FROM attune.signal")
        migrating = asyncio.create_task(migrate(url, folders=[EXAMPLES / "expanding"]))
        other = await asyncpg.connect(place.installation.superuser_url)
        for _ in range(20):
            assert await other.fetchval("SELECT count(*) FROM attune.signal", timeout=5) == 0
            await asyncio.wait([migrating], timeout=0.05)
        assert not migrating.done()
        assert await current_revision(url) == newest_revision()
        await other.close()
    await migrating
    await reader.close()
    assert await current_revision(url) == "9001"


async def one_waits_for_its_turn(connection: asyncpg.Connection) -> bool:
    """Whether one has asked for the turn that another has. The statistics are those of the moment, not of the transaction."""
    await connection.execute("SELECT pg_stat_clear_snapshot()")
    sessions = await connection.fetch(
        "SELECT query LIKE '%advisory_lock%' AS asks FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = 'attune_migrator'"
    )
    return len(sessions) >= 2 and any(row["asks"] for row in sessions)


async def test_two_who_migrate_at_once_take_turns(place: Place) -> None:
    """Waiting inside the advisory lock would be a transaction that CREATE INDEX CONCURRENTLY waits for: a deadlock."""
    url = place.installation.url(LoginRole.MIGRATOR)
    code = (
        "import asyncio, pathlib, sys; from attune.kernel.migrating import migrate;"
        " asyncio.run(migrate(sys.argv[1], folders=[pathlib.Path(sys.argv[2])]))"
    )
    command = [sys.executable, "-c", code, url, str(EXAMPLES / "expanding")]
    reader = await asyncpg.connect(place.installation.superuser_url)
    async with reader.transaction():
        await reader.fetch(
            "SELECT count(*) FROM attune.signal"
        )  # the first one cannot go on before the second is there
        processes = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
        await until(lambda: one_waits_for_its_turn(reader), seconds=60)
    await reader.close()
    assert [await process.wait() for process in processes] == [0, 0]
    assert await current_revision(url) == "9001"


async def test_a_post_migration_waits_for_the_earlier_code_to_be_gone(place: Place) -> None:
    url, folders = place.installation.url(LoginRole.MIGRATOR), [EXAMPLES / "contracting"]
    assert [each.phase for each in list_pending(newest_revision(), folders)] == [Phase.POST]
    await migrate(url, Phase.PRE, folders)
    assert await current_revision(url) == newest_revision()
    with place.api(), place.worker():
        for phase in (Phase.POST, None):
            with pytest.raises(EarlierCodeRuns, match=rf"attune_api \(attune-api {newest_revision()} \d+\)"):
                await migrate(url, phase, folders)
    unnamed = await asyncpg.connect(place.installation.url(LoginRole.WORKER))
    with pytest.raises(EarlierCodeRuns, match=r"attune_worker \(no name\)"):
        await migrate(url, Phase.POST, folders)
    await unnamed.close()
    successor = await asyncpg.connect(
        place.installation.url(LoginRole.API), server_settings={"application_name": "attune-api 9001"}
    )
    await migrate(url, Phase.POST, folders)
    await successor.close()
    assert await current_revision(url) == "9001"


async def test_a_post_migration_is_refused_before_the_pre_migrations_ahead_of_it(
    fresh_installation: Installation,
) -> None:
    url = fresh_installation.url(LoginRole.MIGRATOR)
    folders = [EXAMPLES / "expanding"]
    with pytest.raises(EarlierCodeRuns, match="9001 is to run before the new code starts"):
        await migrate(url, Phase.POST, folders)
    await migrate(url, Phase.PRE, folders)
    assert await current_revision(url) == "9001"


def git(*arguments: str) -> bytes:
    """What git says; nothing where there is no history."""
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def unpack_previous_code(folder: Path) -> dict[str, str] | None:
    """The code from before the newest migration came, and the environment it runs in; None where there is none."""
    newest = next((ROOT / VERSIONS).glob(f"{newest_revision()}_*.py"))
    added = git("log", "--diff-filter=A", "--format=%H", "--", f"{VERSIONS}/{newest.name}").decode().split()
    if not added or not git("ls-tree", f"{added[-1]}~1", f"{VERSIONS}/"):
        return None
    with tarfile.open(fileobj=io.BytesIO(git("archive", f"{added[-1]}~1", "libs", "services"))) as archive:
        archive.extractall(folder, filter="data")
    homes = sorted({each.parent.parent for each in folder.glob("*/*/attune*/__init__.py")})
    return {
        "PYTHONPATH": ":".join(str(folder / home.relative_to(folder)) for home in homes if "client" not in home.name)
    }


async def test_a_pre_migration_behind_a_forgotten_post_migration_says_so(fresh_installation: Installation) -> None:
    url, folders = fresh_installation.url(LoginRole.MIGRATOR), [EXAMPLES / "contracting", EXAMPLES / "following"]
    with pytest.raises(EarlierCodeRuns, match="9001 was to run after the last upgrade"):
        await migrate(url, Phase.PRE, folders)
    await migrate(url, Phase.POST, folders)
    assert await current_revision(url) == "9002"


async def test_the_code_from_before_the_newest_migration_serves_on_the_newest_schema(
    fresh_installation: Installation, tmp_path: Path
) -> None:
    """Through a whole rollout: the schema is new everywhere before the first new process starts."""
    (tmp_path / "code").mkdir()
    environment = unpack_previous_code(tmp_path / "code")
    if environment is None:
        pytest.skip("the history has no code from before the newest migration, or there is no history")
    place = Place(tmp_path, fresh_installation, new_secrets())
    place.run("bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad")
    ended, key = tour.lately(), place.key(*SCOPES)
    with place.api(**environment) as url, place.worker(**environment), tour.Caller(url, key) as call:
        connection = await asyncpg.connect(place.installation.superuser_url)
        names = {row["application_name"] for row in await connection.fetch(
            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename IN ('attune_api', 'attune_worker')"
        )}  # fmt: skip
        await connection.close()
        assert names
        assert not [name for name in names if f" {newest_revision()} " in name], "this is the code of today"
        ids = tour.load(call, ended)
        opened = call.send("open_escalation", "EscalationRequest", **tour.escalation("customer-0"))
        operations = hot_operations(ids, opened.id, ended)
        with traffic(url, key, operations) as seen:
            await asyncio.to_thread(seen.wait_for, LEAST_AFTER)
        assert seen.failures == []
        assert seen.least_of(list(operations)) >= 5
