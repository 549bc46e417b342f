"""More processes share the work and the limits, also behind PgBouncer; the figures of the documentation add up."""

from __future__ import annotations

import asyncio
import re
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from attune.kernel.roles import LoginRole
from attune_api.settings import Settings as ApiSettings
from attune_worker.settings import Settings as WorkerSettings
from tests.conftest import Installation, Organisation, new_organisation
from tests.contact_centre import ContactCentre
from tests.faults.judging import assert_nothing_lost_or_doubled, nothing_is_left
from tests.flows import client_tour as tour
from tests.flows.otlp import collector
from tests.flows.pgbouncer import PROGRAM, pgbouncer
from tests.flows.place import Place, new_secrets
from tests.flows.test_restore import SCOPES
from tests.flows.traffic import hot_operations, traffic
from tests.worker.conftest import until

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "operations.md"
LIMIT = 100
ORGANISATIONS = 12
EVENTS_EACH = 8
LEAST_REQUESTS = 120


@pytest.fixture
def place(fresh_installation: Installation, tmp_path: Path) -> Place:
    """An installation with an organisation."""
    place = Place(tmp_path, fresh_installation, new_secrets())
    place.run("bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad")
    return place


async def fill(place: Place) -> list[Organisation]:
    """Many organisations, and events in each: the next ones when the last have been applied, by whichever worker looked
    first. The other one's look is then the next to come."""
    from attune.kernel.vault import Vault
    from attune_settings.values import parse_root_keys

    vault = Vault(parse_root_keys(place.secrets["ATTUNE_ROOT_KEY"]))
    async with (
        place.installation.database(LoginRole.MIGRATOR) as migrator,
        place.installation.database(LoginRole.API) as api,
        place.installation.database(LoginRole.WORKER) as worker,
    ):
        made = [await new_organisation(migrator, vault, f"Organisation {n}") for n in range(ORGANISATIONS)]
        centres = [ContactCentre(api, each) for each in made]
        people = [(await centre.person(), await centre.customer()) for centre in centres]
        for _ in range(EVENTS_EACH):
            await asyncio.gather(*(c.conversation(*pair) for c, pair in zip(centres, people, strict=True)))
            await until(lambda: nothing_is_left(worker), seconds=60)
    return made


async def test_two_workers_share_the_events_and_two_apis_the_limits(place: Place) -> None:
    key = place.key("people:read")
    with collector() as collected:
        measured = {"OTEL_EXPORTER_OTLP_ENDPOINT": collected.url}
        with ExitStack() as stack:
            limited = {"ATTUNE_REQUESTS_PER_MINUTE": str(LIMIT)}
            apis = [stack.enter_context(place.api(**limited)) for _ in range(2)]
            for _ in range(2):
                stack.enter_context(place.worker(**measured))
            organisations = await fill(place)
            async with place.installation.database(LoginRole.WORKER) as worker:
                await until(lambda: nothing_is_left(worker), seconds=120)
                events = [await assert_nothing_lost_or_doubled(worker, each.tenant_id) for each in organisations]
            answers = ask(apis, key)
    assert sum(events) >= ORGANISATIONS * EVENTS_EACH
    applied = {labels["instance"] for labels in collected.series["attune_event_batch_size_count"]}
    assert len(applied) == 2, "one of the workers did nothing"
    # The window may turn over once in between; without sharing it would be twice the limit in each.
    assert 0 < answers.count(200) <= 2 * LIMIT
    assert answers.count(429) >= LIMIT


def ask(apis: list[str], key: str) -> list[int]:
    """Three times the limit of one caller, by turns at each API."""
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
        return [client.get(f"{apis[n % len(apis)]}/v1/people").status_code for n in range(3 * LIMIT)]


@pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed; Debian's package brings it")
async def test_the_settings_of_pgbouncer_serve_api_and_worker(place: Place, tmp_path: Path) -> None:
    ended, key = tour.lately(), place.key(*SCOPES)
    with pgbouncer(place.installation, tmp_path / "pgbouncer") as port, ExitStack() as stack:
        through = {"ATTUNE_DATABASE_POOLER": "transaction"}
        for role in (LoginRole.API, LoginRole.WORKER):
            address = urlsplit(place.installation.url(role))
            netloc = f"{address.username}:{address.password}@{address.hostname}:{port}"
            through[f"{role.upper()}_DATABASE_URL"] = urlunsplit(address._replace(netloc=netloc, path="/attune"))
        api_own = {name: value for name, value in through.items() if "WORKER" not in name}
        worker_own = {name: value for name, value in through.items() if "API" not in name}
        url = stack.enter_context(place.api(**api_own))
        stack.enter_context(place.worker(**worker_own))
        call = stack.enter_context(tour.Caller(url, key))
        ids = tour.load(call, ended)
        opened = call.send("open_escalation", "EscalationRequest", **tour.escalation("customer-0"))
        operations = hot_operations(ids, opened.id, ended)
        with traffic(url, key, operations) as seen:
            await asyncio.to_thread(seen.wait_for, LEAST_REQUESTS)
        assert seen.failures == []
        assert seen.least_of(list(operations)) >= 5
        async with place.installation.database(LoginRole.WORKER) as worker:
            await until(lambda: nothing_is_left(worker), seconds=60)
        connection = await asyncpg.connect(place.installation.superuser_url)
        names = await connection.fetch(
            "SELECT DISTINCT application_name FROM pg_stat_activity WHERE usename IN ('attune_api', 'attune_worker')"
            " AND datname = current_database()"
        )
        await connection.close()
    # What `attune migrate --phase post` goes by comes through.
    assert {row["application_name"].split()[0] for row in names} >= {"attune-api", "attune-worker"}


def test_the_documented_numbers_of_connections_are_those_of_the_formula() -> None:
    pool, worker = (
        ApiSettings.model_fields["database_pool_size"].default,
        WorkerSettings.model_fields["worker_connections"].default,
    )
    rows = re.findall(r"^\| \d+ \| (\d+) \| (\d+) \| (\d+) \| ([^|]+) \|$", DOCUMENTATION.read_text(), re.MULTILINE)
    assert len(rows) >= 4
    for apis, workers, most, allowed in rows:
        assert int(most) == int(apis) * pool + int(workers) * worker + 10
        assert not allowed.isdigit() or int(most) <= int(allowed)
