"""The caller of a request, once they are known."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from attune.kernel.context import Actor, Context
from attune.kernel.purposes import Purpose
from attune.organisations.model import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, for which organisation, and what they may do. `actor.id` is the person's id, or the key's."""

    tenant_id: UUID
    actor: Actor
    principal_id: UUID
    """Whose idempotency keys and rate limits these are: the API key, or the person who signed in."""
    scopes: frozenset[str]
    person_id: UUID | None
    api_key_id: UUID | None
    mode: Mode

    def context(
        self, purpose: Purpose | None = None, *, request_id: str | None = None, traceparent: str | None = None
    ) -> Context:
        """What a transaction of this caller carries into PostgreSQL."""
        return Context(self.tenant_id, self.actor, purpose, self.api_key_id, self.person_id, request_id, traceparent)
