"""Every statement about interactions, their turns, and the words of turns, which stand behind the consent gate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from attune.batches.model import ExternalRef, Name, Position
from attune.batches.rules import split_names
from attune.interactions.model import Channel, Interaction, Speaker, Turn
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_INTERACTIONS: Final = """
SELECT id, external_source, external_id, customer_id, person_id, team_id, channel, queue, locale, started_at, ended_at,
       handle_seconds, version, created_at, updated_at
FROM interaction WHERE tenant_id = $1
"""

_OF_REFERENCES: Final = """
AND external_id IS NOT NULL AND (external_source, external_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
"""

_BY_ID: Final = _INTERACTIONS + " AND id = ANY($2::uuid[])"

_BY_REFERENCE: Final = _INTERACTIONS + _OF_REFERENCES

_LOCK_BY_REFERENCE: Final = _BY_REFERENCE + " ORDER BY id FOR NO KEY UPDATE"

_IN_ORDER: Final = " AND (updated_at, id) > ($2, $3) ORDER BY updated_at, id LIMIT $4"

_LIST: Final = _INTERACTIONS + _IN_ORDER

# Statements of their own, so that each has its index: one with optional filters would read the whole organisation.
_LIST_OF_CUSTOMER: Final = _INTERACTIONS + " AND customer_id = $5 AND ($6::uuid IS NULL OR person_id = $6)" + _IN_ORDER

_LIST_OF_PERSON: Final = _INTERACTIONS + " AND person_id = $5" + _IN_ORDER

_INSERT: Final = """
INSERT INTO interaction (tenant_id, id, external_source, external_id, customer_id, person_id, team_id, channel, queue,
                         locale, started_at, ended_at, handle_seconds)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[],
                         $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::int[])
ON CONFLICT (tenant_id, external_source, external_id) WHERE external_id IS NOT NULL DO NOTHING
RETURNING id
"""

_UPDATE: Final = """
UPDATE interaction SET person_id = new.person_id, team_id = new.team_id, channel = new.channel, queue = new.queue,
  locale = new.locale, started_at = new.started_at, ended_at = new.ended_at, handle_seconds = new.handle_seconds,
  version = interaction.version + 1, updated_at = clock_timestamp()
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[],
            $10::text[], $11::timestamptz[], $12::timestamptz[], $13::int[])
  AS new (id, source, reference, customer_id, person_id, team_id, channel, queue, locale, started_at, ended_at,
          handle_seconds)
