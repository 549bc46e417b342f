"""Use cases: record signals about customers who allow it, and read them through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from attune.batches.errors import NotApplied
from attune.batches.model import Name
from attune.consent.model import Choice
from attune.customers.errors import CustomerNotFound, CustomerUnknown
from attune.customers.service import hold_customers
from attune.interactions.errors import InteractionUnknown
from attune.kernel.errors import AttuneError, Kind, Refusal
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Field, Vault
from attune.sentiment import repository
from attune.sentiment.errors import InteractionOfAnotherCustomer, SignalReferenceTaken
from attune.sentiment.events import SignalRecorded, SignalRefused, SignalsRead, SignalsWithheld
from attune.sentiment.model import NewSignal, Signal, SignalResult, SignalsShown, SignalStatus
from attune.sentiment.repository import Outcome
from attune.sentiment.rules import check_signal, reason_without_consent

CONSENT_MISSING: Final = Refusal(
    Kind.FORBIDDEN, "consent_missing", "This customer allows no use of emotional data now, so nothing was kept."
)

_NOT_APPLIED: Final = SignalResult(status=SignalStatus.FAILED, id=None, problem=NotApplied())


class _Undone(Exception):
    """Takes the savepoint back; never leaves this file."""


async def record_signal(
    tx: WriteTransaction, vault: Vault, signal: NewSignal, *, author_id: UUID | None
) -> SignalResult | Refusal:
    """Record one signal; a refusal for want of consent is recorded too, and is to be committed.

    `author_id` is the person who notes it, if it is one.

    Raises what `check_signal` raises, `CustomerUnknown`, `InteractionUnknown`, `InteractionOfAnotherCustomer` and
    `SignalReferenceTaken`.
    """
    (result,) = await record_signals(tx, vault, [signal], author_id=author_id)
    if isinstance(result.problem, AttuneError):
        raise result.problem
    return result.problem or result


async def record_signals(
    tx: WriteTransaction,
    vault: Vault,
    signals: Sequence[NewSignal],
    *,
    author_id: UUID | None,
    atomic: bool = False,
) -> list[SignalResult]:
    """Record signals, each for itself or all of them or none; what became of each, in order.

    What was refused for want of consent is recorded even where an all-or-nothing batch stored nothing.
    """
    refused: list[SignalRefused] = []
    if atomic:
        results = await _record_all_or_none(tx, vault, signals, author_id, refused)
    else:
        results = await _record(tx, vault, signals, author_id, refused)
    for event in refused:
        tx.record(event)
    return results


async def _record_all_or_none(
    tx: WriteTransaction,
    vault: Vault,
    signals: Sequence[NewSignal],
    author_id: UUID | None,
    refused: list[SignalRefused],
) -> list[SignalResult]:
    results: list[SignalResult] = []
    try:
        async with tx.savepoint():
            results = await _record(tx, vault, signals, author_id, refused)
            if any(result.problem is not None for result in results):
                raise _Undone
    except _Undone:
        return [_NOT_APPLIED if result.status is SignalStatus.CREATED else result for result in results]
    return results


async def _record(
    tx: WriteTransaction,
    vault: Vault,
    signals: Sequence[NewSignal],
    author_id: UUID | None,
    refused: list[SignalRefused],
) -> list[SignalResult]:
    """What became of each signal; the events of the refused ones are left for the caller to record."""
    results: dict[int, SignalResult] = {}
    values: dict[int, Decimal] = {}
    for index, signal in enumerate(signals):
        try:
            values[index] = check_signal(signal)
        except AttuneError as error:
            results[index] = _failed(error)
    notes = await _seal_notes(tx, vault, {index: signals[index] for index in values})
    for index in [index for index in values if signals[index].note is not None and index not in notes]:
        results[index] = _failed(CustomerUnknown(pointer=_pointer("customer", signals[index].customer)))
        del values[index]
    if values:
        rows = [(signals[index], value, notes.get(index)) for index, value in values.items()]
        outcomes = dict(zip(values, await repository.record(tx, author_id, rows), strict=True))
        for index, outcome in outcomes.items():
            results[index] = _result(tx, signals[index], outcome, refused)
        repeated = [index for index, result in results.items() if result.status is SignalStatus.UNCHANGED]
        if repeated:
            results |= await _find_repeated(tx, {index: (signals[index], outcomes[index]) for index in repeated})
    return [results[index] for index in range(len(signals))]


def _result(tx: WriteTransaction, signal: NewSignal, outcome: Outcome, refused: list[SignalRefused]) -> SignalResult:
    """What the outcome means. A repeated one's id is not known yet: the reference knows it."""
    if outcome.customer_id is None:
        return _failed(CustomerUnknown(pointer=_pointer("customer", signal.customer)))
    if signal.interaction is not None and outcome.interaction_id is None:
        return _failed(InteractionUnknown(pointer=_pointer("interaction", signal.interaction)))
    if signal.interaction is not None and outcome.interaction_customer_id != outcome.customer_id:
        return _failed(InteractionOfAnotherCustomer(pointer=_pointer("interaction", signal.interaction)))
    if not outcome.is_live:
        reason = reason_without_consent([Choice(choice) for choice in outcome.choices or ()])
        refused.append(SignalRefused(target_id=outcome.customer_id, concerns=outcome.customer_id, reason=reason))
        return SignalResult(status=SignalStatus.REFUSED, id=None, problem=CONSENT_MISSING)
    if not outcome.is_stored:
        return SignalResult(status=SignalStatus.UNCHANGED, id=None)
    tx.record(
        SignalRecorded(
            target_id=signal.id,
            concerns=outcome.customer_id,
            interaction_id=outcome.interaction_id,
            measure=signal.measure,
            moment=signal.moment,
            source=signal.source,
        )
    )
    return SignalResult(status=SignalStatus.CREATED, id=signal.id)


