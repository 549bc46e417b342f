"""The data folder of a one-machine installation: what is kept in it, and who may use it."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from attune.kernel.roles import LoginRole
from attune.kernel.vault import KEY_BYTES
from attune_cli.failure import CommandFailed
from attune_cli.local.folder import Locks, ServerFolder
from attune_cli.settings import environment_file

ROOT_KEY_ID: Final = "local"


class DataFolderForeign(CommandFailed):
    """The folder holds something else; nothing in it is touched."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the installation's parts know each other by. Made once."""

    root_key: str
    secret_key: str
    passwords: Mapping[LoginRole, str]


class DataFolder:
    """`.attune` of a checkout, or wherever `--data` points."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.postgres = self.path / "postgres"
        self.valkey = self.path / "valkey"
        self.logs = self.path / "logs"
        self.demo = self.path / "demo.json"
        self._secrets = self.path / "secrets"

    @property
    def exists(self) -> bool:
        """Whether an installation was made here."""
        return self._secrets.exists()

    def lock(self) -> Locks:
        """Take the folder for this command; raises `LocalServerFailed`, which says who has it."""
        self.refuse_foreign()
        return ServerFolder(self.path).lock(patience=0)

    def refuse_foreign(self) -> None:
        """Raise `DataFolderForeign` unless the folder is ours, empty or not there yet."""
        if not self.path.exists() or self.exists:
            return
        if not self.path.is_dir():
            raise DataFolderForeign(f"{self.path} is not a folder.")
        strange = {entry.name for entry in self.path.iterdir()} - {"command.lock", "server.lock"}
        if strange:
            raise DataFolderForeign(
                f"{self.path} holds something else than an Attune installation. Choose another one."
            )

    def secrets(self) -> Secrets:
        """The installation's secrets, made by the first call."""
        self._secrets.mkdir(mode=0o700, exist_ok=True)
        return Secrets(
            root_key=self._keep(
                "root_key", f"{ROOT_KEY_ID}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
            ),
            secret_key=self._keep("secret_key", secrets.token_urlsafe(48)),
            passwords={role: self._keep(f"{role}_password", secrets.token_urlsafe(24)) for role in LoginRole},
        )

    def secret_file(self, name: str) -> Path:
        """Where a secret is kept."""
        return self._secrets / name

    def publish(self, environment: Mapping[str, str]) -> None:
        """Let other commands find the running installation."""
        write_private(environment_file(self.path), json.dumps(environment, indent=1))

    def withdraw(self) -> None:
        """The installation runs no longer."""
        environment_file(self.path).unlink(missing_ok=True)

    def read_demo(self) -> dict[str, Any] | None:
        """What the demo left here, if it was loaded."""
        try:
            found: dict[str, Any] = json.loads(self.demo.read_text())
        except FileNotFoundError:
            return None
        return found

    def write_demo(self, state: Mapping[str, Any]) -> None:
        """Remember what the demo made: its keys among it."""
        write_private(self.demo, json.dumps(state, indent=1))

    def remove(self) -> None:
        """Delete everything. Only for a folder that is locked by the caller."""
        shutil.rmtree(self.path)

    def _keep(self, name: str, made: str) -> str:
        file = self.secret_file(name)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            return file.read_text()
        with os.fdopen(descriptor, "w") as new:
            new.write(made)
        return made


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as new:
        new.write(text)
    unfinished.replace(file)
