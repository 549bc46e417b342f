"""`attune keys`: the API keys of integrations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from attune_cli.commands import options

if TYPE_CHECKING:
    from attune.organisations.model import ApiKey
    from attune_cli.settings import Settings

app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


@app.command()
def create(
    *,
    name: Annotated[str, typer.Option("--name", help="What the key is for: the name of the integration.")],
    scope: Annotated[list[str], typer.Option("--scope", help="What it may do, as in signals:write. Repeat it.")],
    organisation: options.Organisation = None,
    person: Annotated[UUID | None, typer.Option("--person", help="The person it acts as, by id.")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="How long it lives.")] = 90,
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Make a key. It is shown once and never again: only its keyed hash is kept."""
    import asyncio

    from attune_cli import output, settings

    expires_in = timedelta(days=days)
    key, secret = asyncio.run(
        _create(settings.load(data), organisation, name=name, scopes=scope, person=person, life=expires_in)
    )
    if json:
        output.write_json(_document(key) | {"key": secret})
        return
    output.say(f"Key {key.id} lives until {key.expires_at:%Y-%m-%d}. It is shown only this once:")
    output.write_line(secret)


@app.command(name="list")
def list_keys(
    organisation: options.Organisation = None, data: options.Data = options.DEFAULT_DATA, json: options.Json = False
) -> None:
    """List the keys of an organisation, ended ones included; --json names their scopes and people."""
    import asyncio

    from attune_cli import output, settings

    keys = asyncio.run(_list(settings.load(data), organisation))
    if json:
        output.write_json([_document(key) for key in keys])
        return
    output.write_table(
        ("Id", "Name", "Ends in", "State", "Until", "Scopes"),
        ((k.id, k.name, k.last_four, _state(k), f"{k.expires_at:%Y-%m-%d}", len(k.scopes)) for k in keys),
    )


@app.command()
def revoke(
    key: Annotated[UUID, typer.Argument(help="The key's id, as `attune keys list` shows it.")],
    organisation: options.Organisation = None,
    data: options.Data = options.DEFAULT_DATA,
) -> None:
    """End a key at once. Ending it again changes nothing."""
    import asyncio

    from attune_cli import output, settings

    asyncio.run(_revoke(settings.load(data), organisation, key))
    output.say(f"Key {key} is revoked.")


async def _create(
    settings: Settings, organisation: str | None, *, name: str, scopes: list[str], person: UUID | None, life: timedelta
) -> tuple[ApiKey, str]:
    import asyncpg

    from attune.kernel.clock import utc_now
    from attune.organisations.errors import ScopeUnknown
    from attune.organisations.rules import Scope
    from attune.organisations.service import create_key
    from attune_cli.failure import CommandFailed
    from attune_cli.installation import as_operator, choose_organisation, open_database

    async with open_database(settings, "migrator_database_url") as database:
        chosen = await choose_organisation(database, organisation)
        try:
            async with database.write(as_operator(chosen.tenant_id)) as tx:
                return await create_key(
                    tx,
                    settings.secret,
                    name=name,
                    mode=chosen.mode,
                    scopes=scopes,
                    person_id=person,
                    expires_at=utc_now() + life,
                )
        except ScopeUnknown as error:
            raise CommandFailed(f"{error} There are: {', '.join(sorted(Scope))}.") from error
        except asyncpg.ForeignKeyViolationError as error:
            raise CommandFailed(f"There is no person {person} in {chosen.name}.") from error


async def _list(settings: Settings, organisation: str | None) -> list[ApiKey]:
    from attune.organisations.repository import list_keys
    from attune_cli.installation import as_operator, choose_organisation, open_database

    async with open_database(settings, "migrator_database_url") as database:
        chosen = await choose_organisation(database, organisation)
        async with database.read(as_operator(chosen.tenant_id)) as tx:
            return await list_keys(tx)


async def _revoke(settings: Settings, organisation: str | None, key_id: UUID) -> None:
    from attune.organisations.service import revoke_key
    from attune_cli.installation import as_operator, choose_organisation, open_database

    async with open_database(settings, "migrator_database_url") as database:
        chosen = await choose_organisation(database, organisation)
        async with database.write(as_operator(chosen.tenant_id)) as tx:
            await revoke_key(tx, key_id)


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at <= datetime.now(key.expires_at.tzinfo) else "active"


def _document(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "state": _state(key),
        "last_four": key.last_four,
        "scopes": list(key.scopes),
        "person_id": key.person_id,
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat(),
    }
