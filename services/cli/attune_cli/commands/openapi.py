"""`attune openapi`: the description of the API, as committed files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="openapi")(run)


def run(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if the files are not current.")] = False,
    folder: Annotated[Path, typer.Option("--folder", help="Where the files are.")] = Path("openapi"),
) -> None:
    """Write openapi.json (3.1) and openapi-3.0.json, or check that they are current."""
    from attune_cli import output
    from attune_cli.failure import CommandFailed

    stale = []
    for name, text in _documents().items():
        file = folder / name
        if file.exists() and file.read_text() == text:
            continue
        stale.append(name)
        if not check:
            folder.mkdir(exist_ok=True)
            file.write_text(text)
    if check and stale:
        raise CommandFailed(f"{' and '.join(stale)} in {folder} differ from the code. Run `attune openapi`.")
    output.say(f"{folder}: " + ("is current" if not stale else f"wrote {' and '.join(stale)}"))


def _documents() -> dict[str, str]:
    """The files and their texts. They follow from the routes alone, so the settings here only have to be well-formed."""
    import base64

    from pydantic import SecretStr

    from attune_api.app import create_app
    from attune_api.openapi import document, write
    from attune_api.openapi_30 import downlevel
    from attune_api.settings import Settings
    from attune_settings.reading import Environment

    nothing = base64.b64encode(bytes(32)).decode()
    settings = Settings(
        environment=Environment.DEVELOPMENT,
        api_database_url=SecretStr("postgresql://nobody@localhost/nothing"),
        redis_url=SecretStr("redis://localhost"),
        root_key=SecretStr(f"none:{nothing}"),
        secret_key=SecretStr(nothing),
    )
    built = document(create_app(settings))
    return {"openapi.json": write(built), "openapi-3.0.json": write(downlevel(built))}
