"""Building answers, as bytes and inside the transaction, so that one which cannot be rendered undoes the change.

A route has one `TypeAdapter` for each of its answers, made once in its module:

    CHECK_IN = TypeAdapter(CheckInOut)

    async with reading(request, caller) as tx:
        check_in = await service.get_check_in(tx, check_in_id)
        return versioned(request, CHECK_IN, CheckInOut.of(check_in), check_in.version)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Header
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from attune.kernel.errors import AttuneError, Kind, Refusal, VersionStale
from attune_api.exchange import header_of
from attune_api.problems import ProblemWriter

T = TypeVar("T")

_JSON: Final = (b"content-type", b"application/json")
_VERSION: Final = re.compile(r'"v([1-9][0-9]{0,9})"')


class PreconditionRequired(AttuneError):
    """A change to something others change too needs to say which version it was made for."""

    kind = Kind.PRECONDITION_REQUIRED
    code = "precondition_required"
    detail = "Send the ETag you read as If-Match, so that nobody's change is lost."


class JsonAnswer(Response):
    """A JSON answer of bytes that are there already: without the passes over headers that Starlette's makes."""

    media_type = "application/json"

    def __init__(self, body: bytes, status: int, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [
            _JSON,
            (b"content-length", b"%d" % len(body)),
            *((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers),
        ]


def answer(
    adapter: TypeAdapter[T], value: T, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer. Names of headers are lower-case."""
    return JsonAnswer(adapter.dump_json(value), status, (headers or {}).items())


def created(
    adapter: TypeAdapter[T], value: T, *, location: str, version: int | None = None, status: int = 201
) -> Response:
    """The answer to a POST that made something: `location` is its address under this server, as `/v1/check-ins/…`."""
    headers = [("location", location)]
    if version is not None:
        headers.append(("etag", etag(version)))
    return JsonAnswer(adapter.dump_json(value), status, headers)


def versioned(request: Request, adapter: TypeAdapter[T], value: T, version: int, *, status: int = 200) -> Response:
    """An answer with its ETag, or 304 where the caller has just this version. Never for what is behind consent: a 304
    after a withdrawal would confirm what was kept."""
    tag = etag(version)
    known = header_of(request.scope, b"if-none-match") if request.method == "GET" else None
    if known is not None and _is_known(tag, known):
        return Response(None, 304, {"etag": tag})
    return JsonAnswer(adapter.dump_json(value), status, [("etag", tag)])


def nothing() -> Response:
    """204: done, and there is nothing to say about it."""
    return Response(None, 204)


def problem_from(request: Request, refusal: Refusal) -> Response:
    """The problem answer for a refusal that a service returned. Leave the transaction's block with it, so that the event
    that tells of the refusal is committed."""
    problems: ProblemWriter = request.scope["app"].state.problems
    return problems.refusal(request.scope, refusal)


def etag(version: int) -> str:
    """The strong ETag of a row's version."""
    return f'"v{version}"'


async def read_expected_version(
    if_match: Annotated[
        str | None, Header(alias="If-Match", description="The ETag of the version this change was made for.")
    ] = None,
) -> int:
    """The version in `If-Match`. Raises `PreconditionRequired`, and `VersionStale` for a tag that is none of ours."""
    if if_match is None or if_match.strip() == "*":
        # `*` would accept any version, which is just what is to be prevented.
        raise PreconditionRequired
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise VersionStale
    return int(found[1])


ExpectedVersion = Annotated[int, Depends(read_expected_version)]
"""`version: ExpectedVersion` in a route: the version the caller read, from `If-Match`. 428 without, 412 when stale."""


def _is_known(tag: str, known: str) -> bool:
    # Weak comparison (RFC 9110, 13.1.2): a proxy may have weakened our tag.
    return known.strip() == "*" or any(each.strip().removeprefix("W/") == tag for each in known.split(","))
