"""Refusals of callers."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class AuthenticationRequired(AttuneError):
    """No credential was shown."""

    kind = Kind.UNAUTHENTICATED
    code = "authentication_required"
    detail = "Send an API key or an access token as `Authorization: Bearer …`."


class CredentialInvalid(AttuneError):
    """What was shown is no credential of anybody here. Says no more, so that nobody can feel their way."""

    kind = Kind.UNAUTHENTICATED
    code = "credential_invalid"
    detail = "This credential is not valid here."


class TokenExpired(AttuneError):
    """The access token was good once."""

    kind = Kind.UNAUTHENTICATED
    code = "token_expired"
    detail = "This access token has expired. Ask your identity provider for a new one."


class IdentityUnknown(AttuneError):
    """The token is good, but nobody here is known to the identity provider by its subject."""

    kind = Kind.UNAUTHENTICATED
    code = "identity_unknown"
    detail = "You are signed in, but not known in this organisation. Ask an administrator to add you."


class IdentityProviderUnavailable(AttuneError):
    """The identity provider's keys could not be fetched."""

    kind = Kind.UNAVAILABLE
    code = "identity_provider_unavailable"
    detail = "Your identity provider's keys cannot be read right now. Try again shortly."


class ScopeMissing(AttuneError):
    """The credential may not do this."""

    kind = Kind.FORBIDDEN
    code = "scope_missing"
    detail = "This credential lacks the scope that this operation needs."
