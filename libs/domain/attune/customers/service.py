"""Use cases: what a CRM hands over, and which customer is which."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from attune.batches.model import ExternalRef, ItemResult, ItemStatus, Name, Position
from attune.batches.rules import refuse_duplicates
from attune.batches.service import run_batch
from attune.customers import repository
from attune.customers.errors import CustomerNotFound, CustomerUnknown
from attune.customers.events import CustomerCreated, CustomerUpdated
from attune.customers.model import Customer, CustomerItem
from attune.kernel.ids import new_id
from attune.kernel.transactions import ReadTransaction, WriteTransaction


async def upsert_customers(
    tx: WriteTransaction, items: Sequence[CustomerItem], *, atomic: bool = False, dry_run: bool = False
) -> list[ItemResult]:
    """Take over customers; one result for each item, in their order. A reference that was erased is a new customer."""
    return await run_batch(tx, lambda: _upsert_customers(tx, items), atomic=atomic, dry_run=dry_run)


async def _upsert_customers(tx: WriteTransaction, items: Sequence[CustomerItem]) -> list[ItemResult]:
    refused = refuse_duplicates([item.ref for item in items])
    wanted = {item.ref: item for index, item in enumerate(items) if index not in refused}
    stored = await repository.lock_customers(tx, wanted.keys())
    created: dict[ExternalRef, UUID] = {}
    # Another batch may put in the same customers meanwhile; whose insert waited finds them on the next look.
    while missing := [ref for ref in wanted if ref not in stored and ref not in created]:
        ids = {ref: new_id() for ref in missing}
        inserted = await repository.insert_customers(tx, [(ids[ref], ref, wanted[ref].locale) for ref in missing])
        created |= {ref: ids[ref] for ref in missing if ids[ref] in inserted}
        if len(inserted) < len(missing):
            stored |= await repository.lock_customers(tx, [ref for ref in missing if ref not in created])
    changed = [ref for ref, item in wanted.items() if ref in stored and stored[ref].locale != item.locale]
    if changed:
        await repository.update_customers(tx, [(stored[ref].id, wanted[ref].locale) for ref in changed])

    for customer_id in created.values():
        tx.record(CustomerCreated(target_id=customer_id, concerns=customer_id, version=1))
    for ref in changed:
        customer = stored[ref]
        tx.record(CustomerUpdated(target_id=customer.id, concerns=customer.id, version=customer.version + 1))
    results: list[ItemResult] = []
    for index, item in enumerate(items):
        if index in refused:
            results.append(ItemResult(index=index, status=ItemStatus.FAILED, id=None, problem=refused[index]))
        elif item.ref in stored:
            status = ItemStatus.UPDATED if item.ref in changed else ItemStatus.UNCHANGED
            results.append(ItemResult(index=index, status=status, id=stored[item.ref].id))
        else:
            results.append(ItemResult(index=index, status=ItemStatus.CREATED, id=created[item.ref]))
    return results


async def get_customer(tx: ReadTransaction, customer_id: UUID) -> Customer:
    """A customer by id; of an erased one, that it was erased. Raises `CustomerNotFound`."""
    customer = await repository.get_customer(tx, customer_id)
    if customer is None:
        raise CustomerNotFound
    return customer


async def get_customer_by_ref(tx: ReadTransaction, ref: ExternalRef) -> Customer:
    """A customer by the reference another system has. Raises `CustomerNotFound`."""
    customer = await repository.get_customer_by_ref(tx, ref)
    if customer is None:
        raise CustomerNotFound
    return customer


async def list_customers(tx: ReadTransaction, *, after: Position, limit: int) -> list[Customer]:
    """Customers in the order of their last change, behind a position."""
    return await repository.list_customers(tx, after=after, limit=limit)


async def hold_customers(tx: WriteTransaction, names: Collection[Name]) -> dict[Name, UUID]:
    """The ids behind references and ids, for whoever is about to write something about these customers.

    Until the transaction ends their consents do not change and they cannot be erased, so hold them before asking what
    they consent to. Erased and unknown ones are not in the answer.
    """
    return {name: customer.id for name, customer in (await repository.hold_customers(tx, names)).items()}


async def hold_customer(tx: WriteTransaction, name: Name, *, pointer: str) -> UUID:
    """The id of the one customer whom a body names, held. Raises `CustomerUnknown` with the pointer."""
    customer_id = (await hold_customers(tx, [name])).get(name)
    if customer_id is None:
        raise CustomerUnknown(pointer=pointer)
    return customer_id


async def lock_customers(tx: WriteTransaction, names: Collection[Name]) -> dict[Name, UUID]:
    """Like `hold_customers`, and nobody else locks them until the transaction ends."""
    return {name: customer.id for name, customer in (await repository.lock_customers(tx, names)).items()}
