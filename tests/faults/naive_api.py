"""The product's API with two planted faults beside it, under addresses of their own: the harnesses must see them.

`POST /v1/naive-signals` checks its idempotency key and then acts, as is so often done: look, do, note. And
`PATCH /v1/naive-people/{id}` compares the version in one transaction and writes in another.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Annotated
from uuid import UUID

import uvicorn
from starlette.requests import Request
from starlette.responses import Response

from attune.kernel.ids import new_id
from attune.people.service import get_person
from attune.sentiment import service
from attune_api.answers import ExpectedVersion, answer, versioned
from attune_api.app import create_app
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.exchange import header_of
from attune_api.routes.people import PERSON
from attune_api.routes.schemas.people import PersonOut, PersonPatch
from attune_api.routes.schemas.signals import STORED, SignalIn, SignalStored, StoredStatus
from attune_api.routing import noun_router
from attune_api.settings import load_settings
from attune_api.transactions import reading, writing

signals = noun_router("/naive-signals", "Naive")
people = noun_router("/naive-people", "Naive")

THINKING_SECONDS = 0.005
"""Between looking and doing, as a call to another system would take."""

_LOOK = "SELECT resource_id FROM idempotency_key WHERE tenant_id = $1 AND principal_id = $2 AND key = $3"
_NOTE = (
    "INSERT INTO idempotency_key (tenant_id, principal_id, operation, key, fingerprint, resource_id)"
    " VALUES ($1, $2, 'naive', $3, '\\x00', $4) ON CONFLICT DO NOTHING"
)


@signals.post("", status_code=201, summary="Record a signal, naively", response_model=SignalStored)
async def record_naively(
    request: Request, body: SignalIn, caller: Annotated[Caller, require("signals:write")]
) -> Response:
    """Looks for the key, then acts, then notes the key: three statements, and nothing that keeps two requests apart."""
    key = header_of(request.scope, b"idempotency-key")
    signal_id = new_id()
    async with writing(request, caller) as tx:
        made = await tx.fetch_value(_LOOK, tx.tenant_id, caller.principal_id, key)
        if made is None:
            await asyncio.sleep(THINKING_SECONDS)
            await service.record_signal(tx, request.app.state.vault, body.to_signal(signal_id), author_id=None)
            await tx.execute(_NOTE, tx.tenant_id, caller.principal_id, key, signal_id)
        stored = SignalStored(id=made or signal_id, status=StoredStatus.STORED)
        return answer(STORED, stored, status=201)


@people.patch("/{person_id:uuid}", summary="Change a person, naively", response_model=PersonOut)
async def change_naively(
    request: Request,
    person_id: UUID,
    body: PersonPatch,
    caller: Annotated[Caller, require("people:write")],
    version: ExpectedVersion,
) -> Response:
    """Compares the version in a transaction of its own, and believes it still."""
    async with reading(request, caller) as tx:
        if (await get_person(tx, person_id)).version != version:
            return Response(None, 412)
    await asyncio.sleep(THINKING_SECONDS)
    async with writing(request, caller) as tx:
        await tx.execute(
            "UPDATE person SET display_name = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            person_id,
            body.display_name,
        )
        person = await get_person(tx, person_id)
        return versioned(request, PERSON, PersonOut.of(person), person.version)


def main() -> None:
    """Serve as the product does, with these routes added."""
    settings = load_settings()
    app = create_app(settings)
    app.router.routes.extend([*signals.routes, *people.routes])
    assert settings.listen_fd is not None
    uvicorn.Server(uvicorn.Config(app, loop="uvloop", http="httptools", lifespan="on", log_config=None)).run(
        sockets=[socket.socket(fileno=settings.listen_fd)]
    )


if __name__ == "__main__":
    main()
