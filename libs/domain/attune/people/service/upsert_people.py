"""Taking over what an HRIS knows about people."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from attune.batches.model import ItemResult, ItemStatus
from attune.batches.rules import refuse_duplicates
from attune.batches.service import run_batch
from attune.kernel.clock import Clock, utc_now
from attune.kernel.ids import new_id
from attune.kernel.transactions import WriteTransaction
from attune.people import repository
from attune.people.events import PersonCreated
from attune.people.model import Identity, Person, PersonItem
from attune.people.rules import LEADS, Link, describe_person, refuse_broken_chains, refuse_people
from attune.people.service.change import record_changed


async def upsert_people(
    tx: WriteTransaction,
    items: Sequence[PersonItem],
    *,
    is_administrator: bool,
    atomic: bool = False,
    dry_run: bool = False,
    clock: Clock = utc_now,
) -> list[ItemResult]:
    """Take over what an HRIS knows about people, leads in any order; one result for each item, in their order.

    Leavers are cut off by this commit. Only an administrator sets roles, or the identity of somebody who has roles.
    """
    return await run_batch(
        tx, lambda: _upsert_people(tx, items, is_administrator, clock), atomic=atomic, dry_run=dry_run
    )


async def _upsert_people(
    tx: WriteTransaction, items: Sequence[PersonItem], is_administrator: bool, clock: Clock
) -> list[ItemResult]:
    await repository.lock_structure(tx)
    named = {item.ref for item in items} | {item.lead_ref for item in items if item.lead_ref}
    stored = await repository.list_named_people(tx, named)
    team_refs = {item.team_ref for item in items if item.team_ref}
    teams = {ref: team.id for ref, team in (await repository.list_named_teams(tx, team_refs)).items()}
    holders = await repository.list_identity_holders(tx, [item.identity for item in items if item.identity])
    ids = [stored[item.ref].id if item.ref in stored else new_id() for item in items]
    refused = refuse_people(
        items, ids, stored=stored, teams=teams, holders=holders, is_administrator=is_administrator
    ) | refuse_duplicates([item.ref for item in items])
    known = {ref: person.id for ref, person in stored.items()}
    refused = refuse_broken_chains(
        LEADS,
        [Link(item.ref, person_id, item.lead_ref) for item, person_id in zip(items, ids, strict=True)],
        refused,
        known=known,
        stored=await repository.list_leads_above(tx, list(known.values())),
    )
    known |= {
        item.ref: person_id for i, (item, person_id) in enumerate(zip(items, ids, strict=True)) if i not in refused
    }

    created: list[Person] = []
    changed: list[tuple[Person, Person]] = []
    identities: list[tuple[UUID, Identity]] = []
    results: list[ItemResult] = []
    for index, (item, person_id) in enumerate(zip(items, ids, strict=True)):
        if index in refused:
            results.append(ItemResult(index=index, status=ItemStatus.FAILED, id=None, problem=refused[index]))
            continue
        before = stored.get(item.ref)
        after = describe_person(
            item,
            before,
            person_id=person_id,
            lead_id=known[item.lead_ref] if item.lead_ref else None,
            team_id=teams[item.team_ref] if item.team_ref else None,
            now=clock(),
        )
        has_new_identity = item.identity is not None and item.identity not in holders
        if item.identity is not None and has_new_identity:
            identities.append((person_id, item.identity))
        if before is None:
            created.append(after)
            status = ItemStatus.CREATED
        elif after != before or has_new_identity:
            changed.append((before, after))
            status = ItemStatus.UPDATED
        else:
            status = ItemStatus.UNCHANGED
        results.append(ItemResult(index=index, status=status, id=person_id))
    if created:
        await repository.insert_people(tx, created)
        _record_created(tx, created)
    if changed:
        await repository.update_people(tx, [after for _, after in changed])
        record_changed(tx, changed)
    if identities:
        await repository.set_identities(tx, identities)
    return results


def _record_created(tx: WriteTransaction, people: Sequence[Person]) -> None:
    for person in people:
        tx.record(
            PersonCreated(
                target_id=person.id,
                concerns=person.id,
                version=1,
                status=person.status,
                team_id=person.team_id,
                lead_id=person.lead_id,
            )
        )
