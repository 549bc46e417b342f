"""`attune up`: a whole installation on this machine."""

from __future__ import annotations

import typer

from attune_cli.commands import options


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="up")(run)


def run(data: options.Data = options.DEFAULT_DATA, port: options.Port = None) -> None:
    """Start PostgreSQL, Valkey, the API and the worker on this machine, and serve until Ctrl-C."""
    from attune_cli import output
    from attune_cli.stack.data_folder import DataFolder
    from attune_cli.stack.machine import Machine
    from attune_cli.stack.serving import serve, stoppable

    with stoppable(), Machine(DataFolder(data), port=port, say=output.say) as machine:
        output.say(f"The API is at {machine.url}, its documentation at {machine.url}/docs")
        output.say(f"Data and logs are in {machine.data.path}. First organisation: `attune bootstrap --help`")
        output.say("Ctrl-C stops everything.")
        serve(machine)
