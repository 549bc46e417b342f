"""A disk that can be filled: a small tmpfs for PostgreSQL's data, and ballast to take the rest of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

MEGABYTE: Final = 1 << 20


class SmallDisk:
    """A mounted tmpfs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    @property
    def free_bytes(self) -> int:
        """What is left."""
        return shutil.disk_usage(self.folder).free

    def fill(self, leave: int = 0) -> None:
        """Take everything but so many bytes."""
        with self._ballast.open("ab") as ballast:
            os.posix_fallocate(ballast.fileno(), self._ballast.stat().st_size, max(1, self.free_bytes - leave))

    def make_room(self) -> None:
        """Give it back."""
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A disk of its own; where the system lets nobody mount one, the test says so and is skipped."""
    folder.mkdir(mode=0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
    try:
        refused = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        refused = subprocess.CompletedProcess(mount, 1, "", str(error))
    if refused.returncode:
        reason = f"NOT TESTED: a full disk. A small one cannot be mounted here: {refused.stderr.strip()}"
        print(reason)
        pytest.skip(reason)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
