"""`attune doctor`: what is wrong with an installation, and what to do about it."""

from __future__ import annotations

import typer

from attune_cli.commands import options


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="doctor")(run)


def run(data: options.Data = options.DEFAULT_DATA, json: options.Json = False) -> None:
    """Check settings, connections, schema, row-level security, Redis, clocks and the worker. Changes nothing.

    Ends with status 1 where something fails.
    """
    import asyncio

    from attune_cli import output, settings
    from attune_cli.checkup import check_up

    findings = asyncio.run(check_up(settings.load(data)))
    if json:
        output.write_json(
            [{"check": f.check, "ok": f.is_well, "found": f.found, "what_to_do": f.advice} for f in findings]
        )
    else:
        for finding in findings:
            output.write_finding(finding.check, finding.found, finding.advice, is_well=finding.is_well)
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)
