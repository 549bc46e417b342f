"""docker-compose.yml as the tests read it, and its services as processes without containers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from attune_cli.local.process import SupervisedProcess, server_environment
from attune_cli.local.supervise import Order

ROOT: Final = Path(__file__).parent.parent
FILE: Final = ROOT / "docker-compose.yml"
MAKE_SECRETS: Final = ROOT / "deploy" / "compose" / "make-secrets.sh"
SECRETS: Final = "/run/secrets/"
_VARIABLE: Final = re.compile(r"\$\{(?P<name>[A-Z_]+):-(?P<otherwise>[^}]*)\}")


def load() -> dict[str, Any]:
    """The file, its anchors and merges resolved."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return content


def services() -> dict[str, dict[str, Any]]:
    """The services by name."""
    found: dict[str, dict[str, Any]] = load()["services"]
    return found


def environment_of(service: str) -> dict[str, str]:
    """What a service gets where the operator sets nothing."""
    given = services()[service].get("environment", {})
    return {name: _VARIABLE.sub(lambda found: found["otherwise"], str(value)) for name, value in given.items()}


def variables() -> set[str]:
    """What the operator may set for the file itself."""
    return {found["name"] for found in _VARIABLE.finditer(FILE.read_text())}


def make_secrets(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script that makes them."""
    return subprocess.run(["sh", str(MAKE_SECRETS), str(folder)], capture_output=True, text=True, check=False)


@dataclass(frozen=True, slots=True)
class Host:
    """Where services run when there are no containers: secrets in a folder, programs from this environment."""

    folder: Path
    """Holds `secrets`, and gets the logs."""

    def environment(self, service: str, **changes: str) -> dict[str, str]:
        """A service's environment, with paths that exist here."""
        here = f"{self.folder / 'secrets'}{os.sep}"
        given = {name: value.replace(SECRETS, here) for name, value in environment_of(service).items()}
        return {**server_environment(), **given, **changes}

    def command(self, service: str, *arguments: str) -> list[str]:
        """A service's command, with the programs of this environment in place of the image's."""
        defined = services()[service]
        return self.here([*defined.get("entrypoint", []), *(arguments or defined["command"])])

    def here(self, command: list[str]) -> list[str]:
        """A command of the image as it runs here."""
        programs = {"python": sys.executable, "attune": str(Path(sys.executable).parent / "attune")}
        return [programs.get(command[0], command[0]), *command[1:]]

    def run(self, service: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a service to its end, as `docker compose run` does; arguments replace its command."""
        return subprocess.run(
            self.command(service, *arguments),
            env=self.environment(service),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(
        self, service: str, command: list[str] | None = None, environment: Mapping[str, str] | None = None
    ) -> SupervisedProcess:
        """Start a service; it does not outlive the tests."""
        order = Order(
            command=command or self.command(service),
            folder=str(self.folder),
            stop=[(signal.SIGTERM, 40.0)],
            parent=os.getpid(),
            environment=dict(environment or self.environment(service)),
        )
        with (self.folder / f"{service}.log").open("wb") as log:
            return SupervisedProcess(service, order, log)
