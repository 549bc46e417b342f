"""What a refusal is: a kind (which class of answer it deserves) and a code (which refusal exactly).

Two forms. An `AttuneError` is raised where nothing needs to be remembered: the transaction rolls back. A `Refusal` is
returned where the refusal itself is a fact: its event commits, then the edge turns it into a problem answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """The classes of refusal. One file of the API service knows which status number each becomes."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    MALFORMED = "malformed"
    PRECONDITION_FAILED = "precondition_failed"
    PRECONDITION_REQUIRED = "precondition_required"
    TOO_LARGE = "too_large"
    TOO_MANY_REQUESTS = "too_many_requests"
    UNAVAILABLE = "unavailable"


class AttuneError(Exception):
    """A refusal that leaves no trace in the state. Subclasses name the refusal and give it a stable code."""

    kind: ClassVar[Kind]
    code: ClassVar[str]
    detail: ClassVar[str]

    def __init__(self, detail: str | None = None, *, pointer: str | None = None) -> None:
        super().__init__(detail or self.detail)
        self.message: str = detail or self.detail
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal that is itself a recorded fact: returned, so that the event telling of it is committed."""

    kind: Kind
    code: str
    detail: str


class VersionStale(AttuneError):
    """The thing changed since the caller read it."""

    kind = Kind.PRECONDITION_FAILED
    code = "version_stale"
    detail = "This has changed since you read it. Read it again, then repeat your change with its new ETag."
