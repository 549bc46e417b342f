"""Running a batch: each item for itself, all or nothing, or only to see what would happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from attune.batches.rules import Result, after_undoing, has_failures
from attune.kernel.transactions import WriteTransaction


class _Undone(Exception):
    """Takes the savepoint back; never leaves this file."""


async def run_batch(
    tx: WriteTransaction,
    work: Callable[[], Awaitable[Sequence[Result]]],
    *,
    atomic: bool = False,
    dry_run: bool = False,
) -> list[Result]:
    """The results of a batch's work. Its changes and events stay, unless it is a dry run or failed as a whole."""
    if not atomic and not dry_run:
        return list(await work())
    results: Sequence[Result] = ()
    try:
        async with tx.savepoint():
            results = await work()
            if dry_run or has_failures(results):
                raise _Undone
    except _Undone:
        return after_undoing(results, atomic=atomic)
    return list(results)
