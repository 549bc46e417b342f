"""Every statement about rubrics and evaluations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg

from attune.batches.model import ExternalRef, Position
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.rubrics.model import (
    Dimension,
    Evaluation,
    EvaluatorKind,
    Level,
    NewEvaluation,
    OriginalRating,
    Rubric,
    RubricDefinition,
    RubricVersion,
    Score,
    VersionStatus,
)

_SELECT_RUBRIC: Final = """
SELECT r.id, r.slug, r.is_built_in, v.id AS version_id, v.number, v.title, v.status, v.published_at, v.dimensions
FROM rubric r JOIN LATERAL (
  SELECT id, number, title, status, published_at, dimensions FROM rubric_version
  WHERE tenant_id = $1 AND rubric_id = r.id AND status = 'published' ORDER BY number DESC LIMIT 1
) v ON true
WHERE r.tenant_id = $1
"""

_GET_RUBRIC: Final = _SELECT_RUBRIC + " AND r.id = $2"

_GET_RUBRIC_BY_SLUG: Final = _SELECT_RUBRIC + " AND r.slug = $2"

_LIST_RUBRICS: Final = _SELECT_RUBRIC + " AND ($2::uuid IS NULL OR r.id > $2) ORDER BY r.id LIMIT $3"

_INSERT_RUBRIC: Final = """
INSERT INTO rubric (tenant_id, id, slug, is_built_in) VALUES ($1, $2, $3, true)
ON CONFLICT (tenant_id, slug) DO NOTHING
"""

_LOCK_SLUG: Final = "SELECT pg_advisory_xact_lock(hashtextextended('attune.rubrics ' || $1::uuid::text, 0))"

_ID_OF_SLUG: Final = "SELECT id FROM rubric WHERE tenant_id = $1 AND slug = $2"

_NEXT_NUMBER: Final = """
SELECT coalesce(max(number), 0) + 1 FROM rubric_version WHERE tenant_id = $1 AND rubric_id = $2
"""

_INSERT_VERSION: Final = """
INSERT INTO rubric_version (tenant_id, id, rubric_id, number, status, title, dimensions, published_at)
VALUES ($1, $2, $3, $4, 'published', $5, $6, now())
"""

_LIST_VERSIONS: Final = """
SELECT DISTINCT ON (wanted.ordinal) wanted.ordinal, v.id, v.rubric_id, v.status,
       jsonb_path_query_array(v.dimensions, '$[*].key') AS dimension_keys
FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS wanted (id, slug, ordinal)
LEFT JOIN rubric r ON r.tenant_id = $1 AND r.slug = wanted.slug
JOIN rubric_version v ON v.tenant_id = $1
  AND (v.id = wanted.id OR (v.rubric_id = r.id AND v.status = 'published'))
ORDER BY wanted.ordinal, v.number DESC
"""
"""By id the version itself, by slug the latest published one."""

_SELECT_EVALUATION: Final = """
SELECT e.id, e.external_source, e.external_id, v.rubric_id, e.rubric_version_id, e.interaction_id, e.person_id,
       p.lead_id AS current_lead_id, e.evaluator_kind, e.evaluator_id, e.note_sealed, e.evaluated_at, e.version,
       e.created_at, e.updated_at,
       (SELECT jsonb_agg(jsonb_build_object('dimension', s.dimension, 'level', s.level,
                         'value', s.original_value::text, 'minimum', s.scale_min::text, 'maximum', s.scale_max::text)
                         ORDER BY listed.position)
        FROM jsonb_array_elements(v.dimensions) WITH ORDINALITY AS listed (dimension, position)
        JOIN evaluation_score s ON s.tenant_id = $1 AND s.evaluation_id = e.id
          AND s.dimension = listed.dimension ->> 'key') AS scores
FROM evaluation e
JOIN rubric_version v ON v.tenant_id = $1 AND v.id = e.rubric_version_id
JOIN person p ON p.tenant_id = $1 AND p.id = e.person_id
WHERE e.tenant_id = $1
"""
"""Evaluations with their scores, in the order of the rubric's dimensions."""

_GET_EVALUATION: Final = _SELECT_EVALUATION + " AND e.id = $2"

_OF_REFERENCES: Final = """
AND e.external_id IS NOT NULL AND (e.external_source, e.external_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
"""

