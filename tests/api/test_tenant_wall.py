"""Whatever of another organisation's is named, wherever a request can name anything, it is as if it did not exist.

Generated from the OpenAPI document: every operation, every place in it that names a thing, every kind of thing.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from attune.customers.errors import CustomerNotFound
from attune.kernel.vault import Vault
from attune_api.app import create_app
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.openapi import document
from attune_api.routing import noun_router
from attune_api.transactions import reading, writing
from tests.api.conftest import running, settings_for
from tests.api.walls.operations import (
    COMMITTED,
    NAMES,
    NoCase,
    Operation,
    committed_operations,
    operations_of,
)
from tests.api.walls.requests import ask
from tests.api.walls.tenant_wall import Wall, is_good, wall_in
from tests.conftest import Installation

OPERATIONS = committed_operations()
REPEATABLE = [operation for operation in OPERATIONS if "Idempotency-Key" in operation.headers]
BY_ID = {operation.id: operation for operation in OPERATIONS}


@pytest.fixture(scope="module")
async def wall(installation: Installation, app: FastAPI, vault: Vault) -> AsyncIterator[Wall]:
    async with wall_in(installation, app, vault) as between:
        yield between


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
async def test_another_organisations_things_are_as_if_they_did_not_exist(wall: Wall, operation: Operation) -> None:
    callers = (wall.asking.key, wall.asking.person)
    for place in (None, *operation.places):
        # Only where one's own thing is found does a foreign one that is not found say anything.
        own = [await wall.own(operation, place, caller) for caller in callers]
        assert any(is_good(answer) for answer in own), f"{place}: {own[-1].text}"
        assert [told for answer in own for told in wall.told(answer)] == []
    for place in operation.places:
        for caller in callers:
            assert await wall.leaks(operation, place, caller) == []
    assert wall.asked[operation.id] >= len(callers) * len(operation.places)
    print(f"{operation.id}: {len(operation.places)} places, {wall.asked[operation.id]} foreign names")


@pytest.mark.parametrize("operation", REPEATABLE, ids=lambda operation: operation.id)
async def test_an_idempotency_key_of_another_organisation_is_free(wall: Wall, operation: Operation) -> None:
    key = f"shared-{operation.id}"
    first = await (await ask(operation, wall.other)).send(wall.other.person, **{"idempotency-key": key})
    own = await ask(operation, wall.asking)
    before = await wall.rows.digest(wall.other.organisation.tenant_id)
    second = await own.send(wall.asking.person, **{"idempotency-key": key})
    assert is_good(first), first.text
    assert second.status_code == first.status_code
    assert "idempotency-replayed" not in second.headers
    assert wall.told(second) == []
    assert await wall.rows.digest(wall.other.organisation.tenant_id) == before
    again = await own.send(wall.asking.person, **{"idempotency-key": key})
    assert again.headers["idempotency-replayed"] == "true"


def test_every_operation_of_the_application_has_its_case(app: FastAPI) -> None:
    served = operations_of(document(app))
    assert [operation.id for operation in served] == [operation.id for operation in OPERATIONS]
    assert {place.name for operation in served for place in operation.places} == set(NAMES)
    places = sum(len(operation.places) for operation in served)
    print(f"tenant wall: {len(OPERATIONS)} of {len(served)} operations, {places} places that name a thing")


@pytest.mark.parametrize(
    ("where", "added"),
    [
        ("path", {"name": "mentor_id", "in": "path", "schema": {"type": "string", "format": "uuid"}}),
        ("query", {"name": "mentor_id", "in": "query", "schema": {"type": "string", "format": "uuid"}}),
        ("query", {"name": "nickname", "in": "query", "schema": {"type": "string"}}),
        ("body", {"mentor_ref": {"type": "string"}}),
        ("body", {"aliases": {"type": "array", "items": {"type": "string"}}}),
    ],
)
def test_a_name_that_nobody_explained_fails_the_build(where: str, added: dict[str, Any]) -> None:
    built = json.loads(COMMITTED.read_text())
    if where == "body":
        built["components"]["schemas"]["SignalRequest"]["properties"] |= added
    else:
        built["paths"]["/v1/signals"]["post"].setdefault("parameters", []).append(added)
    with pytest.raises(NoCase, match=next(iter(added)) if where == "body" else added["name"]):
        operations_of(built)


async def open_every_policy(installation: Installation, wall: Wall) -> None:
    """Row-level security lets everything through; only the statements keep organisations apart."""
    tables = await wall.rows.connection.fetch("SELECT tablename FROM pg_policies WHERE policyname = 'tenant'")
    for table in tables:
        await wall.rows.connection.execute(f"ALTER POLICY tenant ON attune.{table[0]} USING (true) WITH CHECK (true)")


async def test_the_statements_alone_hold_where_row_level_security_does_not(
    fresh_installation: Installation, vault: Vault
) -> None:
    async with (
        running(create_app(settings_for(fresh_installation)), vault) as app,
        wall_in(fresh_installation, app, vault) as wall,
    ):
        await open_every_policy(fresh_installation, wall)
        found = [
            leak
            for operation in OPERATIONS
            for place in operation.places
            for leak in await wall.leaks(operation, place, wall.asking.key)
        ]
        assert found == []
        assert set(wall.asked) == {operation.id for operation in OPERATIONS if operation.places}


careless = noun_router("/customers", "Customers")


@careless.get("/{customer_id:uuid}/reference", summary="Read carelessly")
async def read_carelessly(
    request: Request, customer_id: UUID, caller: Annotated[Caller, require("customers:read")]
) -> Response:
    """Forgets the organisation in its statement."""
    async with reading(request, caller) as tx:
        row = await tx.fetch_row("SELECT external_id FROM customer WHERE id = $1", customer_id)
        if row is None:
            raise CustomerNotFound
        return Response(row["external_id"])


@careless.post("/{customer_id:uuid}:touch", summary="Write carelessly")
async def write_carelessly(
    request: Request, customer_id: UUID, caller: Annotated[Caller, require("customers:write")]
) -> Response:
    """Says the same to everybody, whatever it did."""
    async with writing(request, caller) as tx:
        await tx.execute("UPDATE customer SET version = version + 1 WHERE id = $1", customer_id)
        return Response(None, 204)


@pytest.mark.parametrize(("is_open", "least_found"), [(False, 0), (True, 1)], ids=["behind policies", "without them"])
async def test_a_statement_that_forgets_the_organisation_is_found_once_the_policies_are_gone(
    fresh_installation: Installation, vault: Vault, is_open: bool, least_found: int
) -> None:
    made = create_app(settings_for(fresh_installation))
    made.router.routes.extend(careless.routes)
    async with running(made, vault) as app, wall_in(fresh_installation, app, vault) as wall:
        operations = {operation.id: operation for operation in operations_of(document(app))}
        if is_open:
            await open_every_policy(fresh_installation, wall)
        for name in ("read_carelessly", "write_carelessly"):
            (place,) = operations[name].places
            found = await wall.leaks(operations[name], place, wall.asking.key)
            assert len(found) >= least_found, name
            assert bool(found) == is_open, found
