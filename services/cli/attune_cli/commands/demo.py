"""`attune demo`: see all of it in two minutes."""

from __future__ import annotations

from typing import Annotated

import typer

from attune_cli.commands import options

DEFAULT_SEED = 7


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="demo")(run)


def run(
    *,
    data: options.Data = options.DEFAULT_DATA,
    port: options.Port = None,
    exit_after: Annotated[
        bool, typer.Option("--exit", help="End after the tour; with status 1 if a step of it failed.")
    ] = False,
    seed: Annotated[
        int, typer.Option("--seed", help="Another seed, another month; counts in a new data folder.")
    ] = DEFAULT_SEED,
) -> None:
    """Start everything, load a month of a contact centre through the API, give a tour, and serve until Ctrl-C.

    Run it again and it goes straight to the tour; `attune reset` starts over.
    """
    from attune_cli import output
    from attune_cli.demo.run import show_demo
    from attune_cli.stack.data_folder import DataFolder
    from attune_cli.stack.machine import Machine
    from attune_cli.stack.serving import serve, stoppable

    with stoppable(), Machine(DataFolder(data), port=port, say=output.say) as machine:
        succeeded = show_demo(machine, seed)
        if exit_after:
            if not succeeded:
                raise typer.Exit(1)
            return
        output.say(f"Serving at {machine.url}. Ctrl-C stops everything.")
        serve(machine)
