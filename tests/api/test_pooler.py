"""The whole API behind a PgBouncer in transaction mode, as `ATTUNE_DATABASE_POOLER=transaction` promises."""

from __future__ import annotations

import asyncio

from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from attune_api.app import create_app
from tests.api.conftest import running, settings_for
from tests.api.walls.operations import Operation, committed_operations
from tests.api.walls.requests import ask
from tests.api.walls.tenant_wall import Wall, is_good, wall_in
from tests.api.walls.things import Things
from tests.conftest import Installation
from tests.pooler import needs_pooler, pooling

CONNECTIONS = 3
ROUNDS = 2
HOT = {"record_signal", "list_signals", "open_check_in", "get_team_dashboard", "search_audit_entries"}
"""What a busy organisation does all day: of these the wall is asked here too."""


async def call(operation: Operation, wall: Wall, of: Things) -> list[str]:
    """Make one request of an organisation; what is wrong with its answers."""
    answers = [await (await ask(operation, of)).send(client) for client in (of.key, of.person)]
    # `told` knows what is the other organisation's: to whom it belongs it may be told.
    told = [] if of is wall.other else [each for answer in answers for each in wall.told(answer)]
    if not any(is_good(answer) for answer in answers):
        told.append(f"{operation.id}: {answers[-1].status_code} {answers[-1].text}")
    return told


@needs_pooler
async def test_every_operation_works_for_two_organisations_at_once(
    fresh_installation: Installation, vault: Vault
) -> None:
    operations = committed_operations()
    async with pooling(fresh_installation, connections=CONNECTIONS) as pooler:
        settings = settings_for(
            fresh_installation, api_database_url=pooler.url(LoginRole.API), database_pooler="transaction"
        )
        async with running(create_app(settings), vault) as app, wall_in(fresh_installation, app, vault) as wall:
            assert {operation.id for operation in operations} >= HOT
            for operation in operations:
                wrong = await asyncio.gather(
                    *(call(operation, wall, of) for of in (wall.asking, wall.other) for _ in range(ROUNDS))
                )
                assert [each for part in wrong for each in part] == []
                for place in operation.places if operation.id in HOT else ():
                    assert await wall.leaks(operation, place, wall.asking.key) == []
    print(f"{len(operations)} operations behind PgBouncer, {2 * 2 * ROUNDS} requests of each")
