"""Every statement about customers, but for their erasure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from attune.batches.model import ExternalRef, Name, Position
from attune.batches.rules import split_names
from attune.customers.model import Customer
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_CUSTOMERS: Final = """
SELECT id, external_source, external_id, locale, erased_at, version, created_at, updated_at
FROM customer WHERE tenant_id = $1
"""

_OF_REFERENCES: Final = """
AND external_id IS NOT NULL AND (external_source, external_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
"""

_BY_ID: Final = _CUSTOMERS + " AND id = ANY($2::uuid[])"

_BY_REFERENCE: Final = _CUSTOMERS + _OF_REFERENCES

_LIST: Final = _CUSTOMERS + " AND (updated_at, id) > ($2, $3) ORDER BY updated_at, id LIMIT $4"

_NAMED: Final = """
AND erased_at IS NULL AND id IN (
  SELECT c.id FROM customer c
  WHERE c.tenant_id = $1 AND c.external_id IS NOT NULL
    AND (c.external_source, c.external_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
  UNION SELECT unnest($4::uuid[])
) ORDER BY id
"""

_IDENTIFIED: Final = _BY_ID + " AND erased_at IS NULL ORDER BY id"

_HOLD: Final = _CUSTOMERS + _NAMED + " FOR SHARE"

_HOLD_IDENTIFIED: Final = _IDENTIFIED + " FOR SHARE"

_LOCK: Final = _CUSTOMERS + _NAMED + " FOR NO KEY UPDATE"

_LOCK_IDENTIFIED: Final = _IDENTIFIED + " FOR NO KEY UPDATE"

_INSERT: Final = """
INSERT INTO customer (tenant_id, id, external_source, external_id, locale)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[])
ON CONFLICT (tenant_id, external_source, external_id) WHERE external_id IS NOT NULL DO NOTHING
RETURNING id
"""

_UPDATE: Final = """
UPDATE customer SET locale = new.locale, version = customer.version + 1, updated_at = clock_timestamp()
FROM unnest($2::uuid[], $3::text[]) AS new (id, locale)
WHERE customer.tenant_id = $1 AND customer.id = new.id
"""


async def get_customer(tx: ReadTransaction, customer_id: UUID) -> Customer | None:
    """A customer by id, an erased one too."""
    row = await tx.fetch_row(_BY_ID, tx.tenant_id, [customer_id])
    return None if row is None else _customer(row)


async def get_customer_by_ref(tx: ReadTransaction, ref: ExternalRef) -> Customer | None:
    """A customer by reference; an erased one has none."""
    row = await tx.fetch_row(_BY_REFERENCE, tx.tenant_id, [ref.source], [ref.external_id])
    return None if row is None else _customer(row)


async def list_customers(tx: ReadTransaction, *, after: Position, limit: int) -> list[Customer]:
    """Customers in the order of their last change."""
    return [_customer(row) for row in await tx.fetch(_LIST, tx.tenant_id, after.updated_at, after.id, limit)]


async def hold_customers(tx: WriteTransaction, names: Collection[Name]) -> dict[Name, Customer]:
    """The customers behind references and ids, whose consents do not change and who are not erased until this
    transaction ends; erased ones are left out.

    Whoever writes something about customers holds them first. An insert alone would wait for an erasure and then go
    through; and a consent that was just read could be gone when PostgreSQL's policy looks again.
    """
    return await _find(tx, names, _HOLD, _HOLD_IDENTIFIED)


async def lock_customers(tx: WriteTransaction, names: Collection[Name]) -> dict[Name, Customer]:
    """The customers behind references and ids, locked in one order; erased ones are left out."""
    return await _find(tx, names, _LOCK, _LOCK_IDENTIFIED)


async def insert_customers(
    tx: WriteTransaction, customers: Sequence[tuple[UUID, ExternalRef, str | None]]
) -> set[UUID]:
    """The ids (of id, reference, locale) that went in; where a reference is taken, nothing does.

    In the order of their references, so that two batches with the same customers wait for each other once.
    """
    ordered = sorted(customers, key=lambda customer: customer[1])
    rows = await tx.fetch(
        _INSERT,
        tx.tenant_id,
        [customer_id for customer_id, _, _ in ordered],
        [ref.source for _, ref, _ in ordered],
        [ref.external_id for _, ref, _ in ordered],
        [locale for _, _, locale in ordered],
    )
    return {row["id"] for row in rows}


async def update_customers(tx: WriteTransaction, locales: Sequence[tuple[UUID, str | None]]) -> None:
    """Set locales; each customer gets the next version."""
    await tx.execute(_UPDATE, tx.tenant_id, [one for one, _ in locales], [locale for _, locale in locales])


async def _find(tx: WriteTransaction, names: Collection[Name], named: str, identified: str) -> dict[Name, Customer]:
    """In one statement, which locks in one order. Ids alone, the usual case, need the plainest."""
    refs, ids = split_names(names)
    if refs:
        sources, references = [ref.source for ref in refs], [ref.external_id for ref in refs]
        rows = await tx.fetch(named, tx.tenant_id, sources, references, ids)
    else:
        rows = await tx.fetch(identified, tx.tenant_id, ids)
    by_name: dict[Name, Customer] = {}
    for row in rows:
        by_name[row["id"]] = by_name[ExternalRef(row["external_source"], row["external_id"])] = _customer(row)
    return {name: by_name[name] for name in names if name in by_name}


def _customer(row: asyncpg.Record) -> Customer:
    return Customer(**row)
