"""Refusals about interactions."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class InteractionNotFound(AttuneError):
    """No such interaction here."""

    kind = Kind.NOT_FOUND
    code = "interaction_not_found"
    detail = "There is no such interaction."


class InteractionUnknown(AttuneError):
    """A body names an interaction that is not here."""

    kind = Kind.INVALID
    code = "interaction_unknown"
    detail = "The interaction named here is not known."


class EndsBeforeStart(AttuneError):
    """A conversation that ends before it starts."""

    kind = Kind.INVALID
    code = "ends_before_start"
    detail = "ended_at must not be earlier than started_at."


class CustomerCannotChange(AttuneError):
    """What was noted about one customer in a conversation must not become another's."""

    kind = Kind.CONFLICT
    code = "customer_cannot_change"
    detail = "This interaction was recorded with another customer. Record it under a reference of its own."
