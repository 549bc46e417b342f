"""What happens to organisations and to the credentials that act for them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from attune.kernel.events import Event, Outcome
from attune.organisations.model import Mode


class RefusalReason(StrEnum):
    """Why a credential that is known was refused."""

    REVOKED = "revoked"
    EXPIRED = "expired"
    ENDED = "ended"
    """PostgreSQL found it revoked, expired or its person inactive when a transaction began."""
    PERSON_INACTIVE = "person_inactive"
    SCOPE_MISSING = "scope_missing"


class OrganisationCreated(Event, kind="organisation.created", target="organisation"):
    """An organisation began."""

    mode: Mode


class ApiKeyCreated(Event, kind="api_key.created", target="api_key"):
    """A key was made. Bound to a person, it acts as that person."""

    person_id: UUID | None
    expires_at: datetime


class ApiKeyRevoked(Event, kind="api_key.revoked", target="api_key"):
    """A key ended before its time."""


class IdentityProviderAdded(Event, kind="identity_provider.added", target="identity_provider"):
    """Tokens of an issuer are accepted from now on."""


class IdentityProviderRemoved(Event, kind="identity_provider.removed", target="identity_provider"):
    """Tokens of an issuer are accepted no longer."""


class CredentialRefused(Event, kind="credential.refused", target="api_key", outcome=Outcome.REFUSED):
    """A known key was refused."""

    reason: RefusalReason


class SignInRefused(Event, kind="sign_in.refused", target="person", outcome=Outcome.REFUSED):
    """A known person's token was refused."""

    reason: RefusalReason
