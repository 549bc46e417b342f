"""The audit log: who did and saw what, and who was refused."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.audit.model import AuditFilter, SealedEntry
from attune.audit.service import search_audit
from attune.kernel.context import ActorKind
from attune.kernel.cursors import CursorInvalid
from attune.kernel.events import Outcome
from attune.kernel.purposes import Purpose
from attune_api.answers import answer
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.paging import Listing, PageQuery
from attune_api.routing import noun_router
from attune_api.schemas import ResponseModel, Timestamp
from attune_api.transactions import writing

router = noun_router("/audit", "Audit")

_AUDITED: Final = {"x-audited": True}


class AuditQuery(PageQuery):
    """What to look for. Times are those of recording: `from` is included, `to` is not."""

    actor_id: UUID | None = Field(default=None, description="Who did it: a person or an API key.")
    target_id: UUID | None = Field(default=None, description="The thing it happened to.")
    concerns: UUID | None = Field(default=None, description="The customer or person whose data it is.")
    action: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=64)] | None = Field(
        default=None, description="What was done, such as escalation.opened."
    )
    purpose: Purpose | None = None
    outcome: Outcome | None = None
    recorded_from: Timestamp | None = Field(default=None, alias="from")
    recorded_to: Timestamp | None = Field(default=None, alias="to")

    def wanted(self) -> AuditFilter:
        """The same, as the domain has it."""
        return AuditFilter(
            actor_id=self.actor_id,
            target_id=self.target_id,
            concerns=self.concerns,
            action=self.action,
            purpose=self.purpose,
            outcome=self.outcome,
            recorded_from=self.recorded_from,
            recorded_to=self.recorded_to,
        )


class AuditActor(ResponseModel):
    """Who did it. The worker, the operator's command line and strangers have no id."""

    kind: ActorKind
    id: UUID | None


class AuditTarget(ResponseModel):
    """What it happened to."""

    kind: str = Field(examples=["escalation"])
    id: UUID


class AuditEntryOut(ResponseModel):
    """One entry. Ids, enums, times and counts; never what somebody felt or wrote."""

    seq: int = Field(description="Its place in the organisation's log, from 0 without gaps.", examples=[4711])
    event_id: UUID
    action: str = Field(examples=["escalation.opened"])
    schema_version: int = Field(description="The version of the form of `data`.", examples=[1])
    outcome: Outcome
    actor: AuditActor
    target: AuditTarget
    version: int | None = Field(description="The target's version after a change; null for an access.", examples=[1])
    concerns: UUID | None = Field(description="The customer or person whose data it is.")
    purpose: Purpose | None
    request_id: str | None = Field(examples=["01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d"])
    occurred_at: Timestamp
    recorded_at: Timestamp
    data: dict[str, Any] = Field(description="What else belongs to this action.", examples=[{"severity": "high"}])
    leaf_hash: str = Field(
        description="The RFC 6962 leaf hash of the entry's canonical bytes, in hexadecimal.",
        examples=["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
    )

    @classmethod
    def of(cls, sealed: SealedEntry) -> Self:
        """The entry as it is answered."""
        entry = sealed.entry
        return cls(
            seq=entry.seq,
            event_id=entry.event_id,
            action=entry.action,
            schema_version=entry.schema_version,
            outcome=entry.outcome,
            actor=AuditActor(kind=entry.actor_kind, id=entry.actor_id),
            target=AuditTarget(kind=entry.target_kind, id=entry.target_id),
            version=entry.version,
            concerns=entry.concerns,
            purpose=entry.purpose,
            request_id=entry.request_id,
            occurred_at=entry.occurred_at,
            recorded_at=entry.recorded_at,
            data=dict(entry.data),
            leaf_hash=sealed.leaf_hash.hex(),
        )


class AuditPageOut(ResponseModel):
    """Entries, the latest first."""

    data: list[AuditEntryOut]
    next_cursor: str | None = Field(examples=[None])
    has_more: bool
    as_of: Timestamp | None = Field(
        description="The log holds everything recorded up to this moment; null before anything is in it."
    )
    size: int = Field(description="How many entries the log has.", examples=[4712])


PAGE: Final = TypeAdapter(AuditPageOut)


@router.get("/entries", summary="Search the audit log", response_model=AuditPageOut, openapi_extra=_AUDITED)
async def search_audit_entries(
    request: Request, caller: Annotated[Caller, require("audit:read")], query: Annotated[AuditQuery, Query()]
) -> Response:
    """Entries that match all filters, the latest first. The search itself becomes an entry, since it shows who did what.
    Entries about a person's own load are shown to that person alone; `seq` passes over them."""
    listing = Listing.of(request, caller, query, "audit_entries", viewer=caller.person_id)
    async with writing(request, caller) as tx:
        found = await search_audit(
            tx, query.wanted(), before=_before(listing), limit=listing.limit, person_id=caller.person_id
        )
        next_cursor = None
        if found.has_more:
            next_cursor = listing.codec.encode(
                [found.entries[-1].entry.seq],
                tenant_id=listing.tenant_id,
                listing=listing.name,
                filters=listing.filters,
            )
        shown = AuditPageOut(
            data=[AuditEntryOut.of(sealed) for sealed in found.entries],
            next_cursor=next_cursor,
            has_more=found.has_more,
            as_of=found.head.as_of if found.head is not None else None,
            size=found.head.size if found.head is not None else 0,
        )
        return answer(PAGE, shown)


def _before(listing: Listing) -> int | None:
    """The sequence number behind which the page begins."""
    if listing.after is None:
        return None
    try:
        (seq,) = listing.after
        return int(seq)
    except ValueError as error:
        raise CursorInvalid from error
