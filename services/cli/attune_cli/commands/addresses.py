"""Where the API is, when nobody says."""

from __future__ import annotations

from pathlib import Path


def local_url(data: Path) -> str:
    """The API of the installation that `attune up` runs in a data folder. Raises `CommandFailed` where there is none."""
    from attune_cli.failure import CommandFailed
    from attune_cli.settings import read_environment

    url = read_environment(data).get("ATTUNE_PUBLIC_URL")
    if url is None:
        raise CommandFailed("There is no API here. Give its address with --url, or start one with `attune up`.")
    return url
