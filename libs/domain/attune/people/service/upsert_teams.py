"""Taking over what an HRIS knows about teams."""

from __future__ import annotations

from collections.abc import Sequence

from attune.batches.model import ItemResult, ItemStatus
from attune.batches.rules import refuse_duplicates
from attune.batches.service import run_batch
from attune.kernel.clock import Clock, utc_now
from attune.kernel.ids import new_id
from attune.kernel.transactions import WriteTransaction
from attune.people import repository
from attune.people.events import TeamCreated, TeamUpdated
from attune.people.model import Team, TeamItem
from attune.people.rules import PARENTS, Link, describe_team, refuse_broken_chains


async def upsert_teams(
    tx: WriteTransaction,
    items: Sequence[TeamItem],
    *,
    atomic: bool = False,
    dry_run: bool = False,
    clock: Clock = utc_now,
) -> list[ItemResult]:
    """Take over teams, parents in any order; one result for each item, in their order."""
    return await run_batch(tx, lambda: _upsert_teams(tx, items, clock), atomic=atomic, dry_run=dry_run)


async def _upsert_teams(tx: WriteTransaction, items: Sequence[TeamItem], clock: Clock) -> list[ItemResult]:
    await repository.lock_structure(tx)
    named = {item.ref for item in items} | {item.parent_ref for item in items if item.parent_ref}
    stored = await repository.list_named_teams(tx, named)
    ids = [stored[item.ref].id if item.ref in stored else new_id() for item in items]
    known = {ref: team.id for ref, team in stored.items()}
    refused = refuse_broken_chains(
        PARENTS,
        [Link(item.ref, team_id, item.parent_ref) for item, team_id in zip(items, ids, strict=True)],
        refuse_duplicates([item.ref for item in items]),
        known=known,
        stored=await repository.list_parents_above(tx, list(known.values())),
    )
    known |= {item.ref: team_id for i, (item, team_id) in enumerate(zip(items, ids, strict=True)) if i not in refused}

    created: list[Team] = []
    changed: list[Team] = []
    results: list[ItemResult] = []
    for index, (item, team_id) in enumerate(zip(items, ids, strict=True)):
        if index in refused:
            results.append(ItemResult(index=index, status=ItemStatus.FAILED, id=None, problem=refused[index]))
            continue
        before = stored.get(item.ref)
        parent_id = known[item.parent_ref] if item.parent_ref else None
        after = describe_team(item, before, team_id=team_id, parent_id=parent_id, now=clock())
        status = ItemStatus.UNCHANGED
        if before is None:
            created.append(after)
            status = ItemStatus.CREATED
        elif after != before:
            changed.append(after)
            status = ItemStatus.UPDATED
        results.append(ItemResult(index=index, status=status, id=team_id))
    if created:
        await repository.insert_teams(tx, created)
        for team in created:
            tx.record(TeamCreated(target_id=team.id, version=1, parent_id=team.parent_id))
    if changed:
        await repository.update_teams(tx, changed)
        for team in changed:
            tx.record(TeamUpdated(target_id=team.id, version=team.version + 1, parent_id=team.parent_id))
    return results