_EVALUATIONS_BY_REF: Final = _SELECT_EVALUATION + _OF_REFERENCES

_LIST_EVALUATIONS: Final = _SELECT_EVALUATION + (
    " AND (e.updated_at, e.id) > ($2, $3)"
    " AND ($4::uuid IS NULL OR $4 IN (e.person_id, p.lead_id, e.evaluator_id))"
    " AND ($5::uuid IS NULL OR e.person_id = $5) AND ($6::uuid IS NULL OR e.interaction_id = $6)"
    " ORDER BY e.updated_at, e.id LIMIT $7"
)

_INSERT_EVALUATIONS: Final = """
INSERT INTO evaluation (tenant_id, id, external_source, external_id, rubric_version_id, interaction_id, person_id,
                        evaluator_kind, evaluator_id, note_sealed, evaluated_at)
SELECT $1, id, source, reference, rubric_version_id, interaction_id, person_id, evaluator_kind, evaluator_id, note,
       coalesce(evaluated_at, now())
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::uuid[], $10::bytea[],
            $11::timestamptz[])
  AS new (id, source, reference, rubric_version_id, interaction_id, person_id, evaluator_kind, evaluator_id, note,
          evaluated_at)
ORDER BY source, reference
ON CONFLICT (tenant_id, external_source, external_id) WHERE external_id IS NOT NULL DO NOTHING
RETURNING id
"""
"""In the order of their references, so that two batches with the same ones wait for each other once."""

_INSERT_SCORES: Final = """
INSERT INTO evaluation_score (tenant_id, evaluation_id, dimension, level, original_value, scale_min, scale_max)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::smallint[], $5::numeric[], $6::numeric[], $7::numeric[])
"""


async def get_rubric(tx: ReadTransaction, rubric_id: UUID) -> Rubric | None:
    """A rubric in its latest published version."""
    row = await tx.fetch_row(_GET_RUBRIC, tx.tenant_id, rubric_id)
    return None if row is None else _rubric(row)


async def get_rubric_by_slug(tx: ReadTransaction, slug: str) -> Rubric | None:
    """The rubric of a slug in its latest published version."""
    row = await tx.fetch_row(_GET_RUBRIC_BY_SLUG, tx.tenant_id, slug)
    return None if row is None else _rubric(row)


async def list_rubrics(tx: ReadTransaction, *, after: UUID | None, limit: int) -> list[Rubric]:
    """Rubrics with a published version, oldest first."""
    return [_rubric(row) for row in await tx.fetch(_LIST_RUBRICS, tx.tenant_id, after, limit)]


async def lock_rubrics(tx: WriteTransaction) -> None:
    """One writer of an organisation's rubrics at a time: two could both find that a version is missing."""
    await tx.fetch_value(_LOCK_SLUG, tx.tenant_id)


async def ensure_rubric(tx: WriteTransaction, rubric_id: UUID, slug: str) -> UUID:
    """The id of the rubric of a slug, made if there is none."""
    await tx.execute(_INSERT_RUBRIC, tx.tenant_id, rubric_id, slug)
    found: UUID = await tx.fetch_value(_ID_OF_SLUG, tx.tenant_id, slug)
    return found


async def insert_version(tx: WriteTransaction, version_id: UUID, rubric_id: UUID, definition: RubricDefinition) -> int:
    """A new published version; its number."""
    number = int(await tx.fetch_value(_NEXT_NUMBER, tx.tenant_id, rubric_id))
    document = [_document(dimension) for dimension in definition.dimensions]
    await tx.execute(_INSERT_VERSION, tx.tenant_id, version_id, rubric_id, number, definition.title, document)
    return number


async def list_versions(tx: ReadTransaction, wanted: Collection[UUID | str]) -> dict[UUID | str, RubricVersion]:
    """The versions named by id, or by the slug of a rubric whose latest published one is meant."""
    names = list(dict.fromkeys(wanted))
    rows = await tx.fetch(
        _LIST_VERSIONS,
        tx.tenant_id,
        [name if isinstance(name, UUID) else None for name in names],
        [name if isinstance(name, str) else None for name in names],
    )
    return {
        names[row["ordinal"] - 1]: RubricVersion(
            id=row["id"],
            rubric_id=row["rubric_id"],
            status=VersionStatus(row["status"]),
            dimension_keys=tuple(row["dimension_keys"]),
        )
        for row in rows
    }


