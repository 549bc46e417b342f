"""Which interaction is which."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from attune.batches.model import ExternalRef, Name, Position
from attune.interactions import repository
from attune.interactions.errors import InteractionNotFound, InteractionUnknown
from attune.interactions.model import Interaction, Turn
from attune.kernel.transactions import ReadTransaction


async def get_interaction(tx: ReadTransaction, interaction_id: UUID) -> Interaction:
    """An interaction by id. Raises `InteractionNotFound`."""
    return await _get(tx, interaction_id)


async def get_interaction_by_ref(tx: ReadTransaction, ref: ExternalRef) -> Interaction:
    """An interaction by the reference another system has. Raises `InteractionNotFound`."""
    return await _get(tx, ref)


async def _get(tx: ReadTransaction, name: Name) -> Interaction:
    interaction = (await repository.list_named_interactions(tx, [name])).get(name)
    if interaction is None:
        raise InteractionNotFound
    return interaction


async def find_interactions(tx: ReadTransaction, names: Collection[Name]) -> dict[Name, Interaction]:
    """The interactions that references and ids name; what is not known is not in the answer."""
    return await repository.list_named_interactions(tx, names)


async def require_interaction(tx: ReadTransaction, name: Name, *, pointer: str) -> Interaction:
    """The interaction that a body names. Raises `InteractionUnknown` with the pointer."""
    interaction = (await repository.list_named_interactions(tx, [name])).get(name)
    if interaction is None:
        raise InteractionUnknown(pointer=pointer)
    return interaction


async def list_interactions(
    tx: ReadTransaction,
    *,
    after: Position,
    limit: int,
    customer_id: UUID | None = None,
    person_id: UUID | None = None,
) -> list[Interaction]:
    """Interactions in the order of their last change, behind a position."""
    return await repository.list_interactions(
        tx, after=after, limit=limit, customer_id=customer_id, person_id=person_id
    )


async def list_turns(tx: ReadTransaction, interaction_id: UUID) -> list[Turn]:
    """The turns of an interaction, in order, without their words."""
    return (await repository.list_turns(tx, [interaction_id]))[interaction_id]
