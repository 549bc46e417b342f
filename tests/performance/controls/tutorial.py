"""The same endpoints as a FastAPI tutorial would write them: a session for each request, models in, models out.

It does what the product does (the caller's key is looked up, consent asked, the idempotency key claimed, the event and its
place in the queue written, row-level security served) on the same tables as the same role. What it leaves out only makes it
faster: limits, problems, sealed texts, the check that a key is alive beside the work.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import col, select

from attune.audit.model import AuditEntryTable, AuditHeadTable
from attune.check_ins.model import CheckInTable
from attune.consent.model import ConsentStateTable
from attune.customers.model import CustomerTable
from attune.insights.model import TeamDashboardContributorTable, TeamDashboardTable
from attune.interactions.model import InteractionTable
from attune.kernel.ids import new_id, shard_of
from attune.kernel.tables import EventPendingTable, EventTable, IdempotencyKeyTable, ProjectionTable
from attune.organisations.model import ApiKeyTable
from attune.people.model import PersonTable, TeamTable
from attune.sentiment.model import Measure, Modality, Moment, SignalReferenceTable, SignalTable, Source

TENANT = UUID(os.environ["TENANT_ID"])

engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"), pool_size=10, max_overflow=0
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


def new(table: Any, **values: Any) -> Any:
    """A row, of whose columns PostgreSQL fills in some."""
    return table(**values)


class Reference(BaseModel):
    source: str
    external_id: str


class ScaleIn(BaseModel):
    min: Decimal
    max: Decimal


class SignalIn(BaseModel):
    customer_id: UUID
    interaction_id: UUID
    external_ref: Reference
    measure: Measure
    moment: Moment
    original_value: Decimal
    scale: ScaleIn
    tags: list[str]
    source: Source
    modality: Modality
    observed_at: datetime


class SignalStored(BaseModel):
    id: UUID
    status: str


class SignalOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    customer_id: UUID
    interaction_id: UUID | None
    turn_position: int | None
    measure: Measure
    moment: Moment
    value: float
    original_value: float
    scale_min: float
    scale_max: float
    tags: list[str]
    source: Source
    modality: Modality
    confidence: float | None
    author_id: UUID | None
    observed_at: datetime
    expires_at: datetime | None
    recorded_at: datetime


class SignalsOut(BaseModel):
    status: str
    data: list[SignalOut]


class CheckInIn(BaseModel):
    person_id: UUID
    week_of: date


class CheckInOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    person_id: UUID
    lead_id: UUID
    team_id: UUID | None
    week_of: date
    status: str
    submitted_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class DashboardOut(BaseModel):
    team_id: UUID
    month: str
    as_of: datetime | None
    people: int
    interactions: int
    handle_seconds: int
    intensity_sum: float
    intensity_count: int
    recovery_sum: float
    recovery_count: int
    escalations_opened: int
    escalations_resolved: int
    check_ins_open: int
    check_ins_kept: int


async def get_session(attune_purpose: Annotated[str, Header()] = "") -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        await session.execute(text("SELECT set_config('attune.tenant', :t, true)"), {"t": str(TENANT)})
        await session.execute(text("SELECT set_config('attune.purpose', :p, true)"), {"p": attune_purpose})
        yield session
        await session.commit()


Session = Annotated[AsyncSession, Depends(get_session, scope="function")]


async def get_caller(session: Session, authorization: Annotated[str, Header()]) -> ApiKeyTable:
    key = await session.get(ApiKeyTable, (TENANT, UUID(os.environ["KEY_ID"])))
    if authorization != f"Bearer {os.environ['API_KEY']}" or key is None or key.revoked_at is not None:
        raise HTTPException(401)
    return key


Caller = Annotated[ApiKeyTable, Depends(get_caller)]


async def add_event(
    session: AsyncSession, caller: ApiKeyTable, kind: str, target: str, about: UUID, concerns: UUID, version: int | None,
    purpose: Any, data: dict[str, Any]
) -> None:  # fmt: skip
    event = new(EventTable, tenant_id=TENANT, event_id=new_id(), kind=kind, schema_version=1, outcome="done", target_kind=target,
        target_id=about, version=version, concerns=concerns, actor_kind="api_key", actor_id=caller.id, purpose=purpose,
        request_id=None, traceparent=None, data=data, occurred_at=datetime.now(UTC)
    )  # fmt: skip
    session.add(event)
    await session.flush()
    session.add(new(EventPendingTable, shard=shard_of(TENANT), pos=event.pos, tenant_id=TENANT))


async def claim(
    session: AsyncSession, caller: ApiKeyTable, operation: str, key: str, body: BaseModel, made: UUID
) -> None:
    before = await session.get(IdempotencyKeyTable, (TENANT, caller.id, operation, key))
    if before is not None:
        raise HTTPException(409)
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).digest()
    session.add(
        new(IdempotencyKeyTable, tenant_id=TENANT, principal_id=caller.id, operation=operation, key=key, fingerprint=fingerprint,
            resource_id=made, outcome=None
        )
    )  # fmt: skip


@app.post("/v1/signals", status_code=201)
async def record_signal(
    body: SignalIn, session: Session, caller: Caller, idempotency_key: Annotated[str, Header()]
) -> SignalStored:
    signal_id = new_id()
    await claim(session, caller, "record_signal", idempotency_key, body, signal_id)
    customer = await session.get(CustomerTable, (TENANT, body.customer_id))
    interaction = await session.get(InteractionTable, (TENANT, body.interaction_id))
    if customer is None or interaction is None or interaction.customer_id != customer.id:
        raise HTTPException(422)
    consents = await session.scalars(
        select(ConsentStateTable).where(
            ConsentStateTable.tenant_id == TENANT, ConsentStateTable.customer_id == customer.id
        )
    )
    if not any(consent.choice == "granted" for consent in consents):
        raise HTTPException(403)
    reference = body.external_ref
    if await session.get(SignalReferenceTable, (TENANT, reference.source, reference.external_id)) is not None:
        raise HTTPException(409)
    session.add(
        new(SignalReferenceTable, tenant_id=TENANT, external_source=reference.source, external_id=reference.external_id, signal_id=signal_id,
            customer_id=customer.id
        )
    )  # fmt: skip
    share = (body.original_value - body.scale.min) / (body.scale.max - body.scale.min)
    session.add(
        new(SignalTable, tenant_id=TENANT, id=signal_id, customer_id=customer.id, interaction_id=interaction.id, turn_position=None,
            measure=body.measure, moment=body.moment, value=-share, original_value=body.original_value,
            scale_min=body.scale.min, scale_max=body.scale.max, tags=body.tags, note_sealed=None, source=body.source,
            modality=body.modality, confidence=None, author_id=None, observed_at=body.observed_at, expires_at=None,
            # Given, since reading the database's own back would need the right to read.
            recorded_at=datetime.now(UTC),
        )
    )  # fmt: skip
    data = {"interaction_id": str(interaction.id), "measure": body.measure, "moment": body.moment}
    await add_event(session, caller, "signal.recorded", "signal", signal_id, customer.id, None, None, data)
    return SignalStored(id=signal_id, status="stored")


@app.get("/v1/customers/{customer_id}/signals")
async def list_signals(
    customer_id: UUID, session: Session, caller: Caller, attune_purpose: Annotated[str, Header()], limit: int = 50
) -> SignalsOut:
    if await session.get(CustomerTable, (TENANT, customer_id)) is None:
        raise HTTPException(404)
    consent = await session.get(ConsentStateTable, (TENANT, customer_id, attune_purpose))
    if consent is None or consent.choice != "granted":
        return SignalsOut(status="withheld", data=[])
    rows = await session.scalars(
        select(SignalTable)
        .where(SignalTable.tenant_id == TENANT, SignalTable.customer_id == customer_id)
        .order_by(col(SignalTable.observed_at).desc(), col(SignalTable.id).desc())
        .limit(limit)
    )
    found = [SignalOut.model_validate(row) for row in rows]
    await add_event(
        session, caller, "signals.read", "customer", customer_id, customer_id, None, attune_purpose, {"count": len(found)}
    )  # fmt: skip
    return SignalsOut(status="available", data=found)


@app.post("/v1/check-ins", status_code=201)
async def open_check_in(
    body: CheckInIn, session: Session, caller: Caller, idempotency_key: Annotated[str, Header()]
) -> CheckInOut:
    check_in_id = new_id()
    await claim(session, caller, "open_check_in", idempotency_key, body, check_in_id)
    person = await session.get(PersonTable, (TENANT, body.person_id))
    if person is None:
        raise HTTPException(422)
    check_in: Any = new(
        CheckInTable, tenant_id=TENANT, id=check_in_id, person_id=person.id, lead_id=person.lead_id,
        team_id=person.team_id, week_of=body.week_of, status="open"
    )  # fmt: skip
    session.add(check_in)
    await session.flush()
    await session.refresh(check_in)
    data = {"person_id": str(person.id), "team_id": str(person.team_id), "week_of": str(body.week_of)}
    await add_event(session, caller, "check_in.opened", "check_in", check_in_id, person.id, 1, None, data)
    return CheckInOut.model_validate(check_in)


@app.get("/v1/teams/{team_id}/dashboard")
async def get_dashboard(team_id: UUID, month: str, session: Session, caller: Caller) -> DashboardOut:
    if await session.get(TeamTable, (TENANT, team_id)) is None:
        raise HTTPException(404)
    projection = await session.get(ProjectionTable, "team_dashboard")
    audit = await session.get(ProjectionTable, "audit")
    if projection is None or audit is None:
        raise HTTPException(503)
    first = date.fromisoformat(f"{month}-01")
    cell = await session.get(TeamDashboardTable, (TENANT, projection.active_generation, team_id, first))
    head = await session.get(AuditHeadTable, (TENANT, audit.active_generation))
    if cell is None or head is None:
        raise HTTPException(404)
    last = await session.get(AuditEntryTable, (TENANT, audit.active_generation, head.size - 1))
    people = await session.scalar(
        select(func.count())
        .select_from(TeamDashboardContributorTable)
        .where(
            TeamDashboardContributorTable.tenant_id == TENANT,
            TeamDashboardContributorTable.generation == projection.active_generation,
            TeamDashboardContributorTable.team_id == team_id,
            TeamDashboardContributorTable.month == first,
            TeamDashboardContributorTable.contributor_kind == "person",
        )
    )
    values = {name: getattr(cell, name) for name in DashboardOut.model_fields if hasattr(cell, name)}
    as_of = None if last is None else last.recorded_at
    return DashboardOut(**{**values, "month": month, "as_of": as_of, "people": people or 0})


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    return {"status": "ready"}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), loop="uvloop", http="httptools", access_log=False)
