"""Saying what holds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from attune.consent import repository, rules
from attune.consent.errors import MomentInFuture
from attune.consent.model import Decision
from attune.customers.service import get_customer
from attune.kernel.clock import Clock, utc_now
from attune.kernel.purposes import CONSENTABLE, Purpose
from attune.kernel.transactions import ReadTransaction


async def decide(tx: ReadTransaction, customer_id: UUID, purpose: Purpose) -> Decision:
    """What holds now for a customer and a purpose, exactly as PostgreSQL's policies see it in this transaction."""
    return (await decide_many(tx, [customer_id], purpose))[customer_id]


async def decide_many(tx: ReadTransaction, customer_ids: Collection[UUID], purpose: Purpose) -> dict[UUID, Decision]:
    """What holds now for each of the customers and a purpose."""
    decided = {
        state.customer_id: rules.judge(state) for state in await repository.list_states(tx, customer_ids, purpose)
    }
    return {customer_id: decided.get(customer_id, rules.NEVER_ASKED) for customer_id in customer_ids}


async def has_any_live(tx: ReadTransaction, customer_ids: Collection[UUID]) -> set[UUID]:
    """Those of the customers who allow at least one purpose now: about them a signal may be recorded."""
    return await repository.list_with_live_consent(tx, customer_ids)


async def list_decisions(
    tx: ReadTransaction, customer_id: UUID, *, at: datetime | None = None, clock: Clock = utc_now
) -> dict[Purpose, Decision]:
    """What holds for every purpose, now or at a past moment. Raises `CustomerNotFound` and `MomentInFuture`."""
    await get_customer(tx, customer_id)
    purposes = [purpose for purpose in Purpose if purpose in CONSENTABLE]
    if at is None:
        decided = {state.purpose: rules.judge(state) for state in await repository.list_states(tx, [customer_id])}
        return {purpose: decided.get(purpose, rules.NEVER_ASKED) for purpose in purposes}
    if at > clock():
        raise MomentInFuture
    history = await repository.list_history(tx, customer_id, at)
    return {purpose: rules.decide(history, purpose=purpose, at=at) for purpose in purposes}
