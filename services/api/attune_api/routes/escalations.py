"""Escalations: conversations handed on, with what the next person must know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from attune.escalations import repository, service
from attune.escalations.model import Escalation, EscalationStatus, Severity
from attune.kernel.ids import new_id
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Vault
from attune_api.answers import ExpectedVersion, answer, created, etag, versioned
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.idempotency import claim_key
from attune_api.openapi import problems
from attune_api.paging import Listing
from attune_api.purposes import OptionalPurpose
from attune_api.refusal_counts import count_refusals
from attune_api.routes.schemas.escalations import (
    ESCALATION,
    OPENED,
    PAGE,
    WITH_TEXTS,
    AcceptIn,
    BounceIn,
    ContextKept,
    EmotionalContextOut,
    EscalationIn,
    EscalationOpened,
    EscalationOut,
    EscalationPage,
    EscalationWithTexts,
    ResolveIn,
)
from attune_api.routes.schemas.gate import GATE_REASONS
from attune_api.routes.schemas.lists import ChangesQuery, cut_changes, position_of
from attune_api.routes.schemas.references import name_of, name_of_if_any, to_domain_if_any
from attune_api.routing import noun_router
from attune_api.schemas import RequestModel
from attune_api.transactions import reading, writing

router = noun_router("/escalations", "Escalations")

_AUDITED: Final = {"x-audited": True}


class EscalationsQuery(ChangesQuery):
    """The filters of the list of escalations."""

    status: EscalationStatus | None = None
    team_id: UUID | None = Field(default=None, description="Only those handed to this team.")
    severity: Severity | None = None


@router.post(
    "",
    status_code=201,
    summary="Open an escalation",
    response_model=EscalationOpened,
    responses={200: {"model": EscalationOpened, "description": "The reference was there before"}, **problems(409)},
)
async def open_escalation(
    request: Request, body: EscalationIn, caller: Annotated[Caller, require("escalations:write")]
) -> Response:
    """Hands a conversation on to a team. The emotional context is required; it is kept only where the customer allows
    service_contact, else it is dropped and the answer says why."""
    escalation_id = new_id()
    vault: Vault = request.app.state.vault
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=escalation_id)
        if claim.replay is not None and claim.replay.resource_id is not None:
            escalation = await service.get_escalation(tx, claim.replay.resource_id)
            kept = ContextKept.model_validate((claim.replay.outcome or {})["emotional_context"])
            return claim.marked(_opened(escalation, kept, is_new=(claim.replay.outcome or {})["is_new"]))
        opened = await service.open_escalation(
            tx,
            vault,
            escalation_id=escalation_id,
            opened_by_id=caller.person_id,
            customer=name_of(body.customer_ref, body.customer_id),
            interaction=name_of_if_any(body.interaction_ref, body.interaction_id),
            team=name_of(body.team_ref, body.team_id),
            severity=body.severity,
            handoff=body.to_handoff(),
            emotional_context=None if body.emotional_context is None else body.emotional_context.to_domain(),
            external_ref=to_domain_if_any(body.external_ref),
        )
        kept = ContextKept.of(opened)
        if opened.context is not None and not opened.context.is_granted:
            count_refusals("open_escalation", kept.reason)
        await claim.remember(
            {"emotional_context": kept.model_dump(mode="json"), "is_new": opened.is_new},
            resource_id=opened.escalation.id,
        )
        return _opened(opened.escalation, kept, is_new=opened.is_new)


@router.get("", summary="List escalations", response_model=EscalationPage)
async def list_escalations(
    request: Request,
    caller: Annotated[Caller, require("escalations:read")],
    query: Annotated[EscalationsQuery, Query()],
) -> Response:
    """Escalations in the order of their last change, without a word of what happened."""
    listing = Listing.of(request, caller, query, "escalations")
    async with reading(request, caller) as tx:
        rows = await repository.list_escalations(
            tx,
            after=position_of(listing, query),
            status=query.status,
            team_id=query.team_id,
            severity=query.severity,
            limit=listing.fetch,
        )
        page = cut_changes(listing, rows)
        shown = EscalationPage(
            data=[EscalationOut.of(row) for row in page.rows], next_cursor=page.next_cursor, has_more=page.has_more
        )
        return answer(PAGE, shown)


@router.get(
    "/{escalation_id:uuid}", summary="Read an escalation", response_model=EscalationWithTexts, openapi_extra=_AUDITED
)
async def get_escalation(
    request: Request,
    escalation_id: UUID,
    caller: Annotated[Caller, require("escalations:read")],
    purpose: OptionalPurpose = None,
) -> Response:
    """What happened, what was promised and what comes next; and, for a declared purpose that the customer allows, how
    they feel about it. What was read and what was withheld is on the audit log before the answer leaves. The ETag is for
    `If-Match`; this answer is never 304."""
    vault: Vault = request.app.state.vault
    async with writing(request, caller, purpose) as tx:
        escalation = await service.get_escalation(tx, escalation_id)
        handoff = await service.read_handoff(tx, vault, escalation)
        context = None if purpose is None else await service.read_context(tx, vault, escalation, purpose)
        if context is not None and not context.decision.is_granted:
            count_refusals("get_escalation", GATE_REASONS[context.decision.reason])
        shown = EscalationWithTexts.of(
            escalation,
            what_happened=handoff.what_happened,
            promises_made=handoff.promises_made,
            next_step=handoff.next_step,
            emotional_context=EmotionalContextOut.of(context),
        )
        return answer(WITH_TEXTS, shown, headers={"etag": etag(escalation.version)})


@router.post("/{escalation_id:uuid}:accept", summary="Accept an escalation", response_model=EscalationOut)
async def accept_escalation(
    request: Request,
    escalation_id: UUID,
    version: ExpectedVersion,
    caller: Annotated[Caller, require("escalations:write")],
    body: AcceptIn | None = None,
) -> Response:
    """Takes an offered escalation. Who signs in has it from then on."""

    async def accept(tx: WriteTransaction) -> Escalation:
        return await service.accept_escalation(
            tx,
            escalation_id,
            version=version,
            assignee_id=caller.person_id,
            customer_had_to_repeat=None if body is None else body.customer_had_to_repeat,
        )

    return await _step(request, caller, escalation_id, body, accept)


@router.post("/{escalation_id:uuid}:bounce", summary="Hand an escalation back", response_model=EscalationOut)
async def bounce_escalation(
    request: Request,
    escalation_id: UUID,
    body: BounceIn,
    version: ExpectedVersion,
    caller: Annotated[Caller, require("escalations:write")],
) -> Response:
    """Hands an offered escalation back, with the reason."""

    async def bounce(tx: WriteTransaction) -> Escalation:
        return await service.bounce_escalation(tx, escalation_id, version=version, reason=body.reason)

    return await _step(request, caller, escalation_id, body, bounce)


@router.post("/{escalation_id:uuid}:resolve", summary="Resolve an escalation", response_model=EscalationOut)
async def resolve_escalation(
    request: Request,
    escalation_id: UUID,
    body: ResolveIn,
    version: ExpectedVersion,
    caller: Annotated[Caller, require("escalations:write")],
) -> Response:
    """Ends an accepted escalation, and says whether the customer recovered."""

    async def resolve(tx: WriteTransaction) -> Escalation:
        return await service.resolve_escalation(
            tx,
            escalation_id,
            version=version,
            resolution=body.resolution,
            customer_had_to_repeat=body.customer_had_to_repeat,
        )

    return await _step(request, caller, escalation_id, body, resolve)


async def _step(
    request: Request,
    caller: Caller,
    escalation_id: UUID,
    body: RequestModel | None,
    take: Callable[[WriteTransaction], Awaitable[Escalation]],
) -> Response:
    """Take a step, once for each Idempotency-Key."""
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=escalation_id)
        if claim.replay is not None:
            return claim.marked(_changed(request, await service.get_escalation(tx, escalation_id)))
        return _changed(request, await take(tx))


def _changed(request: Request, escalation: Escalation) -> Response:
    return versioned(request, ESCALATION, EscalationOut.of(escalation), escalation.version)


def _opened(escalation: Escalation, kept: ContextKept, *, is_new: bool) -> Response:
    return created(
        OPENED,
        EscalationOpened.of(escalation, emotional_context=kept),
        location=f"/v1/escalations/{escalation.id}",
        version=escalation.version,
        status=201 if is_new else 200,
    )
