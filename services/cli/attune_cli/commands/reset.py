"""`attune reset`: begin anew."""

from __future__ import annotations

from typing import Annotated

import typer

from attune_cli.commands import options


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="reset")(run)


def run(
    data: options.Data = options.DEFAULT_DATA,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete the data folder of a one-machine installation: its databases, keys and logs. It must not be running."""
    from attune_cli import output
    from attune_cli.stack.data_folder import DataFolder

    folder = DataFolder(data)
    if not folder.path.exists():
        output.say(f"There is nothing at {folder.path}.")
        return
    locks = folder.lock()
    try:
        if not yes and not typer.confirm(f"Delete {folder.path} and everything in it?", err=True):
            raise typer.Abort
        folder.remove()
    finally:
        locks.release()
    output.say(f"{folder.path} is gone. `attune demo` or `attune up` starts over.")