async def get_evaluation(tx: ReadTransaction, evaluation_id: UUID) -> Evaluation | None:
    """An evaluation with its scores."""
    row = await tx.fetch_row(_GET_EVALUATION, tx.tenant_id, evaluation_id)
    return None if row is None else _evaluation(row)


async def list_evaluations_by_ref(tx: ReadTransaction, refs: Collection[ExternalRef]) -> dict[ExternalRef, Evaluation]:
    """The evaluations with these references."""
    rows = await tx.fetch(
        _EVALUATIONS_BY_REF, tx.tenant_id, [ref.source for ref in refs], [ref.external_id for ref in refs]
    )
    return {ExternalRef(row["external_source"], row["external_id"]): _evaluation(row) for row in rows}


async def list_evaluations(
    tx: ReadTransaction,
    *,
    after: Position,
    viewer_id: UUID | None,
    person_id: UUID | None,
    interaction_id: UUID | None,
    limit: int,
) -> list[Evaluation]:
    """Evaluations in the order they changed; those a viewer is party to, or all for None."""
    rows = await tx.fetch(
        _LIST_EVALUATIONS, tx.tenant_id, after.updated_at, after.id, viewer_id, person_id, interaction_id, limit
    )
    return [_evaluation(row) for row in rows]


async def insert_evaluations(
    tx: WriteTransaction, evaluations: Sequence[NewEvaluation], notes: Mapping[UUID, bytes]
) -> set[UUID]:
    """Which evaluations went in; the others' references name one already. `notes` are sealed, by the evaluation's id."""
    refs = [evaluation.external_ref for evaluation in evaluations]
    rows = await tx.fetch(
        _INSERT_EVALUATIONS,
        tx.tenant_id,
        [evaluation.id for evaluation in evaluations],
        [ref.source if ref else None for ref in refs],
        [ref.external_id if ref else None for ref in refs],
        [evaluation.rubric_version_id for evaluation in evaluations],
        [evaluation.interaction_id for evaluation in evaluations],
        [evaluation.person_id for evaluation in evaluations],
        [evaluation.evaluator_kind.value for evaluation in evaluations],
        [evaluation.evaluator_id for evaluation in evaluations],
        [notes.get(evaluation.id) for evaluation in evaluations],
        [evaluation.evaluated_at for evaluation in evaluations],
    )
    inserted = {row["id"] for row in rows}
    scores = [(each.id, score) for each in evaluations if each.id in inserted for score in each.scores]
    originals = [score.original for _, score in scores]
    await tx.execute(
        _INSERT_SCORES,
        tx.tenant_id,
        [evaluation_id for evaluation_id, _ in scores],
        [score.dimension for _, score in scores],
        [score.level for _, score in scores],
        [original.value if original else None for original in originals],
        [original.minimum if original else None for original in originals],
        [original.maximum if original else None for original in originals],
    )
    return inserted


def _document(dimension: Dimension) -> dict[str, Any]:
    return {
        "key": dimension.key,
        "name": dimension.name,
        "description": dimension.description,
        "weight": str(dimension.weight),
        "levels": [
            {"level": level.level, "anchor": level.anchor, "example": level.example} for level in dimension.levels
        ],
    }


def _dimension(document: Mapping[str, Any]) -> Dimension:
    return Dimension(
        key=document["key"],
        name=document["name"],
        description=document["description"],
        weight=Decimal(document["weight"]),
        levels=tuple(Level(**level) for level in document["levels"]),
    )


def _rubric(row: asyncpg.Record) -> Rubric:
    dimensions = tuple(_dimension(document) for document in row["dimensions"])
    return Rubric(**{**row, "status": VersionStatus(row["status"]), "dimensions": dimensions})


def _evaluation(row: asyncpg.Record) -> Evaluation:
    scores = tuple(_score(score) for score in row["scores"] or ())
    return Evaluation(**{**row, "evaluator_kind": EvaluatorKind(row["evaluator_kind"]), "scores": scores})


def _score(score: Mapping[str, Any]) -> Score:
    original = None
    if score["value"] is not None:
        original = OriginalRating(
            value=Decimal(score["value"]), minimum=Decimal(score["minimum"]), maximum=Decimal(score["maximum"])
        )
    return Score(dimension=score["dimension"], level=score["level"], original=original)
