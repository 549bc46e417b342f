"""What docker-compose.yml starts, with its own commands, settings and secrets; only the containers are missing."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import redis

from attune.organisations.rules import Scope
from attune_cli.local import ports, wheels
from attune_cli.local.postgres import LocalPostgres, PostgresServer
from tests import compose
from tests.compose import Host
from tests.flows import client_tour as tour

READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation that runs, and what its bootstrap said."""

    host: Host
    api: str
    bootstrapped: dict[str, str]

    def caller(self, *scopes: str, person: str | None = None) -> tour.Caller:
        """The generated client, with a key of its own."""
        made = self.host.run(
            "attune", "keys", "create", "--json", "--name", "Tour",
            *(word for scope in scopes for word in ("--scope", scope)),
            *(["--person", person] if person else []),
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        return tour.Caller(self.api, json.loads(made.stdout)["key"])


def _rewrite(secret: Path, old: str, new: str) -> None:
    """A secret, with an address that exists here."""
    text = secret.read_text()
    assert old in text
    secret.unlink()
    secret.write_text(text.replace(old, new))


def _point_at(secrets: Path, postgres: PostgresServer, valkey_port: int) -> None:
    made = (secrets / "postgres_password").read_text().strip()
    _rewrite(secrets / "operator_database_url", made, postgres.password)
    for address in secrets.glob("*_database_url"):
        _rewrite(address, "@postgres:5432", f"@{postgres.host}:{postgres.port}")
    _rewrite(secrets / "redis_url", "@valkey:6379", f"@{ports.LOOPBACK}:{valkey_port}")


def _valkey_command(host: Host, port: int) -> list[str]:
    """The service's own command, with the wheel's program, a folder and a port of our own."""
    shell, flag, script = host.command("valkey")
    data = host.folder / "data"
    data.mkdir()
    script = (
        script.replace("$$", "$")
        .replace("valkey-server -", f"{wheels.valkey_program()} -")
        .replace("dir /data", f"dir {data}\nport {port}\nbind {ports.LOOPBACK}")
        .replace(compose.SECRETS, f"{host.folder / 'secrets'}{os.sep}")
    )
    return [shell, flag, script]


def _answers(url: str) -> bool:
    try:
        redis.Redis.from_url(url).ping()
    except redis.ConnectionError:
        return False
    return True


def _is_healthy(host: Host, service: str, inside: str, here: str) -> bool:
    """The service's own health check, asked where the service is."""
    kind, *test = compose.services()[service]["healthcheck"]["test"]
    assert kind == "CMD"
    command = host.here([part.replace(inside, here) for part in test])
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


async def _make_database(postgres: PostgresServer) -> None:
    connection = await asyncpg.connect(postgres.url)
    try:
        await connection.execute("CREATE DATABASE attune")
    finally:
        await connection.close()


@pytest.fixture(scope="module")
async def installed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installed]:
    """PostgreSQL, Valkey, the migration, the API and the worker, in the order of the file."""
    tmp_path = tmp_path_factory.mktemp("compose")
    host = Host(tmp_path)
    assert compose.make_secrets(tmp_path / "secrets").returncode == 0
    api_port, worker_port, valkey_port = ports.any_free(), ports.any_free(), ports.any_free()
    with ExitStack() as stopping:
        local = LocalPostgres(tmp_path / "postgres", durable=False)
        stopping.callback(local.stop)
        postgres = local.start()
        await _make_database(postgres)
        _point_at(tmp_path / "secrets", postgres, valkey_port)
        valkey = host.start("valkey", _valkey_command(host, valkey_port))
        stopping.callback(valkey.stop)
        redis_url = (tmp_path / "secrets" / "redis_url").read_text().strip()
        assert valkey.await_condition(lambda: _answers(redis_url), READY_SECONDS)

        migrated = host.run("migrate")
        assert migrated.returncode == 0, migrated.stderr

        api = host.start(
            "api",
            environment=host.environment("api", ATTUNE_LISTEN_HOST=ports.LOOPBACK, ATTUNE_LISTEN_PORT=str(api_port)),
        )
        stopping.callback(api.stop)
        worker = host.start(
            "worker", environment=host.environment("worker", ATTUNE_WORKER_HEALTH_PORT=str(worker_port))
        )
        stopping.callback(worker.stop)
        assert api.await_condition(lambda: _is_healthy(host, "api", ":8000", f":{api_port}"), READY_SECONDS)
        assert worker.await_condition(lambda: _is_healthy(host, "worker", ":8001", f":{worker_port}"), READY_SECONDS)
        made = host.run("attune", "bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad", "--json")
        assert made.returncode == 0, made.stderr
        yield Installed(host, f"http://{ports.LOOPBACK}:{api_port}", json.loads(made.stdout))


def _shows_read(outcome: str, log: Any) -> bool:
    """Whether the audit log shows a read for the declared purpose."""
    return any((entry.outcome, entry.purpose) == (outcome, "service_contact") for entry in log.data)


def _recoveries(board: Any) -> int:
    """Over how many conversations a dashboard shows a recovery."""
    mean = board.figures and board.figures.recovery_mean
    return mean.n if mean else 0


def test_the_compose_file_brings_up_an_installation_that_serves_its_first_administrator(installed: Installed) -> None:
    administrator = installed.bootstrapped
    me = httpx.get(f"{installed.api}/v1/me", headers={"authorization": f"Bearer {administrator['key']}"})
    assert me.status_code == 200
    assert me.json()["person_id"] == administrator["administrator_id"]
    examined = installed.host.run("attune", "doctor", "--json")
    unwell = [finding for finding in json.loads(examined.stdout) if not finding["ok"]]
    assert unwell == []


def test_the_generated_client_takes_the_demos_tour_on_it(installed: Installed) -> None:
    ended = tour.lately()
    with installed.caller(*(scope.value for scope in Scope if scope is not Scope.LOAD_READ)) as call:
        ids = tour.load(call, ended)
        month = f"{ended:%Y-%m}"

        board = call.until(
            lambda seen: _recoveries(seen) == tour.AGENTS, "get_team_dashboard", ids["claims"], month=month
        )
        assert board.figures.recovery_mean.value == 2
        alone = call("get_team_dashboard", ids["night"], month=month)
        assert (alone.status, alone.figures) == ("suppressed", None)

        with installed.caller("load:read", person=str(ids["agent-0"])) as person:
            own = person.until(lambda seen: seen.level == "over", "get_own_load")
        assert own.why
        assert call.answer("get_own_load").status_code == HTTPStatus.FORBIDDEN

        opened = call.send("open_escalation", "EscalationRequest", **tour.escalation("customer-0"))
        shown = call("get_escalation", opened.id, attune_purpose="service_contact")
        assert shown.emotional_context.stated_emotion == "helplessness"
        hidden = call("list_signals_by_ref", tour.SOURCE, "never-asked", attune_purpose="service_contact")
        assert (hidden.status, hidden.reason, hidden.data) == ("withheld", "consent_unknown", [])

        for concerned, outcome in ((ids["customer-0"], "done"), (ids["never-asked"], "withheld")):
            call.until(partial(_shows_read, outcome), "search_audit_entries", concerns=concerned)
