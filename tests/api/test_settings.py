"""Settings come from the environment, whole or not at all."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import ValidationError

from attune_api import main
from attune_api.settings import load_settings
from attune_settings.reading import Environment, SettingsInvalid
from attune_settings.values import parse_root_keys

KEY = base64.b64encode(b"k" * 32).decode()
OTHER = base64.b64encode(b"o" * 32).decode()

GOOD = {
    "ATTUNE_ENVIRONMENT": "production",
    "ATTUNE_API_DATABASE_URL": "postgresql://attune_api:hush@db/attune",
    "ATTUNE_REDIS_URL": "redis://cache",
    "ATTUNE_ROOT_KEY": f"first:{KEY}",
    "ATTUNE_SECRET_KEY": "hush-" * 10,
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    import os

    for name in [name for name in os.environ if name.startswith("ATTUNE_")]:
        monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_good_environment() -> None:
    settings = load_settings()
    assert settings.environment is Environment.PRODUCTION
    assert settings.is_production
    assert settings.root_keys.current == "first"


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_variable_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    with pytest.raises(SettingsInvalid, match=f"^{name} is missing$"):
        load_settings()


def test_an_unknown_variable_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ATTUNE_LISTEN_PROT", "8000")
    with pytest.raises(SettingsInvalid, match="unknown variable: ATTUNE_LISTEN_PROT"):
        load_settings()


def test_variables_of_other_programs_are_let_be(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ATTUNE_WORKER_DATABASE_URL", "postgresql://")
    environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector")
    load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ATTUNE_ENVIRONMENT", "staging"),
        ("ATTUNE_LISTEN_PORT", "99999"),
        ("ATTUNE_SECRET_KEY", "short-hush"),
        ("ATTUNE_ROOT_KEY", "hush"),
        ("ATTUNE_ROOT_KEY", "first:aHVzaA=="),
        ("ATTUNE_ROOT_KEY", ""),
        ("ATTUNE_TRACE_RATIO", "2"),
        ("ATTUNE_REQUESTS_PER_MINUTE", "0"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsInvalid) as refusal:
        load_settings()
    assert str(refusal.value).startswith(name)
    assert "hush" not in str(refusal.value)


def test_a_secret_from_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from-a-file-" * 4 + "\n")
    environment.delenv("ATTUNE_SECRET_KEY")
    environment.setenv("ATTUNE_SECRET_KEY_FILE", str(file))
    assert load_settings().secret == b"from-a-file-" * 4


def test_a_secret_from_two_places(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("ATTUNE_SECRET_KEY_FILE", str(tmp_path / "secret"))
    with pytest.raises(SettingsInvalid, match="ATTUNE_SECRET_KEY and ATTUNE_SECRET_KEY_FILE are both set"):
        load_settings()


def test_a_file_that_is_not_there(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.delenv("ATTUNE_SECRET_KEY")
    environment.setenv("ATTUNE_SECRET_KEY_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SettingsInvalid, match=r"^ATTUNE_SECRET_KEY_FILE names a file that cannot be read$"):
        load_settings()


def test_a_file_that_is_no_text_is_not_repeated(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    environment.delenv("ATTUNE_ROOT_KEY")
    environment.setenv("ATTUNE_ROOT_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(SettingsInvalid, match=r"^ATTUNE_ROOT_KEY_FILE names a file that cannot be read$"):
        load_settings()


@pytest.mark.parametrize("url", ["mysql://hush@db/attune", "postgresql:hush", "//user:hu\u2100sh@db"])
def test_an_address_of_something_else_is_not_repeated(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("ATTUNE_API_DATABASE_URL", url)
    with pytest.raises(SettingsInvalid, match=r"^ATTUNE_API_DATABASE_URL: ") as refusal:
        load_settings()
    assert "hu" not in str(refusal.value)


def test_settings_neither_change_nor_show_their_secrets() -> None:
    settings = load_settings()
    assert "hush" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.listen_port = 1  # type: ignore[misc]  # just what must not work


def test_several_root_keys_and_the_first_counts() -> None:
    keys = parse_root_keys(f"new:{OTHER}, first:{KEY}\n")
    assert keys.current == "new"
    assert keys.keys == {"new": b"o" * 32, "first": b"k" * 32}


def test_a_service_that_cannot_start_says_why(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.delenv("ATTUNE_REDIS_URL")
    assert main.main() == 2
    assert capsys.readouterr().err == "attune api: ATTUNE_REDIS_URL is missing\n"
