"""PostgreSQL's own programs for dumps: those of this machine, or the ones that came with the wheel."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from attune_cli.failure import CommandFailed
from attune_cli.local import wheels
from attune_cli.local.failure import LocalServerFailed


class ProgramFailed(CommandFailed):
    """A program of PostgreSQL ended with an error; the message is its own."""


def find(name: str, folder: Path | None) -> str:
    """Where a program is: in the folder that was given, else in the wheel, else on the path."""
    if folder is not None:
        if not (folder / name).is_file():
            raise CommandFailed(f"There is no {name} in {folder}.")
        return str(folder / name)
    try:
        return str(wheels.postgres_programs() / name)
    except LocalServerFailed:
        found = shutil.which(name)
    if found is None:
        raise CommandFailed(
            f"{name} is not installed. Install PostgreSQL's client programs, or say where with --programs."
        )
    return found


async def run(program: str, url: str, *arguments: str) -> str:
    """Run a program against a database; what it printed. The password stands in no command line."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    address = urlunsplit(parts._replace(netloc=f"{parts.username}@{host}" if parts.username else host))
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    return await run_offline(program, f"--dbname={address}", "--no-password", *arguments, environment=secret)


async def run_offline(program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a program that needs no database; what it printed."""
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env={**os.environ, **(environment or {}), "LC_ALL": "C"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await process.communicate()
    except BaseException:  # Ctrl-C included: nothing goes on behind the command's back.
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        said = err.decode(errors="replace").strip()
        advice = " Use programs at least as new as the server, with --programs." if "version mismatch" in said else ""
        raise ProgramFailed(f"{Path(program).name} failed: {said}{advice}")
    return out.decode()
