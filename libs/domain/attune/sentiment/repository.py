"""Every statement about signals.

Rows of `signal` are behind the consent gate, which is why no statement here says RETURNING or ON CONFLICT of them: both
need the right to read. What decides whether a signal is stored is asked and acted upon in one statement, with one
snapshot, so that a withdrawal committing beside it cannot come between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg

from attune.batches.model import ExternalRef, Name
from attune.consent.model import Choice, Decision, InForce
from attune.consent.rules import NEVER_ASKED, judge
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.sentiment.model import Measure, Modality, Moment, NewSignal, Signal, Source

_ONE: Final = """
WITH item AS (
  SELECT $3::uuid AS signal_id, $4::uuid AS customer_id, $5::text AS customer_source, $6::text AS customer_external_id,
         $7::uuid AS interaction_id, $8::text AS interaction_source, $9::text AS interaction_external_id,
         $10::text AS external_source, $11::text AS external_id, $12::int AS turn_position, $13::text AS measure,
         $14::text AS moment, $15::numeric AS value, $16::numeric AS original_value, $17::numeric AS scale_min,
         $18::numeric AS scale_max, $19::text AS tags, $20::bytea AS note_sealed, $21::text AS source,
         $22::text AS modality, $23::numeric AS confidence, $24::timestamptz AS observed_at,
         $25::timestamptz AS expires_at, 1 AS ordinal
"""
"""One signal. As a batch of one it would be planned anew each time, at three times the cost of recording it."""

_MANY: Final = """
WITH item AS (
  SELECT * FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::text[],
                       $11::text[], $12::int[], $13::text[], $14::text[], $15::numeric[], $16::numeric[], $17::numeric[],
                       $18::numeric[], $19::text[], $20::bytea[], $21::text[], $22::text[], $23::numeric[],
                       $24::timestamptz[], $25::timestamptz[]) WITH ORDINALITY
    AS given (signal_id, customer_id, customer_source, customer_external_id, interaction_id, interaction_source,
              interaction_external_id, external_source, external_id, turn_position, measure, moment, value,
              original_value, scale_min, scale_max, tags, note_sealed, source, modality, confidence, observed_at,
              expires_at, ordinal)
"""

_RECORD: Final = """
), found AS (
  SELECT item.*, coalesce(by_id.id, by_ref.id) AS found_customer_id, conversation.id AS found_interaction_id,
         conversation.customer_id AS interaction_customer_id
  FROM item
  LEFT JOIN LATERAL (
    SELECT c.id FROM customer c WHERE c.tenant_id = $1 AND c.id = item.customer_id AND c.erased_at IS NULL
    FOR KEY SHARE
  ) AS by_id ON true
  LEFT JOIN LATERAL (
    SELECT c.id FROM customer c WHERE c.tenant_id = $1 AND c.external_source = item.customer_source
      AND c.external_id = item.customer_external_id AND c.erased_at IS NULL
    FOR KEY SHARE
  ) AS by_ref ON true
  LEFT JOIN LATERAL (
    SELECT i.id, i.customer_id FROM interaction i WHERE i.tenant_id = $1 AND i.id = item.interaction_id
    UNION ALL
    SELECT i.id, i.customer_id FROM interaction i WHERE i.tenant_id = $1 AND i.external_source = item.interaction_source
      AND i.external_id = item.interaction_external_id
    LIMIT 1
  ) AS conversation ON true
), judged AS (
  SELECT found.*, coalesce(consent.is_live, false) AS is_live, consent.choices,
         (found.interaction_id IS NULL AND found.interaction_external_id IS NULL)
         OR coalesce(found.interaction_customer_id = found.found_customer_id, false) AS is_placed
  FROM found LEFT JOIN LATERAL (
    SELECT bool_or(s.choice = 'granted' AND (s.expires_at IS NULL OR s.expires_at > now())) AS is_live,
           array_agg(s.choice) AS choices
    FROM consent_state s WHERE s.tenant_id = $1 AND s.customer_id = found.found_customer_id
  ) AS consent ON true
), referenced AS (
  INSERT INTO signal_reference (tenant_id, external_source, external_id, signal_id, customer_id)
  SELECT $1, external_source, external_id, signal_id, found_customer_id FROM judged
  WHERE is_live AND is_placed AND external_id IS NOT NULL ORDER BY external_source, external_id, ordinal
  ON CONFLICT DO NOTHING RETURNING signal_id
), stored AS (
  INSERT INTO signal (tenant_id, id, customer_id, interaction_id, turn_position, measure, moment, value, original_value,
                      scale_min, scale_max, tags, note_sealed, source, modality, confidence, author_id, observed_at,
                      expires_at)
  SELECT $1, signal_id, found_customer_id, found_interaction_id, turn_position, measure, moment, value, original_value,
         scale_min, scale_max, string_to_array(tags, ','), note_sealed, source, modality, confidence, $2::uuid,
         observed_at, expires_at
  FROM judged
  WHERE is_live AND is_placed AND (external_id IS NULL OR signal_id IN (SELECT r.signal_id FROM referenced r))
)
SELECT found_customer_id AS customer_id, found_interaction_id AS interaction_id, interaction_customer_id, is_live,
       choices,
       is_live AND is_placed AND (external_id IS NULL OR signal_id IN (SELECT r.signal_id FROM referenced r)) AS is_stored