async def _find_repeated(
    tx: WriteTransaction, repeated: dict[int, tuple[NewSignal, Outcome]]
) -> dict[int, SignalResult]:
    """The signals that the references of repeated ones name; a reference may not move to another customer."""
    refs = {index: signal.external_ref for index, (signal, _) in repeated.items()}
    known = await repository.list_references(tx, [ref for ref in refs.values() if ref is not None])
    results = {}
    for index, ref in refs.items():
        assert ref is not None  # only a reference that was there before keeps a signal from being stored
        signal_id, customer_id = known[ref]
        if customer_id == repeated[index][1].customer_id:
            results[index] = SignalResult(status=SignalStatus.UNCHANGED, id=signal_id)
        else:
            results[index] = _failed(SignalReferenceTaken(pointer="/external_ref"))
    return results


async def _seal_notes(tx: WriteTransaction, vault: Vault, signals: dict[int, NewSignal]) -> dict[int, bytes]:
    """The notes by index, each sealed under its customer's key; none for a customer who is not here."""
    noted = {index: signal for index, signal in signals.items() if signal.note is not None}
    if not noted:
        return {}
    held = await hold_customers(tx, [signal.customer for signal in noted.values()])
    # In one order, so that two batches that make the same keys wait for each other once.
    keys = await vault.keys_for(tx, sorted(held.values()))
    return {
        index: keys[held[signal.customer]].seal(_note(signal.id), signal.note)
        for index, signal in noted.items()
        if signal.note is not None and signal.customer in held
    }


async def _open_notes(
    tx: WriteTransaction, vault: Vault, customer_id: UUID, signals: Sequence[Signal]
) -> dict[UUID, str]:
    """The notes of those signals that have one."""
    sealed = {signal.id: signal.note_sealed for signal in signals if signal.note_sealed is not None}
    key = (await vault.existing_keys(tx, [customer_id])).get(customer_id) if sealed else None
    if key is None:
        return {}
    return {signal_id: key.open(_note(signal_id), note) for signal_id, note in sealed.items()}


def _note(signal_id: UUID) -> Field:
    return Field("signal", "note", str(signal_id))


def _pointer(what: str, name: Name) -> str:
    return f"/{what}_id" if isinstance(name, UUID) else f"/{what}_ref"


def _failed(error: AttuneError) -> SignalResult:
    return SignalResult(status=SignalStatus.FAILED, id=None, problem=error)


async def read_signals(
    tx: WriteTransaction,
    vault: Vault,
    customer: Name,
    purpose: Purpose,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
) -> SignalsShown:
    """A customer's signals under the transaction's purpose, newest first; that they were read, or withheld, is recorded.

    One more than `limit` tells that there are more; it is not counted as read, and its note stays sealed. What PostgreSQL
    yields is what there is; the decision only says why. Raises `CustomerNotFound`.
    """
    sight = await repository.read(tx, customer=customer, purpose=purpose, before=before, limit=limit + 1)
    if sight is None:
        raise CustomerNotFound
    customer_id, decision = sight.customer_id, sight.decision
    if not decision.is_granted:
        tx.record(SignalsWithheld(target_id=customer_id, concerns=customer_id, reason=decision.reason))
        return SignalsShown(customer_id=customer_id, decision=decision, signals=[], notes={})
    seen = sight.signals[:limit]
    tx.record(SignalsRead(target_id=customer_id, concerns=customer_id, count=len(seen)))
    notes = await _open_notes(tx, vault, customer_id, seen)
    return SignalsShown(customer_id=customer_id, decision=decision, signals=sight.signals, notes=notes)
