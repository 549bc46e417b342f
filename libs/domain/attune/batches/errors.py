"""Refusals that any batch can meet."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class DuplicateInBatch(AttuneError):
    """The same reference twice: which of the two would count?"""

    kind = Kind.INVALID
    code = "duplicate_in_batch"
    detail = "An earlier item of this batch has the same reference."


class NotApplied(AttuneError):
    """The item was fine, its neighbour was not."""

    kind = Kind.CONFLICT
    code = "not_applied"
    detail = "Another item failed, and this batch is all or nothing."
