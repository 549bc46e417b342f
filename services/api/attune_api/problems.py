"""Everything that goes wrong becomes an RFC 9457 problem here. The only file that knows which refusal has which status."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from attune.kernel.db import DatabaseBusy
from attune.kernel.errors import AttuneError, Kind, Refusal
from attune.kernel.ids import new_id
from attune_api.exchange import exchange_of
from attune_api.validation_texts import point_to, say

MEDIA_TYPE: Final = "application/problem+json"

STATUS_OF: Final[dict[Kind, int]] = {
    Kind.MALFORMED: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.PRECONDITION_FAILED: 412,
    Kind.TOO_LARGE: 413,
    Kind.INVALID: 422,
    Kind.PRECONDITION_REQUIRED: 428,
    Kind.TOO_MANY_REQUESTS: 429,
    Kind.UNAVAILABLE: 503,
}
"""The status of each class of refusal."""

OF_FRAMEWORK: Final[dict[int, tuple[str, str]]] = {
    400: ("malformed_body", "The body is not well-formed JSON."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not answer that method."),
    408: ("body_too_slow", "The body took too long to arrive."),
    413: ("body_too_large", "The body is larger than this operation accepts."),
    415: ("unsupported_media_type", "Send the body as application/json."),
}
"""Code and words for what the framework and the edge's own layers refuse by status."""

_RETRY_SECONDS: Final = {409: 1, 503: 2}

MOST_ERRORS: Final = 100
"""How many errors of one request are listed. A batch of a thousand wrong items needs no thousand lines."""


class FieldError(BaseModel):
    """One value that was not accepted."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"pointer": "/confidence", "code": "out_of_range", "detail": "This has to be at most 1."}
        }
    )

    pointer: str = Field(
        description="A JSON Pointer (RFC 6901) into the body; `/query/…`, `/path/…` or `/header/…` for what is not in it."
    )
    code: str = Field(description="What is wrong, as a stable snake_case code.")
    detail: str = Field(description="The same for people. Never repeats what was sent.")


class Problem(BaseModel):
    """Why a request was not done (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "https://attune.example/problems/validation_failed",
                "title": "Validation failed",
                "status": 422,
                "detail": "The request was understood, but not all of it is acceptable.",
                "instance": "urn:uuid:01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d",
                "code": "validation_failed",
                "request_id": "01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d",
                "errors": [{"pointer": "/confidence", "code": "out_of_range", "detail": "This has to be at most 1."}],
            }
        }
    )

    type: str = Field(description="Where this kind of problem is documented.")
    title: str = Field(description="The kind of problem, for people.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened and what to do about it.")
    instance: str = Field(description="This very occurrence.")
    code: str = Field(description="The kind of problem, as a stable snake_case code. Decide by this.")
    request_id: str = Field(description="The request, as in the X-Request-Id header and in the service's log.")
    errors: list[FieldError] = Field(description="Each value that was not accepted; empty for other problems.")


