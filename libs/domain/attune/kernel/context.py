"""Who acts, for which organisation, and why: what every transaction carries into PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from attune.kernel.purposes import Purpose


class ActorKind(StrEnum):
    """What kind of actor stands behind an event."""

    PERSON = "person"
    API_KEY = "api_key"
    OPERATOR = "operator"
    WORKER = "worker"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. `id` is a person's or a key's id; the operator's command line, the worker and strangers have none."""

    kind: ActorKind
    id: UUID | None = None


WORKER = Actor(ActorKind.WORKER)
OPERATOR = Actor(ActorKind.OPERATOR)
ANONYMOUS = Actor(ActorKind.ANONYMOUS)


@dataclass(frozen=True, slots=True)
class Context:
    """The settings of one transaction.

    `api_key_id` and `person_id` name the credential in use: PostgreSQL checks in the opening round trip that the key
    is neither revoked nor expired and the person still active, so a cached identity never outlives its owner.
    """

    tenant_id: UUID
    actor: Actor
    purpose: Purpose | None = None
    api_key_id: UUID | None = None
    person_id: UUID | None = None
    request_id: str | None = None
    traceparent: str | None = None

    def for_purpose(self, purpose: Purpose | None) -> Context:
        """The same context, under another declared purpose."""
        return replace(self, purpose=purpose)