WHERE interaction.tenant_id = $1 AND interaction.id = new.id
"""

_TURNS: Final = """
SELECT interaction_id, position, speaker, spoken_at, characters FROM turn
WHERE tenant_id = $1 AND interaction_id = ANY($2::uuid[]) ORDER BY interaction_id, position
"""

_INSERT_TURNS: Final = """
INSERT INTO turn (tenant_id, interaction_id, position, speaker, spoken_at, characters)
SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::int[])
"""

_DELETE_TURNS: Final = "DELETE FROM turn WHERE tenant_id = $1 AND interaction_id = ANY($2::uuid[])"

_TEXTS: Final = """
SELECT interaction_id, position, text_sealed FROM turn_text WHERE tenant_id = $1 AND interaction_id = ANY($2::uuid[])
"""

_INSERT_TEXTS: Final = """
INSERT INTO turn_text (tenant_id, interaction_id, position, customer_id, text_sealed)
SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::uuid[], $5::bytea[])
"""

_DELETE_TEXTS: Final = "DELETE FROM turn_text WHERE tenant_id = $1 AND interaction_id = ANY($2::uuid[])"


async def list_named_interactions(tx: ReadTransaction, names: Collection[Name]) -> dict[Name, Interaction]:
    """The interactions that references and ids name; what is not known is left out."""
    refs, ids = split_names(names)
    named: dict[Name, Interaction] = {}
    if refs:
        for row in await tx.fetch(_BY_REFERENCE, tx.tenant_id, *_columns(refs)):
            named[_ref(row)] = _interaction(row)
    if ids:
        for row in await tx.fetch(_BY_ID, tx.tenant_id, ids):
            named[row["id"]] = _interaction(row)
    return named


async def lock_interactions(tx: WriteTransaction, refs: Collection[ExternalRef]) -> dict[ExternalRef, Interaction]:
    """The interactions with these references, locked."""
    rows = await tx.fetch(_LOCK_BY_REFERENCE, tx.tenant_id, *_columns(refs))
    return {_ref(row): _interaction(row) for row in rows}


async def list_interactions(
    tx: ReadTransaction, *, after: Position, limit: int, customer_id: UUID | None, person_id: UUID | None
) -> list[Interaction]:
    """Interactions in the order of their last change."""
    page = (tx.tenant_id, after.updated_at, after.id, limit)
    if customer_id is not None:
        rows = await tx.fetch(_LIST_OF_CUSTOMER, *page, customer_id, person_id)
    elif person_id is not None:
        rows = await tx.fetch(_LIST_OF_PERSON, *page, person_id)
    else:
        rows = await tx.fetch(_LIST, *page)
    return [_interaction(row) for row in rows]


async def insert_interactions(tx: WriteTransaction, interactions: Iterable[Interaction]) -> set[UUID]:
    """The ids that went in; where a reference is taken, nothing does. In the order of their references, so that two
    batches with the same conversations wait for each other once."""
    ordered = sorted(interactions, key=lambda one: (one.external_source or "", one.external_id or ""))
    return {row["id"] for row in await tx.fetch(_INSERT, tx.tenant_id, *_interaction_columns(ordered))}


async def update_interactions(tx: WriteTransaction, interactions: Sequence[Interaction]) -> None:
    """Interactions as they are from now on; each gets the next version."""
    await tx.execute(_UPDATE, tx.tenant_id, *_interaction_columns(interactions))


async def list_turns(tx: ReadTransaction, interaction_ids: Collection[UUID]) -> dict[UUID, list[Turn]]:
    """The turns of these interactions, in order."""
    turns: dict[UUID, list[Turn]] = {interaction_id: [] for interaction_id in interaction_ids}
    for row in await tx.fetch(_TURNS, tx.tenant_id, list(interaction_ids)):
        turns[row["interaction_id"]].append(
            Turn(
                position=row["position"],
                speaker=Speaker(row["speaker"]),
                spoken_at=row["spoken_at"],
                characters=row["characters"],
            )
        )
    return turns


async def insert_turns(tx: WriteTransaction, turns: Mapping[UUID, Sequence[Turn]]) -> None:
    """Turns of interactions that have none yet."""
    rows = [(interaction_id, turn) for interaction_id, own in turns.items() for turn in own]
    await tx.execute(
        _INSERT_TURNS,
        tx.tenant_id,
        [interaction_id for interaction_id, _ in rows],
        [turn.position for _, turn in rows],
        [turn.speaker for _, turn in rows],
        [turn.spoken_at for _, turn in rows],
        [turn.characters for _, turn in rows],
    )


async def delete_turns(tx: WriteTransaction, interaction_ids: Collection[UUID]) -> int:
    """Delete turns without their words; how many there were."""
    return await tx.execute(_DELETE_TURNS, tx.tenant_id, list(interaction_ids))


async def list_sealed_texts(tx: ReadTransaction, interaction_ids: Collection[UUID]) -> list[tuple[UUID, int, bytes]]:
    """The sealed words of turns: (interaction, position, sealed), as far as the declared purpose lets them be seen."""
    rows = await tx.fetch(_TEXTS, tx.tenant_id, list(interaction_ids))
    return [(row["interaction_id"], row["position"], row["text_sealed"]) for row in rows]


async def insert_sealed_texts(tx: WriteTransaction, texts: Sequence[tuple[UUID, int, UUID, bytes]]) -> None:
    """Sealed words of turns: (interaction, position, customer, sealed). PostgreSQL asks for the consent once more."""
    await tx.execute(_INSERT_TEXTS, tx.tenant_id, *(list(column) for column in zip(*texts, strict=True)))


async def delete_texts(tx: WriteTransaction, interaction_ids: Collection[UUID]) -> int:
    """Delete the words of turns, acting on rights; how many there were."""
    return await tx.execute(_DELETE_TEXTS, tx.tenant_id, list(interaction_ids))


def _columns(refs: Collection[ExternalRef]) -> tuple[list[str], list[str]]:
    return [ref.source for ref in refs], [ref.external_id for ref in refs]


def _ref(row: asyncpg.Record) -> ExternalRef:
    return ExternalRef(row["external_source"], row["external_id"])


def _interaction_columns(interactions: Sequence[Interaction]) -> list[list[object]]:
    rows = [
        (
            one.id,
            one.external_source,
            one.external_id,
            one.customer_id,
            one.person_id,
            one.team_id,
            one.channel,
            one.queue,
            one.locale,
            one.started_at,
            one.ended_at,
            one.handle_seconds,
        )
        for one in interactions
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _interaction(row: asyncpg.Record) -> Interaction:
    return Interaction(**{**row, "channel": Channel(row["channel"])})
