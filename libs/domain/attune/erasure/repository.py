"""The statements that forget a customer, in every noun's tables. They act on rights, past the consent gate."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from attune.erasure.model import Erased, Erasure
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.kernel.vault import destroy_key

_LOCK: Final = "SELECT erased_at FROM customer WHERE tenant_id = $1 AND id = $2 FOR UPDATE"

_COUNT: Final = """
SELECT
  (SELECT count(*) FROM signal WHERE tenant_id = $1 AND customer_id = $2) AS signals,
  (SELECT count(*) FROM signal_reference WHERE tenant_id = $1 AND customer_id = $2) AS signal_references,
  (SELECT count(*) FROM emotional_context WHERE tenant_id = $1 AND customer_id = $2) AS emotional_contexts,
  (SELECT count(*) FROM turn_text WHERE tenant_id = $1 AND customer_id = $2) AS turn_texts,
  (SELECT count(*) FROM consent_record
   WHERE tenant_id = $1 AND customer_id = $2 AND evidence_sealed IS NOT NULL) AS consent_evidence,
  (SELECT count(*) FROM escalation WHERE tenant_id = $1 AND customer_id = $2) AS escalations,
  (SELECT count(*) FROM subject_key WHERE tenant_id = $1 AND subject_id = $2) AS keys
"""

_DELETE_SIGNALS: Final = "DELETE FROM signal WHERE tenant_id = $1 AND customer_id = $2"

_DELETE_SIGNAL_REFERENCES: Final = "DELETE FROM signal_reference WHERE tenant_id = $1 AND customer_id = $2"

_DELETE_EMOTIONAL_CONTEXTS: Final = "DELETE FROM emotional_context WHERE tenant_id = $1 AND customer_id = $2"

_DELETE_TURN_TEXTS: Final = "DELETE FROM turn_text WHERE tenant_id = $1 AND customer_id = $2"

_BLANK_EVIDENCE: Final = """
UPDATE consent_record SET evidence_sealed = NULL
WHERE tenant_id = $1 AND customer_id = $2 AND evidence_sealed IS NOT NULL
"""

_BLANK_ESCALATIONS: Final = """
UPDATE escalation SET what_happened_sealed = '', promises_made_sealed = NULL, next_step_sealed = NULL,
  version = version + 1, updated_at = clock_timestamp()
WHERE tenant_id = $1 AND customer_id = $2
"""
"""What happened must not be NULL; no bytes at all open to no text under any key."""

_LIST_ERASED: Final = """
SELECT tenant_id, id AS customer_id, erased_at FROM customer WHERE erased_at IS NOT NULL ORDER BY erased_at, id
"""

_FORGET: Final = """
UPDATE customer SET external_source = NULL, external_id = NULL, locale = NULL, erased_at = $3, version = version + 1,
  updated_at = clock_timestamp()
WHERE tenant_id = $1 AND id = $2 AND erased_at IS NULL
RETURNING version
"""


async def list_erased(tx: ReadTransaction) -> list[Erasure]:
    """Every erasure that this role can see: an organisation's, or with the backup's role all, oldest first."""
    return [Erasure(**row) for row in await tx.fetch(_LIST_ERASED)]


async def lock_customer(tx: WriteTransaction, customer_id: UUID) -> asyncpg.Record | None:
    """When the customer was erased, if so; locked against everybody who writes about them. None: no such customer."""
    return await tx.fetch_row(_LOCK, tx.tenant_id, customer_id)


async def count_data(tx: WriteTransaction, customer_id: UUID) -> Erased:
    """What there is to erase."""
    row = await tx.fetch_row(_COUNT, tx.tenant_id, customer_id)
    assert row is not None, "a statement without FROM has one row"
    return Erased(**row)


async def erase_data(tx: WriteTransaction, customer_id: UUID) -> Erased:
    """Remove it; what was removed, as each statement counted it."""
    about = (tx.tenant_id, customer_id)
    return Erased(
        signals=await tx.execute(_DELETE_SIGNALS, *about),
        signal_references=await tx.execute(_DELETE_SIGNAL_REFERENCES, *about),
        emotional_contexts=await tx.execute(_DELETE_EMOTIONAL_CONTEXTS, *about),
        turn_texts=await tx.execute(_DELETE_TURN_TEXTS, *about),
        consent_evidence=await tx.execute(_BLANK_EVIDENCE, *about),
        escalations=await tx.execute(_BLANK_ESCALATIONS, *about),
        keys=await destroy_key(tx, customer_id),
    )


async def forget_customer(tx: WriteTransaction, customer_id: UUID, erased_at: datetime) -> int:
    """Leave nothing of the customer but the id; the row's new version."""
    return int(await tx.fetch_value(_FORGET, tx.tenant_id, customer_id, erased_at))
