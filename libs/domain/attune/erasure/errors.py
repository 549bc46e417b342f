"""Refusals about erasure."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class ErasureIncomplete(AttuneError):
    """Fewer rows were removed than there are: nothing is, and nobody gets a receipt that is not true."""

    kind = Kind.UNAVAILABLE
    code = "erasure_incomplete"
    detail = "Not everything could be erased, so nothing was. Try again; if it persists, tell your operator."
