"""Taking over conversations from a CRM."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from attune.batches.model import ExternalRef, ItemStatus
from attune.batches.rules import refuse_duplicates
from attune.batches.service import run_batch
from attune.consent.service import acting_on_rights, decide_many
from attune.customers.service import hold_customers
from attune.interactions import repository
from attune.interactions.errors import CustomerCannotChange
from attune.interactions.events import InteractionCorrected, InteractionRecorded
from attune.interactions.model import Interaction, InteractionItem, InteractionResult, TurnItem
from attune.interactions.rules import (
    correct_interaction,
    describe_interaction,
    describe_turns,
    list_texts,
    refuse_interaction,
)
from attune.kernel.clock import Clock, utc_now
from attune.kernel.errors import AttuneError
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Field, Vault
from attune.people.service import find_people, find_teams


async def upsert_interactions(
    tx: WriteTransaction,
    vault: Vault,
    items: Sequence[InteractionItem],
    *,
    atomic: bool = False,
    clock: Clock = utc_now,
) -> list[InteractionResult]:
    """Take over conversations; one result for each item, in their order.

    Turns that are given replace those there are. Their words are kept only where the customer allows quality review.
    """
    return await run_batch(tx, lambda: _upsert(tx, vault, items, clock), atomic=atomic)


async def _upsert(
    tx: WriteTransaction, vault: Vault, items: Sequence[InteractionItem], clock: Clock
) -> list[InteractionResult]:
    refused, described = await _describe(tx, items, clock)
    inserted = await repository.insert_interactions(tx, described.values()) if described else set()
    created = {ref: one for ref, one in described.items() if one.id in inserted}
    known = described.keys() - created.keys()
    stored = await repository.lock_interactions(tx, known) if known else {}
    corrected: dict[ExternalRef, Interaction] = {}
    for index, item in enumerate(items):
        if index in refused or item.ref not in stored:
            continue
        before = stored[item.ref]
        if described[item.ref].customer_id != before.customer_id:
            refused[index] = CustomerCannotChange(
                pointer="/customer_id" if isinstance(item.customer, UUID) else "/customer_ref"
            )
        else:
            corrected[item.ref] = correct_interaction(before, described[item.ref], names_team=item.team is not None)

    turns = {item.ref: item.turns for i, item in enumerate(items) if i not in refused and item.turns is not None}
    allowed = await _customers_who_allow_texts(tx, [described[ref].customer_id for ref in turns])
    with_new_turns = await _replace_turns(tx, vault, turns, created=created, corrected=corrected, allowed=allowed)
    changed = [one for ref, one in corrected.items() if one != stored[ref] or ref in with_new_turns]
    if changed:
        await repository.update_interactions(tx, changed)
    _record_events(tx, created.values(), changed)

    changed_ids = {one.id for one in changed}
    results: list[InteractionResult] = []
    for index, item in enumerate(items):
        if index in refused:
            results.append(InteractionResult(index=index, status=ItemStatus.FAILED, id=None, problem=refused[index]))
            continue
        one = created.get(item.ref) or corrected[item.ref]
        status = ItemStatus.CREATED if item.ref in created else ItemStatus.UNCHANGED
        texts = len(list_texts(item.turns or ()))
        is_allowed = one.customer_id in allowed
        results.append(
            InteractionResult(
                index=index,
                status=ItemStatus.UPDATED if one.id in changed_ids else status,
                id=one.id,
                texts_kept=texts if is_allowed else 0,
                texts_dropped=0 if is_allowed else texts,
            )
        )
    return results


async def _describe(
    tx: WriteTransaction, items: Sequence[InteractionItem], clock: Clock
) -> tuple[dict[int, AttuneError], dict[ExternalRef, Interaction]]:
    """The refusals by index, and the other items as conversations, by reference, each with an id for a new one."""
    customers = await hold_customers(tx, {item.customer for item in items})
    people = await find_people(tx, {item.person for item in items})
    teams = await find_teams(tx, {item.team for item in items if item.team is not None})
    refused = refuse_duplicates([item.ref for item in items])
    described: dict[ExternalRef, Interaction] = {}
    for index, item in enumerate(items):
        if index in refused:
            continue
        problem = refuse_interaction(item, customers=customers, people=people, teams=teams)
        if problem is not None:
            refused[index] = problem
            continue
        described[item.ref] = describe_interaction(
            item,
            interaction_id=new_id(),
            customer_id=customers[item.customer],
            person=people[item.person],
            team=teams[item.team] if item.team is not None else None,
            now=clock(),
        )
    return refused, described


async def _customers_who_allow_texts(tx: WriteTransaction, customer_ids: Collection[UUID]) -> set[UUID]:
    decisions = await decide_many(tx, set(customer_ids), Purpose.QUALITY_REVIEW)
    return {customer_id for customer_id, decision in decisions.items() if decision.is_granted}


async def _replace_turns(
    tx: WriteTransaction,
    vault: Vault,
    turns: Mapping[ExternalRef, Sequence[TurnItem]],
    *,
    created: Mapping[ExternalRef, Interaction],
    corrected: Mapping[ExternalRef, Interaction],
    allowed: Collection[UUID],
) -> set[ExternalRef]:
    """Write the turns of new conversations, and those of known ones that differ; the references of the latter."""
    known = {ref: corrected[ref] for ref in turns if ref in corrected}
    differing = await _list_differing(tx, vault, known, turns, allowed) if known else set()
    if differing:
        old = [known[ref].id for ref in differing]
        async with acting_on_rights(tx):
            await repository.delete_texts(tx, old)
        await repository.delete_turns(tx, old)
    new = {ref: created.get(ref) or known[ref] for ref in turns if ref in created or ref in differing}
    if any(turns[ref] for ref in new):
        await repository.insert_turns(tx, {one.id: describe_turns(turns[ref]) for ref, one in new.items()})
    texts = [
        (one, position, text)
        for ref, one in new.items()
        if one.customer_id in allowed
        for position, text in list_texts(turns[ref]).items()
    ]
    if texts:
        keys = await vault.keys_for(tx, [one.customer_id for one, _, _ in texts])
        await repository.insert_sealed_texts(
            tx,
            [
                (one.id, position, one.customer_id, keys[one.customer_id].seal(_field(one.id, position), text))
                for one, position, text in texts
            ],
        )
    return differing


async def _list_differing(
    tx: WriteTransaction,
    vault: Vault,
    known: Mapping[ExternalRef, Interaction],
    turns: Mapping[ExternalRef, Sequence[TurnItem]],
    allowed: Collection[UUID],
) -> set[ExternalRef]:
    """The known conversations whose turns, or allowed words, are not those given.

    Words are compared under the purpose of rectification and shown to nobody; those that are no longer allowed stay
    behind the gate, untouched, while their turns are the same.
    """
    stored = await repository.list_turns(tx, [one.id for one in known.values()])
    differing = {ref for ref, one in known.items() if stored[one.id] != describe_turns(turns[ref])}
    comparable = {ref: one for ref, one in known.items() if ref not in differing and one.customer_id in allowed}
    if comparable:
        async with acting_on_rights(tx):
            sealed = await repository.list_sealed_texts(tx, [one.id for one in comparable.values()])
        keys = await vault.existing_keys(tx, [one.customer_id for one in comparable.values()])
        customer_of = {one.id: one.customer_id for one in comparable.values()}
        words: dict[UUID, dict[int, str]] = {one.id: {} for one in comparable.values()}
        for interaction_id, position, text in sealed:
            words[interaction_id][position] = keys[customer_of[interaction_id]].open(
                _field(interaction_id, position), text
            )
        differing |= {ref for ref, one in comparable.items() if words[one.id] != list_texts(turns[ref])}
    return differing


def _field(interaction_id: UUID, position: int) -> Field:
    return Field("turn_text", "text_sealed", f"{interaction_id}:{position}")


def _record_events(tx: WriteTransaction, created: Collection[Interaction], changed: Collection[Interaction]) -> None:
    for one in created:
        tx.record(
            InteractionRecorded(
                target_id=one.id,
                concerns=one.customer_id,
                version=1,
                person_id=one.person_id,
                team_id=one.team_id,
                channel=one.channel,
                ended_at=one.ended_at,
            )
        )
    for one in changed:
        tx.record(
            InteractionCorrected(
                target_id=one.id,
                concerns=one.customer_id,
                version=one.version + 1,
                person_id=one.person_id,
                team_id=one.team_id,
                channel=one.channel,
                ended_at=one.ended_at,
            )
        )
