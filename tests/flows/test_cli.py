"""The operator's commands, run as an operator runs them: as processes, against real servers."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from attune.kernel.db import Database
from attune.kernel.roles import LoginRole
from attune_cli.stack.data_folder import DataFolder
from tests.conftest import OPERATOR_ROLE, Installation, Servers

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Attune = Callable[..., Ended]


def run_attune(
    *arguments: str | Path, environment: dict[str, str], cwd: Path | None = None, seconds: float = SECONDS
) -> Ended:
    """Run the command in an environment that has no other ATTUNE_ variables."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
    done = subprocess.run(
        [sys.executable, "-m", "attune_cli", *map(str, arguments)],
        env=clean | {"COLUMNS": "160"} | environment,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def environment_of(installation: Installation) -> dict[str, str]:
    """What an operator sets for an installation."""
    return {
        "ATTUNE_REDIS_URL": installation.redis_url,
        "ATTUNE_ROOT_KEY": "test:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "ATTUNE_SECRET_KEY": secrets.token_urlsafe(48),
        **{f"{role.upper()}_DATABASE_URL": installation.url(role) for role in LoginRole},
    }


@pytest.fixture
def attune(fresh_installation: Installation, tmp_path: Path) -> Attune:
    """Runs a command against an installation of one's own."""
    environment = environment_of(fresh_installation)
    return lambda *arguments: run_attune(*arguments, environment=environment, cwd=tmp_path)


@pytest.fixture
def bare(tmp_path: Path) -> Attune:
    """Runs a command where nothing is set and nothing runs."""
    return lambda *arguments: run_attune(*arguments, environment={}, cwd=tmp_path)


def bootstrap(attune: Attune) -> dict[str, str]:
    made = attune("bootstrap", "--organisation", "Brightline Care", "--admin", "Ines Moreau", "--json")
    assert made.status == 0, made.err
    document: dict[str, str] = json.loads(made.out)
    return document


class TestHelp:
    def test_it_lists_every_command(self, bare: Attune) -> None:
        shown = bare("--help")
        assert shown.status == 0
        for command in [
            "up",
            "demo",
            "migrate",
            "bootstrap",
            "rebuild",
            "openapi",
            "doctor",
            "reset",
            "import",
            "keys",
            "events",
        ]:
            assert f"\n  {command}" in shown.out

    def test_it_loads_nothing_that_takes_long(self) -> None:
        heavy = {"sqlalchemy", "fastapi", "asyncpg", "pydantic", "alembic", "httpx", "arq", "cryptography"}
        code = f"import sys, attune_cli.main; sys.exit(' '.join({heavy!r} & set(sys.modules)) or 0)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.parametrize("command", ["up", "demo", "import conversations", "keys create", "events replay"])
    def test_every_command_explains_itself(self, bare: Attune, command: str) -> None:
        shown = bare(*command.split(), "--help")
        assert shown.status == 0
        assert "Usage:" in shown.out


class TestSettings:
    def test_a_missing_setting_is_named_with_what_to_do(self, bare: Attune) -> None:
        ended = bare("keys", "list")
        assert ended.status == 1
        assert "ATTUNE_MIGRATOR_DATABASE_URL is not set" in ended.err
        assert "attune up" in ended.err
        assert "Traceback" not in ended.err

    def test_a_server_that_is_away_is_named_without_its_password(self, tmp_path: Path) -> None:
        away = {"ATTUNE_MIGRATOR_DATABASE_URL": "postgresql://attune_migrator:hidden@127.0.0.1:1/attune"}
        ended = run_attune("keys", "list", environment=away, cwd=tmp_path)
        assert ended.status == 1
        assert "PostgreSQL at 127.0.0.1:1 cannot be used as attune_migrator" in ended.err
        assert "hidden" not in ended.err

    def test_a_secret_may_come_from_a_file(self, fresh_installation: Installation, tmp_path: Path) -> None:
        file = tmp_path / "url"
        file.write_text(fresh_installation.url(LoginRole.MIGRATOR) + "\n")
        given = {"ATTUNE_MIGRATOR_DATABASE_URL_FILE": str(file)}
        ended = run_attune("keys", "list", environment=given, cwd=tmp_path)
        assert "There is no organisation yet" in ended.err

    def test_a_wrong_setting_is_named(self, tmp_path: Path) -> None:
        ended = run_attune("keys", "list", environment={"ATTUNE_MIGRATOR_DATABASE_URL": "mysql://x"}, cwd=tmp_path)
        assert ended.status == 1
        assert "ATTUNE_MIGRATOR_DATABASE_URL" in ended.err

    def test_a_secret_from_two_places_is_refused(self, tmp_path: Path) -> None:
        given = {"ATTUNE_ROOT_KEY": "hidden", "ATTUNE_ROOT_KEY_FILE": str(tmp_path / "key")}
        ended = run_attune("keys", "list", environment=given, cwd=tmp_path)
        assert ended.status == 1
        assert "ATTUNE_ROOT_KEY and ATTUNE_ROOT_KEY_FILE are both set" in ended.err
        assert "hidden" not in ended.err


class TestBootstrap:
    def test_the_first_organisation_is_made_once(self, attune: Attune) -> None:
        made = bootstrap(attune)
        assert made["key"].startswith("atn_live_")
        again = attune("bootstrap", "--organisation", "Another", "--admin", "Ben Jansen")
        assert again.status == 1
        assert "Brightline Care" in again.err
        assert "Nothing was changed" in again.err
        another = attune(
            "bootstrap", "--organisation", "Another", "--admin", "Ben Jansen", "--another", "--mode", "test"
        )
        assert another.status == 0, another.err
        assert another.out.startswith("atn_test_")

    def test_the_key_is_shown_and_kept_nowhere(self, attune: Attune, fresh_installation: Installation) -> None:
        key = bootstrap(attune)["key"]
        assert key not in attune("keys", "list", "--json").out
        assert key not in asyncio.run(_everything_in(fresh_installation, "api_key"))

    def test_the_administrator_and_the_rubrics_are_there(
        self, attune: Attune, fresh_installation: Installation
    ) -> None:
        made = bootstrap(attune)
        people = asyncio.run(_everything_in(fresh_installation, "person"))
        assert made["administrator_id"] in people
        assert "Ines Moreau" in people
        rubrics = asyncio.run(_everything_in(fresh_installation, "rubric"))
        assert "empathy" in rubrics
        assert "customer-survey" in rubrics


async def _everything_in(installation: Installation, table: str) -> str:
    """All rows of a table, as the operator's superuser sees them, in one text."""
    import asyncpg

    connection = await asyncpg.connect(installation.superuser_url)
    try:
        rows = await connection.fetch("SELECT to_jsonb(t)::text AS row FROM (TABLE attune." + table + ") AS t")
        return "\n".join(row["row"] for row in rows)
    finally:
        await connection.close()


class TestKeys:
    def test_a_key_is_made_listed_and_revoked(self, attune: Attune) -> None:
        bootstrap(attune)
        made = attune("keys", "create", "--name", "CRM", "--scope", "signals:write", "--scope", "people:read", "--json")
        assert made.status == 0, made.err
        key = json.loads(made.out)
        assert key["key"].endswith(key["last_four"])
        assert key["scopes"] == ["people:read", "signals:write"]
        assert attune("keys", "revoke", key["id"]).status == 0
        assert attune("keys", "revoke", key["id"]).status == 0
        listed = {each["id"]: each["state"] for each in json.loads(attune("keys", "list", "--json").out)}
        assert listed[key["id"]] == "revoked"
        assert sorted(listed.values()) == ["active", "revoked"]

    def test_an_unknown_scope_is_refused_with_those_there_are(self, attune: Attune) -> None:
        bootstrap(attune)
        ended = attune("keys", "create", "--name", "CRM", "--scope", "everything")
        assert ended.status == 1
        assert "signals:write" in ended.err

    def test_a_key_for_nobody_is_refused(self, attune: Attune) -> None:
        bootstrap(attune)
        nobody = "00000000-0000-7000-8000-000000000000"
        ended = attune("keys", "create", "--name", "Nobody", "--scope", "people:read", "--person", nobody)
        assert ended.status == 1
        assert f"There is no person {nobody}" in ended.err

    def test_an_unknown_key_is_told(self, attune: Attune) -> None:
        bootstrap(attune)
        ended = attune("keys", "revoke", "00000000-0000-7000-8000-000000000000")
        assert ended.status == 1
        assert "no such API key" in ended.err

    def test_of_several_organisations_one_has_to_be_named(self, attune: Attune) -> None:
        bootstrap(attune)
        attune("bootstrap", "--organisation", "Another", "--admin", "Ben Jansen", "--another")
        ended = attune("keys", "list")
        assert ended.status == 1
        assert "--organisation" in ended.err
        assert attune("keys", "list", "--organisation", "Another").status == 0


class TestMigrate:
    @pytest.fixture
    def empty(self, servers: Servers, template: str) -> Installation:
        """A database with nothing in it, which belongs to the operator. The template brought the operator's role."""
        made = Installation(servers, f"empty_{secrets.token_hex(4)}")
        asyncio.run(_execute(servers.superuser_url, f"CREATE DATABASE {made.name} OWNER {OPERATOR_ROLE}"))
        return made

    def test_an_operator_who_is_no_superuser_makes_roles_schema_and_tables(
        self, empty: Installation, tmp_path: Path
    ) -> None:
        environment = environment_of(empty) | {"ATTUNE_OPERATOR_DATABASE_URL": empty.operator_url}
        first = run_attune("migrate", environment=environment, cwd=tmp_path)
        assert first.status == 0, first.err
        assert "Migrated from None" in first.out
        again = run_attune("migrate", "--json", environment=environment, cwd=tmp_path)
        document = json.loads(again.out)
        assert document["before"] == document["after"]

    def test_a_database_without_tables_says_what_is_missing(self, empty: Installation, tmp_path: Path) -> None:
        ended = run_attune("keys", "list", environment=environment_of(empty), cwd=tmp_path)
        assert ended.status == 1
        assert "attune migrate" in ended.err

    def test_a_database_of_a_newer_version_is_left_alone(
        self, attune: Attune, fresh_installation: Installation
    ) -> None:
        newer = "UPDATE attune.alembic_version SET version_num = '9999'"
        asyncio.run(_execute(fresh_installation.superuser_url, newer))
        ended = attune("migrate")
        assert ended.status == 1
        assert "9999" in ended.err
        assert "Traceback" not in ended.err


class TestDoctor:
    def test_it_finds_nothing_wrong_but_the_worker_that_never_ran(self, attune: Attune) -> None:
        ended = attune("doctor", "--json")
        assert ended.status == 1
        assert [each["check"] for each in json.loads(ended.out) if not each["ok"]] == ["worker"]

    def test_it_names_what_is_missing_and_what_does_not_answer(
        self, fresh_installation: Installation, tmp_path: Path
    ) -> None:
        environment = environment_of(fresh_installation) | {
            "ATTUNE_REDIS_URL": "redis://127.0.0.1:1/0",
            "ATTUNE_API_DATABASE_URL": fresh_installation.url(LoginRole.WORKER),
            "ATTUNE_ROOT_KEY": "not a key",
        }
        ended = run_attune("doctor", "--json", environment=environment, cwd=tmp_path)
        wrong = {each["check"] for each in json.loads(ended.out) if not each["ok"]}
        assert wrong == {"ATTUNE_ROOT_KEY", "connect as attune_api", "redis", "worker"}
        assert all(each["what_to_do"] for each in json.loads(ended.out) if not each["ok"])
        assert "not a key" not in ended.out + ended.err

    def test_it_finds_a_table_whose_wall_was_taken_down(self, attune: Attune, fresh_installation: Installation) -> None:
        asyncio.run(_execute(fresh_installation.superuser_url, "ALTER TABLE attune.signal NO FORCE ROW LEVEL SECURITY"))
        found = next(e for e in json.loads(attune("doctor", "--json").out) if e["check"] == "row-level security")
        assert not found["ok"]
        assert "signal" in found["found"]


async def _execute(url: str, statement: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


class TestProjections:
    @pytest.fixture
    async def _registered(self, fresh_installation: Installation) -> None:
        from attune.kernel.ids import SHARDS
        from attune.kernel.projections import register
        from attune.projections import ALL

        async with fresh_installation.database(LoginRole.WORKER) as database:
            await register(database, ALL, SHARDS)

    @pytest.mark.usefixtures("_registered")
    def test_the_lag_is_what_no_worker_has_read(self, attune: Attune) -> None:
        bootstrap(attune)
        lag = json.loads(attune("events", "lag", "--json").out)
        assert lag["unordered_shards"] == 1
        assert not lag["has_caught_up"]
        assert set(lag["projections"]) == {"audit", "fatigue", "team_dashboard"}

    @pytest.mark.usefixtures("_registered")
    async def test_a_rebuild_of_what_was_drained_is_identical(
        self, attune: Attune, fresh_installation: Installation
    ) -> None:
        await asyncio.to_thread(bootstrap, attune)
        async with fresh_installation.database(LoginRole.WORKER) as database:
            await _drain(database)
        for name in ("audit", "team_dashboard", "fatigue"):
            ended = await asyncio.to_thread(attune, "rebuild", name, "--json")
            assert ended.status == 0, ended.err
            rebuilt = json.loads(ended.out)
            assert rebuilt["is_identical"]
            assert rebuilt["generation"] == 2
        assert json.loads((await asyncio.to_thread(attune, "events", "dead-letters", "--json")).out) == []
        replayed = await asyncio.to_thread(attune, "events", "replay", "--json")
        assert (replayed.status, json.loads(replayed.out)) == (0, {"applied": 0, "left": 0})

    def test_an_unknown_projection_is_refused_with_those_there_are(self, attune: Attune) -> None:
        ended = attune("rebuild", "horoscope")
        assert ended.status == 1
        assert "team_dashboard" in ended.err


async def _drain(database: Database) -> None:
    """What a worker does, once."""
    from attune.kernel.projections import drain, list_behind
    from attune.kernel.sequencer import list_pending_shards, sequence
    from attune.projections import BY_NAME

    while shards := await list_pending_shards(database):
        for shard in shards:
            await sequence(database, shard)
    while behind := await list_behind(database):
        for name, generation, shard in behind:
            await drain(database, BY_NAME[name], generation, shard)


class TestOpenapi:
    def test_the_files_are_written_and_then_current(self, bare: Attune, tmp_path: Path) -> None:
        assert bare("openapi", "--check").status == 1
        assert bare("openapi").status == 0
        assert bare("openapi", "--check").status == 0
        file = tmp_path / "openapi" / "openapi.json"
        file.write_text(file.read_text().replace("Attune", "Other", 1))
        stale = bare("openapi", "--check")
        assert stale.status == 1
        assert "openapi.json" in stale.err


class TestReset:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> DataFolder:
        made = DataFolder(tmp_path / ".attune")
        locks = made.lock()
        made.secrets()
        locks.release()
        return made

    def test_it_deletes_an_installation(self, bare: Attune, folder: DataFolder) -> None:
        assert bare("reset", "--yes").status == 0
        assert not folder.path.exists()
        assert bare("reset", "--yes").status == 0

    def test_it_refuses_while_the_folder_is_in_use(self, bare: Attune, folder: DataFolder) -> None:
        locks = folder.lock()
        ended = bare("reset", "--yes")
        locks.release()
        assert ended.status == 1
        assert f"in use by process {os.getpid()}" in ended.err
        assert folder.exists

    def test_it_does_not_touch_a_folder_of_something_else(self, bare: Attune, tmp_path: Path) -> None:
        (tmp_path / "thesis").mkdir()
        (tmp_path / "thesis" / "chapter-1").write_text("years of work")
        ended = bare("reset", "--yes", "--data", "thesis")
        assert ended.status == 1
        assert [entry.name for entry in (tmp_path / "thesis").iterdir()] == ["chapter-1"]

    def test_without_a_yes_nothing_is_deleted(self, bare: Attune, folder: DataFolder) -> None:
        assert bare("reset").status != 0
        assert folder.exists
