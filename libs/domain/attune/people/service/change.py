"""Changing somebody by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from attune.kernel.errors import VersionStale
from attune.kernel.transactions import WriteTransaction
from attune.people import repository
from attune.people.errors import LeadCycle, LeadIsSelf, LeadUnknown
from attune.people.events import PersonDeactivated, PersonReactivated, PersonUpdated
from attune.people.model import Person, PersonChanges
from attune.people.rules import list_looping
from attune.people.service.find import get_person, require_team


async def change_person(
    tx: WriteTransaction, person_id: UUID, changes: PersonChanges, *, expected_version: int
) -> Person:
    """Change what is given about somebody.

    Raises `PersonNotFound`, `VersionStale`, `TeamUnknown`, `LeadUnknown`, `LeadIsSelf` and `LeadCycle`.
    """
    await repository.lock_structure(tx)
    before = await get_person(tx, person_id)
    if before.version != expected_version:
        raise VersionStale
    after = replace(before, **changes)
    if after.team_id is not None and after.team_id != before.team_id:
        await require_team(tx, after.team_id, pointer="/team_id")
    if after.lead_id is not None and after.lead_id != before.lead_id:
        await _require_possible_lead(tx, person_id, after.lead_id)
    if after == before:
        return before
    await repository.update_people(tx, [after])
    record_changed(tx, [(before, after)])
    return await get_person(tx, person_id)


async def _require_possible_lead(tx: WriteTransaction, person_id: UUID, lead_id: UUID) -> None:
    if lead_id == person_id:
        raise LeadIsSelf(pointer="/lead_id")
    above = await repository.list_leads_above(tx, [lead_id])
    if lead_id not in above:
        raise LeadUnknown(pointer="/lead_id")
    if person_id in list_looping(above | {person_id: lead_id}):
        raise LeadCycle(pointer="/lead_id")


def record_changed(tx: WriteTransaction, changed: Sequence[tuple[Person, Person]]) -> None:
    """One event for each change: that somebody left or came back says more than that something changed."""
    for before, after in changed:
        kind: type[PersonUpdated | PersonReactivated | PersonDeactivated] = PersonUpdated
        if before.is_active != after.is_active:
            kind = PersonReactivated if after.is_active else PersonDeactivated
        tx.record(
            kind(
                target_id=after.id,
                concerns=after.id,
                version=before.version + 1,
                team_id=after.team_id,
                lead_id=after.lead_id,
            )
        )
