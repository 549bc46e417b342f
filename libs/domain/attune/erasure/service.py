"""Forgetting a customer, in one transaction with its receipt."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from attune.consent.service import acting_on_rights, withdraw_all
from attune.customers.errors import CustomerNotFound
from attune.erasure import repository
from attune.erasure.errors import ErasureIncomplete
from attune.erasure.events import CustomerErased
from attune.erasure.model import Erased, Receipt
from attune.kernel.clock import Clock, utc_now
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Vault, destroy_key


async def erase_customer(tx: WriteTransaction, vault: Vault, customer_id: UUID, *, clock: Clock = utc_now) -> Receipt:
    """Erase what is held about a customer: signals, emotional contexts, words of turns, evidence, texts of escalations,
    the reference and the key. What stays (that there were conversations, consents, escalations) names nobody.

    Every consent ends first, so that PostgreSQL lets nothing new be recorded. Erasing again changes nothing and gives
    a receipt with zero counts. Raises `CustomerNotFound` and `ErasureIncomplete`.
    """
    locked = await repository.lock_customer(tx, customer_id)
    if locked is None:
        raise CustomerNotFound
    if locked["erased_at"] is not None:
        return Receipt(customer_id=customer_id, erased_at=locked["erased_at"], counts=Erased(), consents_ended=0)
    erased_at = clock()
    consents_ended = await withdraw_all(tx, vault, customer_id, clock=clock)
    async with acting_on_rights(tx):
        expected = await repository.count_data(tx, customer_id)
        counts = await repository.erase_data(tx, customer_id)
    if counts != expected:
        raise ErasureIncomplete
    version = await repository.forget_customer(tx, customer_id, erased_at)
    tx.record(
        CustomerErased(
            target_id=customer_id,
            concerns=customer_id,
            version=version,
            consents_ended=consents_ended,
            **asdict(counts),
        )
    )
    return Receipt(customer_id=customer_id, erased_at=erased_at, counts=counts, consents_ended=consents_ended)


async def repeat_erasure(tx: WriteTransaction, vault: Vault, customer_id: UUID, erased_at: datetime) -> Receipt | None:
    """Erase a customer again whom a restored backup brought back, as of the moment they were first erased.

    None where the backup does not know them. Their key goes even if the rows say that they are erased already: keys
    may come from an older backup than the rows.
    """
    try:
        receipt = await erase_customer(tx, vault, customer_id, clock=lambda: erased_at)
    except CustomerNotFound:
        await destroy_key(tx, customer_id)
        return None
    await destroy_key(tx, customer_id)
    return receipt
