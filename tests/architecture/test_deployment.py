"""The deployment files agree with the code: settings, commands, secrets; and they give no container more than it needs."""

from __future__ import annotations

import importlib.util
import re
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic_settings import BaseSettings

from attune.kernel.roles import LoginRole
from attune_api import settings as api_settings
from attune_api.main import GRACEFUL_SECONDS
from attune_cli import settings as cli_settings
from attune_cli.main import app
from tests import compose

BIN = Path(sys.executable).parent
DOCKERFILE = compose.ROOT / "deploy" / "docker" / "Dockerfile"
OURS = ("migrate", "api", "worker", "attune")


def _run(*command: str) -> str:
    """What a linter has to say; nothing where it is content."""
    done = subprocess.run([str(BIN / command[0]), *command[1:]], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _settings_of(service: str) -> type[BaseSettings]:
    if service == "api":
        return api_settings.Settings
    if service == "worker":
        from attune_worker import settings as worker_settings

        return worker_settings.Settings
    return cli_settings.Settings


def test_the_compose_file_keeps_to_its_schema() -> None:
    assert _run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(compose.FILE)) == ""


def test_the_dockerfile_passes_its_linter() -> None:
    assert _run("hadolint", str(DOCKERFILE)) == ""


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_a_setting_of_the_service_that_gets_it(service: str) -> None:
    known = {f"ATTUNE_{name.upper()}" for name in _settings_of(service).model_fields}
    given = {name for name in compose.environment_of(service) if name.startswith("ATTUNE_")}
    assert {name.removesuffix("_FILE") for name in given} - known == set()


def test_secrets_come_from_files_that_the_service_is_given() -> None:
    for name, service in compose.services().items():
        environment = compose.environment_of(name)
        files = {value for variable, value in environment.items() if variable.endswith("_FILE")}
        mounted = {f"{compose.SECRETS}{secret}" for secret in service.get("secrets", [])}
        read_by_command = {f for f in mounted if f in str(service.get("command"))}
        assert files | read_by_command == mounted, name
        assert not [value for value in environment.values() if "://" in value and "@" in value], name


def test_the_script_makes_every_secret_once_and_only_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert compose.make_secrets(folder).returncode == 0
    made = {file.name: file.read_text() for file in folder.iterdir()}
    again = compose.make_secrets(folder)
    assert made.keys() == compose.load()["secrets"].keys()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert again.returncode != 0
    assert "Nothing was changed" in again.stderr
    assert {file.name: file.read_text() for file in folder.iterdir()} == made


def test_the_script_leaves_nothing_half_made_behind(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    without_chance = subprocess.run(
        ["/bin/sh", str(compose.MAKE_SECRETS), str(folder)],
        env={"PATH": str(_only(tmp_path / "bin", "mkdir", "rm"))},
        capture_output=True,
        check=False,
    )
    assert without_chance.returncode != 0
    assert not folder.exists()


def test_each_address_is_of_its_own_role_with_its_own_password(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    compose.make_secrets(folder)
    addresses = {file.name: urlsplit(file.read_text().strip()) for file in folder.glob("*_database_url")}
    roles = {f"{role.removeprefix('attune_')}_database_url": role for role in LoginRole}
    operator = addresses.pop("operator_database_url")
    assert operator.password == (folder / "postgres_password").read_text().strip()
    assert {name: address.username for name, address in addresses.items()} == {name: roles[name] for name in addresses}
    assert len({address.password for address in [operator, *addresses.values()]}) == len(addresses) + 1


@pytest.mark.parametrize("service", OURS)
def test_the_commands_exist(service: str) -> None:
    command = compose.services()[service]["command"]
    if command[:2] == ["python", "-m"]:
        assert importlib.util.find_spec(command[2]) is not None
    elif command[0] == "attune":
        assert command[1] in {each.name for each in app.registered_commands}


@pytest.mark.parametrize("service", sorted(compose.services()))
def test_a_container_gets_no_more_than_it_needs(service: str) -> None:
    defined = compose.services()[service]
    assert defined["user"] not in {"root", "0", "0:0"}
    assert defined["read_only"] is True
    assert defined["cap_drop"] == ["ALL"]
    assert "cap_add" not in defined
    assert "privileged" not in defined
    assert "no-new-privileges:true" in defined["security_opt"]


def test_only_the_api_is_published_and_only_to_this_machine() -> None:
    published = {name: service["ports"] for name, service in compose.services().items() if "ports" in service}
    assert list(published) == ["api"]
    assert all(port.startswith("127.0.0.1:") for port in published["api"])


def test_the_stores_have_no_way_out() -> None:
    assert compose.load()["networks"]["data"] == {"internal": True}
    for store in ("postgres", "valkey"):
        assert compose.services()[store]["networks"] == ["data"]


def test_nobody_serves_before_the_migration() -> None:
    for service in ("api", "worker"):
        awaited = compose.services()[service]["depends_on"]
        assert awaited["migrate"] == {"condition": "service_completed_successfully"}


def test_stopping_waits_for_what_is_under_way() -> None:
    for service in ("api", "worker"):
        seconds = int(compose.services()[service]["stop_grace_period"].removesuffix("s"))
        assert seconds > GRACEFUL_SECONDS


def test_the_image_is_built_from_what_the_ignore_file_lets_through() -> None:
    allowed = {
        line.removeprefix("!")
        for line in (compose.ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE.read_text(), re.MULTILINE)
        for source in line.split()[:-1]
    }
    for source in copied:
        assert any(f"{source}/".startswith(f"{each}/") or each.startswith(f"{source}/") for each in allowed), source
        assert (compose.ROOT / source).exists(), source


def test_the_documentation_names_every_variable_of_the_compose_file() -> None:
    documentation = (compose.ROOT / "docs" / "deployment.md").read_text()
    assert [name for name in sorted(compose.variables()) if f"`{name}`" not in documentation] == []


def _only(folder: Path, *programs: str) -> Path:
    """A folder with these programs alone."""
    folder.mkdir()
    for program in programs:
        found = next(place / program for place in (Path("/bin"), Path("/usr/bin")) if (place / program).exists())
        (folder / program).symlink_to(found)
    return folder
