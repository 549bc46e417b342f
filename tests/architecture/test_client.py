"""The Python client is what the OpenAPI file makes of it, whole, and imports."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent.parent
CLIENT: Final = ROOT / "libs" / "client-python"
GENERATE: Final = ROOT / "scripts" / "generate_client.sh"
DOCUMENT: Final = ROOT / "openapi" / "openapi.json"


def _files(folder: Path) -> dict[str, str]:
    """What is committed of a client."""
    return {
        str(file.relative_to(folder)): file.read_text()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }


@pytest.fixture
def client_package() -> Iterator[str]:
    """The client, importable."""
    sys.path.insert(0, str(CLIENT))
    try:
        yield "attune_client"
    finally:
        sys.path.remove(str(CLIENT))


def test_the_client_is_current(tmp_path: Path) -> None:
    fresh = tmp_path / "client"
    generated = subprocess.run(["bash", str(GENERATE), str(fresh)], capture_output=True, text=True, check=False)
    assert generated.returncode == 0, generated.stdout + generated.stderr
    committed, wanted = _files(CLIENT), _files(fresh)
    differing = [name for name in {*committed, *wanted} if committed.get(name) != wanted.get(name)]
    assert sorted(differing) == [], "run `make client`"


def test_every_operation_is_in_the_client(client_package: str) -> None:
    document = json.loads(DOCUMENT.read_text())
    operations = {
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if "operationId" in operation
    }
    api = importlib.import_module(f"{client_package}.api")
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(api.__path__, f"{api.__name__}.")
        if not found.ispkg
    ]
    assert {module.__name__.rpartition(".")[2] for module in modules} == operations
    for module in modules:
        assert callable(module.sync_detailed)
        assert callable(module.asyncio_detailed)
