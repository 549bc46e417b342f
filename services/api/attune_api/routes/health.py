"""Probes for whoever runs the service. They say nothing that a stranger could use."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from fastapi import APIRouter
from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.kernel.db import Database
from attune.kernel.errors import AttuneError, Kind
from attune.kernel.restoration import WHAT_TO_DO, awaited_since
from attune.organisations import repository
from attune_api.answers import answer
from attune_api.routing import AttuneRoute

READY_SECONDS: Final = 1.0

router = APIRouter(route_class=AttuneRoute, redirect_slashes=False, include_in_schema=False)

_log = structlog.stdlib.get_logger("attune.api")


class NotReady(AttuneError):
    """PostgreSQL does not answer, its schema is older than this code, or it was restored and erasures are missing."""

    kind = Kind.UNAVAILABLE
    code = "not_ready"
    detail = "The service cannot answer requests right now."


class Health(BaseModel):
    """How it is."""

    status: str


HEALTH: Final = TypeAdapter(Health)


@router.get("/livez")
async def livez() -> Response:
    """Whether the process answers at all."""
    return answer(HEALTH, Health(status="alive"))


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Whether requests can be answered: PostgreSQL is there and migrated. Redis is not needed for that."""
    state = request.app.state
    try:
        async with asyncio.timeout(READY_SECONDS):
            revision, awaits_erasures = await _look(state.database)
    except (AttuneError, TimeoutError) as error:
        _log.warning("not_ready", error_class=type(error).__name__)
        raise NotReady from error
    # Revisions count upwards; a newer one is this code's successor being rolled out, which it has to live with.
    if revision < state.revision:
        _log.warning("not_ready", database_revision=revision, code_revision=state.revision)
        raise NotReady
    if awaits_erasures:
        _log.error("not_ready", what_to_do=WHAT_TO_DO)
        raise NotReady
    return answer(HEALTH, Health(status="ready"))


async def _look(database: Database) -> tuple[str, bool]:
    """The schema's revision, and whether a restore still owes its erasures."""
    async with database.read(None) as tx:
        return await repository.get_schema_revision(tx), await awaited_since(tx) is not None