FROM judged ORDER BY ordinal
"""
"""Finds the customers and conversations, asks the consents, claims the references and stores what may be stored.

The customers are held (KEY SHARE) so that an erasure either sees what is stored here or has taken them away already: an
insert alone would wait for it, and then go through. References are claimed in their own order, so that two batches with the
same ones wait for each other once.
"""

_RECORD_ONE: Final = _ONE + _RECORD

_RECORD_MANY: Final = _MANY + _RECORD

_LIST_REFERENCES: Final = """
SELECT r.external_source, r.external_id, r.signal_id, r.customer_id
FROM unnest($2::text[], $3::text[]) AS wanted (source, id)
JOIN signal_reference r ON r.tenant_id = $1 AND r.external_source = wanted.source AND r.external_id = wanted.id
"""

_NAMED_BY_ID: Final = """
WITH named AS (SELECT id FROM customer WHERE tenant_id = $1 AND id = $6)
"""

_NAMED_BY_REF: Final = """
WITH named AS (SELECT id FROM customer WHERE tenant_id = $1 AND external_source = $6 AND external_id = $7)
"""

_SHOWN: Final = """
SELECT named.id AS named_id, now() AS asked_at, s.choice, s.since, s.expires_at AS choice_expires_at, shown.*
FROM named
LEFT JOIN consent_state s ON s.tenant_id = $1 AND s.customer_id = named.id AND s.purpose = $2
LEFT JOIN LATERAL (
  SELECT g.id, g.customer_id, g.interaction_id, g.turn_position, g.measure, g.moment, g.value, g.original_value,
         g.scale_min, g.scale_max, g.tags, g.note_sealed, g.source, g.modality, g.confidence, g.author_id,
         g.observed_at, g.expires_at, g.recorded_at
  FROM signal g
  WHERE g.tenant_id = $1 AND g.customer_id = named.id AND (g.observed_at, g.id) < ($3, $4)
    AND (g.expires_at IS NULL OR g.expires_at > now())
  ORDER BY g.observed_at DESC, g.id DESC LIMIT $5
) AS shown ON true
ORDER BY shown.observed_at DESC, shown.id DESC
"""
"""A customer, what they chose for a purpose, and the signals that the gate yields: one snapshot, one round trip.

An expired signal is not shown any more. The gate lets it through all the same: derived rows count it for good, or they
would change by the mere passing of time, with no event that tells a rebuild so.

Plain parameters and two statements, since each of them keeps one good plan. With `coalesce`, or a customer named either
way in one statement, PostgreSQL planned anew for every read, and that took longer than the read.
"""

_READ_BY_ID: Final = _NAMED_BY_ID + _SHOWN

_READ_BY_REF: Final = _NAMED_BY_REF + _SHOWN

_NEWEST: Final = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
"""Every signal comes behind this place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one signal, and what was known when that was decided."""

    customer_id: UUID | None
    interaction_id: UUID | None
    interaction_customer_id: UUID | None
    is_live: bool
    choices: list[str] | None
    is_stored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the gate showed of a customer's signals, and the choice in force for the purpose, in one snapshot."""

    customer_id: UUID
    decision: Decision
    signals: list[Signal]


