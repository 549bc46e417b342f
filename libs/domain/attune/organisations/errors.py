"""Refusals about organisations and credentials."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class ApiKeyNotFound(AttuneError):
    """No such key here."""

    kind = Kind.NOT_FOUND
    code = "api_key_not_found"
    detail = "There is no such API key."


class KeyLifeNotAllowed(AttuneError):
    """A key must end after it begins, and within a year."""

    kind = Kind.INVALID
    code = "key_life_not_allowed"
    detail = "A key's expiry lies in the future, at most 365 days ahead."


class ScopeUnknown(AttuneError):
    """A scope that does not exist."""

    kind = Kind.INVALID
    code = "scope_unknown"
    detail = "At least one of the scopes does not exist."


class IdentityProviderTaken(AttuneError):
    """The same issuer and audience are in use already, so a token would not say which organisation it is for."""

    kind = Kind.CONFLICT
    code = "identity_provider_taken"
    detail = "This issuer and audience are registered already. Give each organisation an audience of its own."


class IdentityProviderNotFound(AttuneError):
    """No such identity provider here."""

    kind = Kind.NOT_FOUND
    code = "identity_provider_not_found"
    detail = "There is no such identity provider."
