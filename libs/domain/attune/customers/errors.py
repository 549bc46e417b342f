"""Refusals about customers."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class CustomerNotFound(AttuneError):
    """No such customer here, or one whose data was erased."""

    kind = Kind.NOT_FOUND
    code = "customer_not_found"
    detail = "There is no such customer."


class CustomerUnknown(AttuneError):
    """A body names a customer who is not here, or was erased."""

    kind = Kind.INVALID
    code = "customer_unknown"
    detail = "The customer named here is not known."
