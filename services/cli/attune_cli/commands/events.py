"""`attune events`: how far the worker is, and what it had to set aside."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attune_cli.commands import options

if TYPE_CHECKING:
    from attune.kernel.backlog import Backlog
    from attune_cli.settings import Settings

app = typer.Typer(help="The event log: lag, dead letters, replay.", no_args_is_help=True)


@app.command()
def lag(data: options.Data = options.DEFAULT_DATA, json: options.Json = False) -> None:
    """Show how many events each projection has still to read."""
    import asyncio

    from attune_cli import output, settings

    backlog = asyncio.run(_lag(settings.load(data)))
    if json:
        output.write_json(asdict(backlog) | {"has_caught_up": backlog.is_empty})
        return
    output.write_table(("Projection", "Events to read"), sorted(backlog.projections.items()))
    output.write_line(f"{backlog.events} events in order.")
    if backlog.unordered_shards:
        output.say("Some events have no place in the order yet; the sequencer of a running worker gives them one.")


@app.command(name="dead-letters")
def dead_letters(
    organisation: options.Organisation = None, data: options.Data = options.DEFAULT_DATA, json: options.Json = False
) -> None:
    """List the events that a projection could not apply, and those that wait behind them. Ids only, no content."""
    import asyncio

    from attune_cli import output, settings

    letters = asyncio.run(_dead_letters(settings.load(data), organisation))
    if json:
        output.write_json(letters)
        return
    if not letters:
        output.say("There are none.")
        return
    output.write_table(
        ("Thing", "Id", "Projection", "Place", "Error", "Attempts"),
        (
            (d["target_kind"], d["target_id"], d["projection"], d["seq"], d["error_class"] or "waits", d["attempts"])
            for d in letters
        ),
    )


@app.command()
def replay(
    projection: Annotated[str | None, typer.Option("--projection", help="Only this projection's.")] = None,
    organisation: options.Organisation = None,
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Apply what was set aside, each thing's events in order, once the cause is mended.

    Ends with status 1 where something still fails.
    """
    import asyncio

    from attune_cli import output, settings

    applied, left = asyncio.run(_replay(settings.load(data), organisation, projection))
    if json:
        output.write_json({"applied": applied, "left": left})
    else:
        output.write_line(f"Applied {applied}; {left} still set aside.")
    if left:
        raise typer.Exit(1)


async def _lag(settings: Settings) -> Backlog:
    from attune.kernel.backlog import read_backlog
    from attune_cli.installation import open_database

    async with open_database(settings, "worker_database_url") as database:
        return await read_backlog(database)


async def _dead_letters(settings: Settings, organisation: str | None) -> list[dict[str, Any]]:
    from attune.kernel.backlog import list_dead_letters
    from attune_cli.installation import open_database, tenants_of

    tenants = await tenants_of(settings, organisation)
    async with open_database(settings, "worker_database_url") as database:
        return [letter for tenant_id in tenants for letter in await list_dead_letters(database, tenant_id)]


async def _replay(settings: Settings, organisation: str | None, name: str | None) -> tuple[int, int]:
    from attune.kernel.backlog import list_dead_letters
    from attune.kernel.ids import shard_of
    from attune.kernel.projections import replay as replay_stream
    from attune.projections import ALL
    from attune_cli.failure import CommandFailed
    from attune_cli.installation import open_database, tenants_of

    projections = {projection.name: projection for projection in ALL}
    if name is not None and name not in projections:
        raise CommandFailed(f"There is no projection {name}. There are: {', '.join(projections)}.")
    tenants = await tenants_of(settings, organisation)
    applied = left = 0
    async with open_database(settings, "worker_database_url") as database:
        for tenant_id in tenants:
            letters = await list_dead_letters(database, tenant_id)
            wanted = [letter for letter in letters if name in (None, letter["projection"])]
            streams = dict.fromkeys((d["projection"], d["target_kind"], d["target_id"]) for d in wanted)
            done = 0
            for projection, *stream in streams:
                kind, target = stream
                done += await replay_stream(
                    database, projections[projection], shard_of(tenant_id), tenant_id, (kind, target)
                )
            applied += done
            left += len(wanted) - done
    return applied, left
