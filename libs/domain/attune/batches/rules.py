"""What holds for every batch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from attune.batches.errors import DuplicateInBatch, NotApplied
from attune.batches.model import ExternalRef, ItemResult, ItemStatus, Name
from attune.kernel.errors import AttuneError

Result = TypeVar("Result", bound=ItemResult)


def split_names(names: Collection[Name]) -> tuple[list[ExternalRef], list[UUID]]:
    """References and ids apart, each once."""
    once = dict.fromkeys(names)
    return [n for n in once if isinstance(n, ExternalRef)], [n for n in once if isinstance(n, UUID)]


def refuse_duplicates(refs: Sequence[ExternalRef]) -> dict[int, AttuneError]:
    """The items whose reference an earlier item has, by index."""
    first: dict[ExternalRef, int] = {}
    return {
        index: DuplicateInBatch(pointer="/external_ref")
        for index, ref in enumerate(refs)
        if first.setdefault(ref, index) != index
    }


def has_failures(results: Sequence[ItemResult]) -> bool:
    """Whether any item failed."""
    return any(result.status is ItemStatus.FAILED for result in results)


def after_undoing(results: Sequence[Result], *, atomic: bool) -> list[Result]:
    """The results of a batch whose changes were taken back.

    In a failed all-or-nothing batch, what would have been written was not; in a dry run only the ids that would have
    been made are left out, since nothing has them.
    """
    if atomic and has_failures(results):
        return [
            type(result)(index=result.index, status=ItemStatus.FAILED, id=None, problem=NotApplied())
            if result.status in (ItemStatus.CREATED, ItemStatus.UPDATED)
            else result
            for result in results
        ]
    return [replace(result, id=None) if result.status is ItemStatus.CREATED else result for result in results]
