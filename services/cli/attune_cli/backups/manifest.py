"""What a backup says of itself, checked before a byte of it is used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from attune_cli.failure import CommandFailed

FORMAT: Final = 1
FILE: Final = "manifest.json"
DUMP: Final = "attune.dump"
DIGEST: Final = "document_sha256"


class Part(StrEnum):
    """The two halves of a backup. Whoever holds both, and the root key, reads everything."""

    DATA = "data"
    KEYS = "keys"


class BackupUnusable(CommandFailed):
    """It is damaged, incomplete or something else. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One half of a backup. `rows` are the rows of each table in it, `organisations` those it is of."""

    part: Part
    backup_id: UUID
    made_at: datetime
    revision: str
    server_version: int
    organisations: tuple[UUID, ...]
    rows: Mapping[str, int]
    bytes: int
    sha256: str

    def write(self, folder: Path) -> None:
        """Write it beside its dump."""
        (folder / FILE).write_text(seal_document({"format": FORMAT, **asdict(self)}))

    @classmethod
    def read(cls, folder: Path, part: Part) -> Self:
        """The manifest of a folder, once it and the dump beside it are what they were when they were written.

        That finds damage. Against somebody who would forge a backup, keep it where nobody can write.
        """
        content = read_checked(folder / FILE)
        try:
            if content.pop("format") != FORMAT:
                raise BackupUnusable(
                    f"{folder / FILE} was written by another version of Attune: restore with that one."
                )
            manifest = cls(
                **content
                | {
                    "part": Part(content["part"]),
                    "backup_id": UUID(content["backup_id"]),
                    "made_at": datetime.fromisoformat(content["made_at"]),
                    "organisations": tuple(UUID(each) for each in content["organisations"]),
                }
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BackupUnusable(f"{folder / FILE} is no manifest of a backup.") from error
        if manifest.part is not part:
            raise BackupUnusable(f"{folder} holds the {manifest.part} of a backup, not its {part}.")
        if (manifest.bytes, manifest.sha256) != measure(folder / DUMP):
            raise BackupUnusable(f"{folder / DUMP} is not what was written there: it is damaged. Use another backup.")
        return manifest


def measure(file: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file; of one that is not there, those of nothing."""
    digest = hashlib.sha256()
    if not file.exists():
        return -1, ""
    with file.open("rb") as content:
        while part := content.read(1 << 20):
            digest.update(part)
    return file.stat().st_size, digest.hexdigest()


def seal_document(content: Mapping[str, Any]) -> str:
    """A JSON document that carries the digest of its own content. Ids and times are written as text."""
    plain = json.loads(json.dumps(content, default=_as_text))
    return json.dumps({**plain, DIGEST: _digest_of(plain)}, indent=1) + "\n"


def read_checked(file: Path) -> dict[str, Any]:
    """The content of such a document. Raises `BackupUnusable` where a byte of it is another one."""
    try:
        content = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise BackupUnusable(f"There is no {file}.") from None
    except (OSError, ValueError) as error:
        raise BackupUnusable(f"{file} cannot be read: it is damaged, or something else.") from error
    if not isinstance(content, dict) or content.pop(DIGEST, None) != _digest_of(content):
        raise BackupUnusable(f"{file} is not what was written there: it is damaged. Use another one.")
    return content


def _digest_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
