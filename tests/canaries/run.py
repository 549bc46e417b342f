"""One run: an API and a worker as processes, with everything that could tell a secret turned on and listened to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx

from attune.kernel.db import Database
from attune.kernel.roles import LoginRole
from attune.kernel.vault import RootKeys, Vault
from attune_cli.local.folder import ServerFolder
from tests.api.conftest import ALL_SCOPES, SECRET
from tests.api.process import api_process
from tests.canaries.fields import Document
from tests.canaries.places import Findings, look_in_database, look_in_files, look_in_valkey, overheard
from tests.canaries.recipes import build_world
from tests.canaries.sink import TelemetrySink, telemetry_sink
from tests.canaries.texts import Canaries
from tests.canaries.volley import Volley
from tests.conftest import Installation, Organisation, new_organisation
from tests.faults.judging import nothing_is_left
from tests.worker.conftest import until
from tests.worker.process import worker_process


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did and found."""

    volley: Volley
    sink: TelemetrySink
    rows: int
    commands: int


async def run(
    installation: Installation,
    postgres: Path,
    folder: Path,
    *,
    root_key: bytes,
    seed: int,
    least: int,
    module: str = "attune_api.main",
    only: str | None = None,
) -> Outcome:
    """Fire at an API, let the worker do all its work, stop both, and search every place."""
    vault = Vault(RootKeys("test", {"test": root_key}))
    findings = Findings(Canaries(seed))
    with telemetry_sink() as sink:
        listening = {
            "ATTUNE_LOG_LEVEL": "debug",
            "ATTUNE_TRACE_RATIO": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        async with (
            overheard(installation.redis_url) as heard,
            installation.database(LoginRole.MIGRATOR) as migrator,
            installation.database(LoginRole.API) as database,
            installation.database(LoginRole.WORKER) as watching,
        ):
            organisation = await new_organisation(migrator, vault)
            with (
                api_process(
                    installation,
                    folder / "api.log",
                    root_key=root_key,
                    module=module,
                    ATTUNE_LOG_REQUESTS="true",
                    **listening,
                ) as api,
                worker_process(installation, folder / "worker.log", **listening) as worker,
            ):
                await until(api.is_ready, seconds=90)
                await until(worker.is_ready, seconds=90)
                volley = await _fire(api.url, findings, migrator, database, vault, organisation, least, only)
                await until(lambda: nothing_is_left(watching), seconds=60)
                assert worker.stop() == 0
                api.stop()
        assert len(heard) > 0, "Valkey was told nothing"
        findings.look("commands to valkey", bytes(heard))
        findings.look("telemetry", sink.content())
        await look_in_valkey(findings, installation.redis_url)
        rows = await look_in_database(findings, installation.superuser_url)
        look_in_files(
            findings,
            api_log=folder / "api.log",
            worker_log=folder / "worker.log",
            postgresql_log=ServerFolder(postgres).log,
        )
    return Outcome(volley, sink, rows, len(heard.splitlines()))


async def _fire(
    url: str,
    findings: Findings,
    migrator: Database,
    database: Database,
    vault: Vault,
    organisation: Organisation,
    least: int,
    only: str | None,
) -> Volley:
    from attune.organisations.model import Mode
    from attune.organisations.service import create_key

    limits = httpx.Limits(max_connections=20)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        world = await build_world(client, findings.canaries, database, vault, organisation)
        keys = {}
        for name, scopes in (("all", ALL_SCOPES), ("few", ("load:read",))):
            async with migrator.write(organisation.context()) as tx:
                _, keys[name] = await create_key(
                    tx,
                    SECRET.encode(),
                    name="a test",
                    mode=Mode.LIVE,
                    scopes=scopes,
                    person_id=world.person_id,
                    expires_at=None,
                )
        client.headers["authorization"] = f"Bearer {keys['all']}"
        document = Document((await client.get("/openapi.json")).json())
        volley = Volley(document, world, keys, only, findings)
        await volley.fire(least)
    return volley
