"""Recording what customers choose: history, state and event in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from attune.batches.model import ItemResult, ItemStatus
from attune.batches.service import run_batch
from attune.consent import repository
from attune.consent.events import ConsentGranted, ConsentRefused, ConsentWithdrawn
from attune.consent.model import Choice, ChoiceItem, ConsentMethod, ConsentRecord
from attune.consent.rules import moment_of, rank, refuse_choice
from attune.consent.service.read import list_decisions
from attune.customers.errors import CustomerNotFound, CustomerUnknown
from attune.customers.service import lock_customers
from attune.kernel.clock import Clock, utc_now
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.kernel.vault import Field, Vault


async def record_choice(
    tx: WriteTransaction, vault: Vault, item: ChoiceItem, *, clock: Clock = utc_now
) -> ConsentRecord:
    """Record one choice; the gate opens or closes with this commit. A choice that is recorded already is returned.

    Raises `CustomerNotFound`, `EffectiveInFuture`, `ExpiresBeforeEffective`, `OnlyGrantExpires`.
    """
    (result,) = await _record(tx, vault, [item], clock())
    if isinstance(result.problem, CustomerUnknown):
        raise CustomerNotFound
    return await get_record(tx, result.require())


async def record_choices(
    tx: WriteTransaction, vault: Vault, items: Sequence[ChoiceItem], *, atomic: bool = False, clock: Clock = utc_now
) -> list[ItemResult]:
    """Record choices; one result for each item, in their order, with the record's id.

    The same choice of the same moment is recorded once, so a batch whose items say their `effective_at` can be rerun.
    """
    return await run_batch(tx, lambda: _record(tx, vault, items, clock()), atomic=atomic)


async def withdraw_all(tx: WriteTransaction, vault: Vault, customer_id: UUID, *, clock: Clock = utc_now) -> int:
    """Take back everything a customer allowed, for an erasure; how many consents that were."""
    granted = [
        ChoiceItem(customer=customer_id, purpose=purpose, choice=Choice.WITHDRAWN, method=ConsentMethod.SYSTEM)
        for purpose, decision in (await list_decisions(tx, customer_id)).items()
        if decision.is_granted
    ]
    if granted:
        await _record(tx, vault, granted, clock())
    return len(granted)


async def get_record(tx: ReadTransaction, record_id: UUID) -> ConsentRecord:
    """A recorded choice by its id."""
    record = await repository.get_record(tx, record_id)
    if record is None:
        raise LookupError("a consent record that was just named is gone")
    return record


async def _record(tx: WriteTransaction, vault: Vault, items: Sequence[ChoiceItem], now: datetime) -> list[ItemResult]:
    problems = {index: refuse_choice(item, now=now) for index, item in enumerate(items)}
    # One writer of a customer's consents at a time: what "now" follows is read under this lock.
    customers = await lock_customers(tx, {item.customer for i, item in enumerate(items) if problems[i] is None})
    in_force = {
        (state.customer_id, state.purpose): state.since
        for state in await repository.list_states(tx, customers.values())
    }
    recorded = await _list_recorded(
        tx, [(customers[i.customer], i.purpose, i.effective_at) for i in items if i.customer in customers]
    )
    new: list[ConsentRecord] = []
    evidence: list[str | None] = []
    results: list[ItemResult] = []
    for index, item in enumerate(items):
        problem = problems[index]
        if problem is None and item.customer not in customers:
            problem = CustomerUnknown(pointer="/customer_id" if isinstance(item.customer, UUID) else "/customer_ref")
        if problem is not None:
            results.append(ItemResult(index=index, status=ItemStatus.FAILED, id=None, problem=problem))
            continue
        place = (customers[item.customer], item.purpose)
        record = ConsentRecord(
            id=new_id(),
            customer_id=customers[item.customer],
            purpose=item.purpose,
            choice=item.choice,
            method=item.method,
            effective_at=moment_of(item, in_force_since=in_force.get(place), now=now),
            expires_at=item.expires_at,
            recorded_at=now,
        )
        same = recorded.get(_essence(record)) if item.effective_at is not None else None
        if same is not None:
            results.append(ItemResult(index=index, status=ItemStatus.UNCHANGED, id=same))
            continue
        recorded[_essence(record)] = record.id
        in_force[place] = max(in_force.get(place, record.effective_at), record.effective_at)
        new.append(record)
        evidence.append(item.evidence)
        results.append(ItemResult(index=index, status=ItemStatus.CREATED, id=record.id))
    if new:
        await repository.insert_records(tx, new, await _seal(tx, vault, new, evidence))
        await repository.set_states(tx, _outranking(new))
        _record_events(tx, new)
    return results


async def _list_recorded(
    tx: ReadTransaction, wanted: Iterable[tuple[UUID, Purpose, datetime | None]]
) -> dict[ConsentRecord, UUID]:
    moments = {(customer_id, purpose, at) for customer_id, purpose, at in wanted if at is not None}
    if not moments:
        return {}
    return {_essence(record): record.id for record in await repository.list_records_of_moments(tx, moments)}


def _essence(record: ConsentRecord) -> ConsentRecord:
    """What makes two records the same choice: everything but their id and when we heard of it."""
    return replace(record, id=UUID(int=0), recorded_at=record.effective_at)


async def _seal(
    tx: WriteTransaction, vault: Vault, records: Sequence[ConsentRecord], evidence: Sequence[str | None]
) -> list[bytes | None]:
    about = [record.customer_id for record, text in zip(records, evidence, strict=True) if text is not None]
    keys = await vault.keys_for(tx, about) if about else {}
    return [
        None
        if text is None
        else keys[record.customer_id].seal(Field("consent_record", "evidence_sealed", str(record.id)), text)
        for record, text in zip(records, evidence, strict=True)
    ]


def _outranking(records: Sequence[ConsentRecord]) -> list[ConsentRecord]:
    """Of several choices for one customer and purpose the one that counts."""
    best: dict[tuple[UUID, Purpose], ConsentRecord] = {}
    for record in records:
        place = (record.customer_id, record.purpose)
        before = best.get(place)
        if before is None or rank(record.choice, record.effective_at) >= rank(before.choice, before.effective_at):
            best[place] = record
    return list(best.values())


def _record_events(tx: WriteTransaction, records: Sequence[ConsentRecord]) -> None:
    for record in records:
        if record.choice is Choice.GRANTED:
            tx.record(
                ConsentGranted(
                    target_id=record.customer_id,
                    concerns=record.customer_id,
                    record_id=record.id,
                    purpose=record.purpose,
                    method=record.method,
                    effective_at=record.effective_at,
                    expires_at=record.expires_at,
                )
            )
            continue
        kind = ConsentRefused if record.choice is Choice.REFUSED else ConsentWithdrawn
        tx.record(
            kind(
                target_id=record.customer_id,
                concerns=record.customer_id,
                record_id=record.id,
                purpose=record.purpose,
                method=record.method,
                effective_at=record.effective_at,
            )
        )