async def record(
    tx: WriteTransaction, author_id: UUID | None, signals: Sequence[tuple[NewSignal, Decimal, bytes | None]]
) -> list[Outcome]:
    """Store those of the signals (each with its normalised value and sealed note) that may be; what became of each."""
    rows = [
        (
            signal.id,
            *_parts(signal.customer),
            *_parts(signal.interaction),
            *_parts(signal.external_ref)[1:],
            signal.turn_position,
            signal.measure.value,
            signal.moment.value,
            value,
            signal.original_value,
            signal.scale.minimum,
            signal.scale.maximum,
            ",".join(signal.tags),
            note,
            signal.source.value,
            signal.modality.value,
            signal.confidence,
            signal.observed_at,
            signal.expires_at,
        )
        for signal, value, note in signals
    ]
    if len(rows) == 1:
        found = await tx.fetch(_RECORD_ONE, tx.tenant_id, author_id, *rows[0])
    else:
        columns = [list(column) for column in zip(*rows, strict=True)]
        found = await tx.fetch(_RECORD_MANY, tx.tenant_id, author_id, *columns)
    return [Outcome(**row) for row in found]


async def list_references(
    tx: ReadTransaction, references: Sequence[ExternalRef]
) -> dict[ExternalRef, tuple[UUID, UUID]]:
    """Which signal, about which customer, each of these references names."""
    rows = await tx.fetch(
        _LIST_REFERENCES, tx.tenant_id, [ref.source for ref in references], [ref.external_id for ref in references]
    )
    return {
        ExternalRef(row["external_source"], row["external_id"]): (row["signal_id"], row["customer_id"]) for row in rows
    }


async def read(
    tx: ReadTransaction,
    *,
    customer: Name,
    purpose: Purpose,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sight | None:
    """What the gate shows under the transaction's purpose, newest first; None where there is no such customer."""
    place = (tx.tenant_id, purpose.value, *(before or _NEWEST), limit)
    if isinstance(customer, ExternalRef):
        rows = await tx.fetch(_READ_BY_REF, *place, customer.source, customer.external_id)
    else:
        rows = await tx.fetch(_READ_BY_ID, *place, customer)
    if not rows:
        return None
    first, decision = rows[0], NEVER_ASKED
    if first["choice"] is not None:
        decision = judge(
            InForce(
                customer_id=first["named_id"],
                purpose=purpose,
                choice=Choice(first["choice"]),
                since=first["since"],
                expires_at=first["choice_expires_at"],
                at=first["asked_at"],
            )
        )
    signals = [_signal(row) for row in rows if row["id"] is not None]
    return Sight(customer_id=first["named_id"], decision=decision, signals=signals)


_MEASURES: Final = {measure.value: measure for measure in Measure}
_MOMENTS: Final = {moment.value: moment for moment in Moment}
_SOURCES: Final = {source.value: source for source in Source}
_MODALITIES: Final = {modality.value: modality for modality in Modality}


def _signal(row: asyncpg.Record) -> Signal:
    """Field by field and without calling an enum: this is the hottest loop of the hottest read."""
    return Signal(
        id=row["id"],
        customer_id=row["customer_id"],
        interaction_id=row["interaction_id"],
        turn_position=row["turn_position"],
        measure=_MEASURES[row["measure"]],
        moment=_MOMENTS[row["moment"]],
        value=row["value"],
        original_value=row["original_value"],
        scale_min=row["scale_min"],
        scale_max=row["scale_max"],
        tags=row["tags"],
        note_sealed=row["note_sealed"],
        source=_SOURCES[row["source"]],
        modality=_MODALITIES[row["modality"]],
        confidence=row["confidence"],
        author_id=row["author_id"],
        observed_at=row["observed_at"],
        expires_at=row["expires_at"],
        recorded_at=row["recorded_at"],
    )


def _parts(name: Name | None) -> tuple[UUID | None, str | None, str | None]:
    match name:
        case ExternalRef():
            return None, name.source, name.external_id
        case _:
            return name, None, None
