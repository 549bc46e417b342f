"""`attune rebuild NAME`: derive a projection anew, and prove that it came out the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attune_cli.commands import options

if TYPE_CHECKING:
    from attune.kernel.rebuild import Rebuilt
    from attune_cli.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="rebuild")(run)


def run(
    name: Annotated[str, typer.Argument(help="The projection: team_dashboard, fatigue or audit.")],
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Rebuild a projection from the event log and the state, while it goes on answering.

    Ends with status 1 where the rebuilt rows differ from those that were there.
    """
    import asyncio

    from attune_cli import output, settings

    rebuilt = asyncio.run(_rebuild(settings.load(data), name))
    if json:
        output.write_json(
            {
                "projection": rebuilt.projection,
                "generation": rebuilt.generation,
                "events": rebuilt.events,
                "rows_before": rebuilt.rows_before,
                "rows_after": rebuilt.rows_after,
                "digest_before": rebuilt.digest_before,
                "digest_after": rebuilt.digest_after,
                "is_identical": rebuilt.is_identical,
            }
        )
    else:
        verdict = "identical" if rebuilt.is_identical else "DIFFERENT: the rows that answer now are the rebuilt ones"
        output.write_line(f"{name} is generation {rebuilt.generation} now, from {rebuilt.events} events")
        output.write_line(f"  before  {rebuilt.rows_before:>9} rows  {rebuilt.digest_before}")
        output.write_line(f"  after   {rebuilt.rows_after:>9} rows  {rebuilt.digest_after}")
        output.write_line(f"  {verdict}")
    if not rebuilt.is_identical:
        raise typer.Exit(1)


async def _rebuild(settings: Settings, name: str) -> Rebuilt:
    from attune.kernel.backlog import read_backlog
    from attune.kernel.rebuild import rebuild
    from attune.projections import ALL
    from attune_cli import output
    from attune_cli.failure import CommandFailed
    from attune_cli.installation import open_database

    chosen = next((projection for projection in ALL if projection.name == name), None)
    if chosen is None:
        raise CommandFailed(f"There is no projection {name}. There are: {', '.join(p.name for p in ALL)}.")
    async with open_database(settings, "worker_database_url") as database:
        total = (await read_backlog(database)).events
        with output.steps() as steps:
            step = f"Rebuilding {name}"
            steps.begin(step, total)
            rebuilt = await rebuild(database, chosen, lambda read: steps.set_position(step, read, total))
            steps.set_position(step, rebuilt.events, rebuilt.events)
            return rebuilt
