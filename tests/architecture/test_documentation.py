"""What the documentation points to exists: links, paths, commands of make and of `attune`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from attune_cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
_PATH = re.compile(r"`((?:services|libs|tests|deploy|docs|openapi|scripts|requirements)/[^`\s<>…*]*)`")
_MAKE = re.compile(r"(?:`|^)make ([a-z][a-z-]+)\b", re.MULTILINE)
_ATTUNE = re.compile(r"`attune ([a-z][a-z-]*)")

# What a script makes where it is run.
MADE_LATER = {"deploy/compose/secrets"}


def _ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_every_link_and_path_leads_somewhere(page: Path) -> None:
    text = page.read_text()
    links = [page.parent / link for link in _LINK.findall(text) if "://" not in link]
    paths = [ROOT / path for path in _PATH.findall(text) if path.rstrip("/") not in MADE_LATER]
    assert [str(target) for target in [*links, *paths] if not target.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_every_command_exists(page: Path) -> None:
    text = page.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(_MAKE.findall(text)) - targets == set()
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # the app is a group of commands
    assert set(_ATTUNE.findall(text)) - commands == set()


def test_the_map_names_every_noun() -> None:
    nouns = {path.parent.name for path in (ROOT / "libs/domain/attune").glob("*/*.py")} - {"kernel", "migrations"}
    text = (ROOT / "docs/architecture.md").read_text()
    assert {noun for noun in nouns if noun not in text} == set()
