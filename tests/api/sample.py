"""A few routes that no product noun is needed for: what the edge does around any route is tested on them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Query
from pydantic import Field, TypeAdapter, model_validator
from starlette.requests import Request
from starlette.responses import Response

from attune.kernel.context import ActorKind
from attune.kernel.db import DatabaseBusy
from attune.kernel.errors import AttuneError, Kind, Refusal
from attune.kernel.ids import new_id
from attune.kernel.vault import Vault
from attune.organisations.service import add_identity_provider
from attune_api.answers import ExpectedVersion, answer, created, problem_from, versioned
from attune_api.app import create_app
from attune_api.auth.caller import Caller
from attune_api.auth.scopes import require
from attune_api.idempotency import claim_key
from attune_api.paging import Listing, PageQuery
from attune_api.purposes import RequiredPurpose
from attune_api.routing import noun_router
from attune_api.schemas import ExternalRef, RequestModel, ResponseModel, Timestamp, require_one_of
from attune_api.settings import Settings
from attune_api.transactions import context_of, writing

router = noun_router("/samples", "Samples")


class SampleIn(RequestModel):
    """What is sent."""

    name: Annotated[str, Field(min_length=2, max_length=20, examples=["first"])]
    weight: Annotated[float, Field(ge=0, le=1)] = 0.5
    at: Timestamp | None = None
    tags: Annotated[list[Annotated[str, Field(pattern="^[a-z_]{1,32}$")]], Field(max_length=3)] = Field(
        default_factory=list
    )
    customer_id: UUID | None = None
    customer_ref: ExternalRef | None = None

    @model_validator(mode="after")
    def _names_one_customer(self) -> SampleIn:
        require_one_of(self, "customer_id", "customer_ref")
        return self


class SampleOut(ResponseModel):
    """What is answered."""

    id: UUID
    name: str = Field(examples=["first"])
    at: Timestamp | None


class SamplePage(ResponseModel):
    """A page."""

    data: list[int]
    next_cursor: str | None
    has_more: bool


class SampleQuery(PageQuery):
    """Its own filter."""

    colour: Annotated[str | None, Field(max_length=10)] = None


class Seen(ResponseModel):
    """What the transaction carries."""

    purpose: str | None
    request_id: str | None
    traceparent: str | None
    actor_kind: ActorKind


class TooBlue(AttuneError):
    """A refusal of the domain that points somewhere."""

    kind = Kind.CONFLICT
    code = "too_blue"
    detail = "This is too blue."


OUT = TypeAdapter(SampleOut)
PAGE = TypeAdapter(SamplePage)
SEEN = TypeAdapter(Seen)


@router.post("", status_code=201, summary="Make a sample", response_model=SampleOut)
async def make_sample(
    request: Request, body: SampleIn, caller: Annotated[Caller, require("signals:write")]
) -> Response:
    """Makes a sample, or refuses one named `refused`."""
    sample_id = new_id()
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=sample_id)
        if claim.refusal is not None:
            return claim.marked(problem_from(request, claim.refusal))
        if claim.replay is not None and claim.replay.resource_id is not None:
            again = SampleOut(id=claim.replay.resource_id, name=body.name, at=body.at)
            return claim.marked(created(OUT, again, location=f"/v1/samples/{again.id}"))
        if body.name == "refused":
            refusal = await claim.refuse(Refusal(Kind.FORBIDDEN, "consent_missing", "There is no live consent."))
            return problem_from(request, refusal)
        if body.name == "too blue":
            raise TooBlue(pointer="/name")
        # An effect that can be counted: the sample is an identity provider.
        await add_identity_provider(tx, issuer=body.name, audience=str(sample_id), jwks_uri="https://idp.example/jwks")
        sample = SampleOut(id=sample_id, name=body.name, at=body.at)
        return created(OUT, sample, location=f"/v1/samples/{sample_id}", version=1)


@router.get("", summary="List samples", response_model=SamplePage)
async def list_samples(
    request: Request, caller: Annotated[Caller, require("signals:read")], query: Annotated[SampleQuery, Query()]
) -> Response:
    """Numbers from 1 to 10."""
    listing = Listing.of(request, caller, query, "samples")
    after = 0 if listing.after is None else int(listing.after[0])
    page = listing.cut(range(after + 1, min(after + 1 + listing.fetch, 11)), key=lambda number: (number,))
    return answer(PAGE, SamplePage(data=list(page.rows), next_cursor=page.next_cursor, has_more=page.has_more))


@router.get("/context", summary="See the context", response_model=Seen)
async def get_sample_context(
    request: Request, caller: Annotated[Caller, require("signals:read")], purpose: RequiredPurpose
) -> Response:
    """What a transaction would carry."""
    context = context_of(request, caller, purpose)
    return answer(
        SEEN,
        Seen(
            purpose=context.purpose,
            request_id=context.request_id,
            traceparent=context.traceparent,
            actor_kind=context.actor.kind,
        ),
    )


@router.get("/{sample_id:uuid}", summary="Read a sample", response_model=SampleOut)
async def get_sample(request: Request, sample_id: UUID, caller: Annotated[Caller, require("signals:read")]) -> Response:
    """Always version 3."""
    return versioned(request, OUT, SampleOut(id=sample_id, name="third", at=None), 3)


@router.patch("/{sample_id:uuid}", summary="Change a sample", response_model=SampleOut)
async def change_sample(
    request: Request,
    sample_id: UUID,
    caller: Annotated[Caller, require("signals:write")],
    version: ExpectedVersion,
) -> Response:
    """Answers with the version that was expected."""
    return versioned(request, OUT, SampleOut(id=sample_id, name=f"version {version}", at=None), version + 1)


@router.get("/broken", summary="Break", response_model=SampleOut)
async def break_sample(caller: Annotated[Caller, require()]) -> Response:
    """Fails with a text that nobody may see."""
    raise ValueError("the customer said: I am furious")


@router.get("/busy", summary="Be busy", response_model=SampleOut)
async def find_busy_sample(caller: Annotated[Caller, require()]) -> Response:
    """PostgreSQL has no time."""
    raise DatabaseBusy


@router.post("/{sample_id:uuid}:paint", summary="Paint a sample", status_code=204)
async def paint_sample(sample_id: UUID, caller: Annotated[Caller, require("signals:write")]) -> Response:
    """A custom verb."""
    return Response(None, 204)


@router.post(":batchCreate", summary="Make many", status_code=204)
async def make_samples(
    body: Annotated[list[SampleIn], Field(max_length=2000)], caller: Annotated[Caller, require("signals:write")]
) -> Response:
    """A batch."""
    return Response(None, 204)


def sample_app(settings: Settings, vault: Vault | None = None) -> FastAPI:
    """The product's application with these routes added."""
    app = create_app(settings)
    app.router.routes.extend(router.routes)
    if vault is not None:
        app.state.vault = vault
    return app
