"""The ceiling: Starlette and asyncpg with the product's own SQL, in the same round trips, and nothing around it.

Nobody is authenticated, nothing validated, limited, logged or answered as a problem; the organisation and its key come from
the environment. What the product costs above this is the price of its edge.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from pydantic_core import from_json, to_json
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from attune.kernel.context import Actor, ActorKind, Context
from attune.kernel.ids import new_id, shard_of
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import begin_statement
from tests.performance.controls import statements as sql

TENANT = UUID(os.environ["TENANT_ID"])
KEY = UUID(os.environ["KEY_ID"])
SHARD = shard_of(TENANT)
CONTEXT = Context(TENANT, Actor(ActorKind.API_KEY, KEY), api_key_id=KEY)
WRITE = begin_statement(CONTEXT, read_only=False)
READ = begin_statement(CONTEXT, read_only=True)
READ_FOR = begin_statement(CONTEXT.for_purpose(Purpose.SERVICE_CONTACT), read_only=False)
FINGERPRINT = b"f" * 32


def answer(value: Any, status: int = 200) -> Response:
    return Response(to_json(value), status, media_type="application/json")


async def append(
    connection: asyncpg.Connection, kind: str, target: str, about: UUID, concerns: UUID, version: int | None,
    purpose: str | None, data: dict[str, Any]
) -> None:  # fmt: skip
    await connection.execute(
        sql.APPEND_ONE, SHARD, TENANT, new_id(), kind, 1, "done", target, about, version, concerns, "api_key", KEY, purpose,
        None, None, data, None
    )  # fmt: skip


async def claim(connection: asyncpg.Connection, request: Request, operation: str, made: UUID) -> None:
    key = request.headers["idempotency-key"]
    assert await connection.fetchval(sql.CLAIM, TENANT, KEY, operation, key, FINGERPRINT, made), "a key of its own"


async def record_signal(request: Request) -> Response:
    body = from_json(await request.body())
    signal_id = new_id()
    customer = UUID(body["customer_id"])
    reference = body["external_ref"]
    value = Decimal(body["original_value"])
    low, high = Decimal(body["scale"]["min"]), Decimal(body["scale"]["max"])
    async with request.app.state.pool.acquire() as connection:
        await connection.execute(WRITE)
        await claim(connection, request, "record_signal", signal_id)
        rows = await connection.fetch(
            sql.RECORD_SIGNAL, TENANT, None, signal_id, customer, None, None, UUID(body["interaction_id"]), None, None,
            reference["source"], reference["external_id"], None, body["measure"], body["moment"],
            -2 * (value - low) / (high - low) + 1, value, low, high, ",".join(body["tags"]), None, body["source"],
            body["modality"], None, datetime.fromisoformat(body["observed_at"]), None
        )  # fmt: skip
        assert rows[0]["is_stored"], "this customer consented"
        data = {"interaction_id": body["interaction_id"], "measure": body["measure"], "moment": body["moment"]}
        await append(connection, "signal.recorded", "signal", signal_id, customer, None, None, data)
        await connection.execute("COMMIT")
    return answer({"id": signal_id, "status": "stored"}, 201)


async def list_signals(request: Request) -> Response:
    customer = UUID(request.path_params["customer_id"])
    limit = int(request.query_params["limit"])
    async with request.app.state.pool.acquire() as connection:
        await connection.execute(READ_FOR)
        rows = await connection.fetch(sql.READ_SIGNALS, TENANT, "service_contact", *sql.NEWEST, limit + 1, customer)
        data = [
            {
                "id": row["id"],
                "customer_id": row["customer_id"],
                "interaction_id": row["interaction_id"],
                "turn_position": row["turn_position"],
                "measure": row["measure"],
                "moment": row["moment"],
                "value": float(row["value"]),
                "original_value": float(row["original_value"]),
                "scale": {"min": float(row["scale_min"]), "max": float(row["scale_max"])},
                "tags": row["tags"],
                "note": None,
                "source": row["source"],
                "modality": row["modality"],
                "confidence": row["confidence"],
                "author_id": row["author_id"],
                "observed_at": row["observed_at"],
                "expires_at": row["expires_at"],
                "recorded_at": row["recorded_at"],
            }
            for row in rows[:limit]
        ]
        await append(
            connection, "signals.read", "customer", customer, customer, None, "service_contact", {"count": len(data)}
        )
        await connection.execute("COMMIT")
    return answer({"status": "available", "reason": None, "customer_id": customer, "data": data, "has_more": False})


async def open_check_in(request: Request) -> Response:
    body = from_json(await request.body())
    check_in_id = new_id()
    person = UUID(body["person_id"])
    week = date.fromisoformat(body["week_of"])
    async with request.app.state.pool.acquire() as connection:
        await connection.execute(WRITE)
        await claim(connection, request, "open_check_in", check_in_id)
        (found,) = await connection.fetch(sql.PEOPLE_BY_ID, TENANT, [person])
        inserted = await connection.execute(
            sql.INSERT_CHECK_IN, TENANT, check_in_id, person, found["lead_id"], found["team_id"], week
        )
        assert inserted == "INSERT 0 1", "a week of its own"
        row = await connection.fetchrow(sql.GET_CHECK_IN, TENANT, check_in_id)
        data = {"person_id": str(person), "team_id": str(found["team_id"]), "week_of": body["week_of"]}
        await append(connection, "check_in.opened", "check_in", check_in_id, person, 1, None, data)
        await connection.execute("COMMIT")
    names = ("id", "person_id", "lead_id", "team_id", "week_of", "status", "submitted_at", "created_at", "updated_at")
    return answer({name: row[name] for name in names}, 201)


async def get_dashboard(request: Request) -> Response:
    team = UUID(request.path_params["team_id"])
    month = date.fromisoformat(request.query_params["month"] + "-01")
    async with request.app.state.pool.acquire() as connection:
        await connection.execute(READ)
        as_of = await connection.fetchval(sql.APPLIED, TENANT, SHARD, "team_dashboard")
        row = await connection.fetchrow(sql.GET_DASHBOARD, TENANT, team, month)
        await connection.execute("COMMIT")
    figures = {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}
    return answer({"team_id": team, "month": month, "as_of": as_of, "figures": figures})


async def readyz(request: Request) -> Response:
    return answer({"status": "ready"})


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        os.environ["DATABASE_URL"],
        min_size=1,
        max_size=10,
        connection_class=sql.WithoutReset,
        init=sql.prepare,
        statement_cache_size=500,
    ) as pool:
        app.state.pool = pool
        yield


app = Starlette(
    routes=[
        Route("/readyz", readyz),
        Route("/v1/signals", record_signal, methods=["POST"]),
        Route("/v1/customers/{customer_id}/signals", list_signals),
        Route("/v1/check-ins", open_check_in, methods=["POST"]),
        Route("/v1/teams/{team_id}/dashboard", get_dashboard),
    ],
    lifespan=lifespan,
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), loop="uvloop", http="httptools", access_log=False)