class ItemProblem(BaseModel):
    """Why one item of a batch was not done."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"code": "consent_missing", "detail": "There is no live consent.", "status": 403, "errors": []}
        }
    )

    status: int = Field(description="The HTTP status this item alone would have had.")
    code: str = Field(description="The kind of problem, as a stable snake_case code.")
    detail: str = Field(description="What happened and what to do about it.")
    errors: list[FieldError] = Field(description="Each value that was not accepted; empty for other problems.")


class EdgeRefusal(HTTPException):
    """A refusal by one of the edge's layers. An `HTTPException`, since FastAPI turns any other one that is raised while
    it reads the body into its own 400."""

    def __init__(self, status: int, *, code: str = "", detail: str = "") -> None:
        usual = OF_FRAMEWORK.get(status, ("", ""))
        super().__init__(status, detail or usual[1])
        self.code = code or usual[0]


_PROBLEM: Final = TypeAdapter(Problem)

_log = structlog.stdlib.get_logger("attune.api")


class ProblemWriter:
    """Writes the answer for whatever was raised."""

    def __init__(self, problem_url: str) -> None:
        self._problem_url = problem_url

    def answer(self, scope: MutableMapping[str, Any], error: Exception) -> Response:
        """The problem answer for an exception; what nobody foresaw is logged, and tells the caller nothing."""
        match error:
            case AttuneError():
                return self._refused(scope, error)
            case RequestValidationError():
                return self._invalid(scope, error)
            case HTTPException():
                return self._framework(scope, error)
            case asyncpg.DeadlockDetectedError() | asyncpg.SerializationError() | asyncpg.LockNotAvailableError():
                return self._refused(scope, DatabaseBusy())
            case _:
                _log.error(
                    "request.failed",
                    request_id=exchange_of(scope).request_id,
                    error_class=type(error).__name__,
                    exc_info=error,
                )
                return self.write(
                    scope,
                    500,
                    "internal_error",
                    "Something went wrong on our side. Tell us the request_id if it lasts.",
                )

    def refusal(self, scope: MutableMapping[str, Any], refusal: Refusal) -> Response:
        """The problem answer for a refusal that was recorded."""
        return self.write(scope, STATUS_OF[refusal.kind], refusal.code, refusal.detail)

    def write(
        self,
        scope: MutableMapping[str, Any],
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Iterable[tuple[str, str]] = (),
    ) -> Response:
        """A problem answer."""
        request_id = exchange_of(scope).request_id
        problem = Problem(
            type=self._problem_url + code,
            title=code.replace("_", " ").capitalize(),
            status=status,
            detail=detail,
            instance=f"urn:uuid:{_occurrence(request_id)}",
            code=code,
            request_id=request_id,
            errors=list(errors),
        )
        extra = {"cache-control": "no-store", **dict(headers)}
        if status in _RETRY_SECONDS and (status != 409 or code == "idempotency_in_flight"):
            extra.setdefault("retry-after", str(_RETRY_SECONDS[status]))
        if status == 401:
            extra.setdefault("www-authenticate", challenge(code))
        return Response(_PROBLEM.dump_json(problem), status, extra, MEDIA_TYPE)

    def _refused(self, scope: MutableMapping[str, Any], error: AttuneError) -> Response:
        status = STATUS_OF[error.kind]
        errors = []
        if error.pointer is not None:
            errors.append(FieldError(pointer=error.pointer, code=error.code, detail=error.message))
        headers = [("retry-after", str(seconds))] if (seconds := getattr(error, "retry_seconds", None)) else []
        if status >= 500:
            _log.warning("request.unavailable", request_id=exchange_of(scope).request_id, code=error.code)
        return self.write(scope, status, error.code, error.message, errors=errors, headers=headers)

    def _invalid(self, scope: MutableMapping[str, Any], error: RequestValidationError) -> Response:
        return self.write(
            scope,
            422,
            "validation_failed",
            "The request was understood, but not all of it is acceptable.",
            errors=field_errors(error.errors()),
        )

    def _framework(self, scope: MutableMapping[str, Any], error: HTTPException) -> Response:
        headers = (error.headers or {}).items()
        if isinstance(error, EdgeRefusal):
            return self.write(scope, error.status_code, error.code, error.detail, headers=headers)
        usual = OF_FRAMEWORK.get(error.status_code)
        code = usual[0] if usual else HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        detail = usual[1] if usual else "The request was not done."
        return self.write(scope, error.status_code, code, detail, headers=headers)


def field_errors(errors: Iterable[Any]) -> list[FieldError]:
    """What is wrong where, without a trace of what was sent. Batches use it for their items too."""
    found = []
    for error in errors:
        code, detail = say(error["type"], error.get("ctx"))
        found.append(FieldError(pointer=point_to(error["loc"], error["type"]), code=code, detail=detail))
        if len(found) == MOST_ERRORS:
            break
    return found


def item_problem(error: AttuneError | Refusal) -> ItemProblem:
    """The problem of one item in a batch."""
    if isinstance(error, Refusal):
        return ItemProblem(status=STATUS_OF[error.kind], code=error.code, detail=error.detail, errors=[])
    errors = (
        [FieldError(pointer=error.pointer, code=error.code, detail=error.message)] if error.pointer is not None else []
    )
    return ItemProblem(status=STATUS_OF[error.kind], code=error.code, detail=error.message, errors=errors)


def challenge(code: str) -> str:
    """How to authenticate, and whether what was shown was wrong (RFC 6750)."""
    return (
        'Bearer realm="attune"' if code == "authentication_required" else 'Bearer realm="attune", error="invalid_token"'
    )


def _occurrence(request_id: str) -> UUID:
    try:
        return UUID(request_id)
    except ValueError:  # The caller chose an id that is no UUID.
        return new_id()
