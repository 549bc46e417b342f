"""How far the computation of each round is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg

from attune.calibration.model import (
    CoefficientFigure,
    CoefficientName,
    DimensionReport,
    DivergenceFigure,
    Drift,
    Leaning,
    Reason,
    ReliabilityStatus,
    Run,
    RunStatus,
    SeverityFigure,
    Undefined,
)
from attune.kernel.transactions import ReadTransaction, WriteTransaction

_SELECT_RUN: Final = """
SELECT round_id, revision, computed_revision, status, done, total, draws, seed, method, library, computed_at
FROM reliability_run WHERE tenant_id = $1 AND round_id = $2
"""

_LOCK_RUN: Final = _SELECT_RUN + " FOR UPDATE"

_INSERT_RUN: Final = """
INSERT INTO reliability_run (tenant_id, round_id, revision, status, done, total, draws, seed)
VALUES ($1, $2, 0, 'ready', 0, $3, $4, $5)
"""

_RAISE_REVISION: Final = """
UPDATE reliability_run SET revision = revision + 1, status = 'waiting', done = 0
WHERE tenant_id = $1 AND round_id = $2 RETURNING revision
"""

_SET_PROGRESS: Final = """
UPDATE reliability_run SET status = $3, done = $4 WHERE tenant_id = $1 AND round_id = $2
"""

_SET_COMPUTED: Final = """
UPDATE reliability_run
SET computed_revision = $3, method = $4, library = $5, computed_at = clock_timestamp(), done = total,
    status = CASE WHEN revision = $3 THEN 'ready' ELSE 'waiting' END
WHERE tenant_id = $1 AND round_id = $2
"""

_FORGET_RESULTS: Final = (
    "DELETE FROM reliability_dimension WHERE tenant_id = $1 AND round_id = $2",
    "DELETE FROM reliability_coefficient WHERE tenant_id = $1 AND round_id = $2",
    "DELETE FROM rater_severity WHERE tenant_id = $1 AND round_id = $2",
    "DELETE FROM calibration_divergence WHERE tenant_id = $1 AND round_id = $2",
)

_INSERT_DIMENSION: Final = """
INSERT INTO reliability_dimension (tenant_id, round_id, dimension, status, reason, judged_by, items, shared_items, raters,
                                   ratings, further_items)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

_INSERT_COEFFICIENT: Final = """
INSERT INTO reliability_coefficient (tenant_id, round_id, dimension, name, value, low, high, standard_error, undefined)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

_INSERT_SEVERITY: Final = """
INSERT INTO rater_severity (tenant_id, round_id, dimension, rater_id, ratings, bias, shrunk, low, high, leaning, drift, logits)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

_INSERT_DIVERGENCE: Final = """
INSERT INTO calibration_divergence (tenant_id, round_id, dimension, item, place, raters, lowest, highest, share, is_wide)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

_LIST_DIMENSIONS: Final = """
SELECT dimension, status, reason, judged_by, items, shared_items, raters, ratings, further_items
FROM reliability_dimension WHERE tenant_id = $1 AND round_id = $2
"""

_LIST_COEFFICIENTS: Final = """
SELECT dimension, name, value, low, high, standard_error, undefined
FROM reliability_coefficient WHERE tenant_id = $1 AND round_id = $2
"""

_LIST_SEVERITIES: Final = """
SELECT dimension, rater_id, ratings, bias, shrunk, low, high, leaning, drift, logits
FROM rater_severity WHERE tenant_id = $1 AND round_id = $2 AND ($3::uuid IS NULL OR rater_id = $3) ORDER BY rater_id
"""

_LIST_DIVERGENCES: Final = """
SELECT dimension, item, raters, lowest, highest, share, is_wide
FROM calibration_divergence WHERE tenant_id = $1 AND round_id = $2 ORDER BY dimension, place
"""


async def get_run(tx: ReadTransaction, round_id: UUID) -> Run | None:
    """How far a round's computation is."""
    row = await tx.fetch_row(_SELECT_RUN, tx.tenant_id, round_id)
    return None if row is None else _run(row)


async def lock_run(tx: WriteTransaction, round_id: UUID) -> Run | None:
    """The same, held: ratings that come now wait with raising the revision."""
    row = await tx.fetch_row(_LOCK_RUN, tx.tenant_id, round_id)
    return None if row is None else _run(row)


async def insert_run(tx: WriteTransaction, round_id: UUID, *, dimensions: int, draws: int, seed: int) -> None:
    """Nothing is computed, and nothing is to be."""
    await tx.execute(_INSERT_RUN, tx.tenant_id, round_id, dimensions, draws, seed)


async def raise_revision(tx: WriteTransaction, round_id: UUID) -> int:
    """What the figures are computed from has changed; the new revision."""
    return int(await tx.fetch_value(_RAISE_REVISION, tx.tenant_id, round_id))


async def set_progress(tx: WriteTransaction, round_id: UUID, status: RunStatus, done: int) -> None:
    """How many dimensions are done."""
    await tx.execute(_SET_PROGRESS, tx.tenant_id, round_id, status.value, done)


async def replace_results(
    tx: WriteTransaction,
    round_id: UUID,
    reports: Sequence[DimensionReport],
    *,
    revision: int,
    method: str,
    library: str,
) -> None:
    """Put new figures in the place of the old ones."""
    for statement in _FORGET_RESULTS:
        await tx.execute(statement, tx.tenant_id, round_id)
    for report in reports:
        at = (tx.tenant_id, round_id, report.dimension)
        await tx.execute(
            _INSERT_DIMENSION,
            *at,
            report.status,
            report.reason,
            report.judged_by,
            report.items,
            report.shared_items,
            report.raters,
            report.ratings,
            report.further_items,
        )
        await tx.execute_many(
            _INSERT_COEFFICIENT,
            [(*at, c.name, c.value, c.low, c.high, c.standard_error, c.undefined) for c in report.coefficients],
        )
        await tx.execute_many(
            _INSERT_SEVERITY,
            [
                (*at, s.rater_id, s.ratings, s.bias, s.shrunk, s.low, s.high, s.leaning, s.drift, s.logits)
                for s in report.severities
            ],
        )
        await tx.execute_many(
            _INSERT_DIVERGENCE,
            [
                (*at, d.item, place, d.raters, d.lowest, d.highest, d.share, d.is_wide)
                for place, d in enumerate(report.divergences, start=1)
            ],
        )
    await tx.execute(_SET_COMPUTED, tx.tenant_id, round_id, revision, method, library)


async def list_reports(
    tx: ReadTransaction, round_id: UUID, dimensions: Sequence[str], *, rater_id: UUID | None
) -> list[DimensionReport]:
    """The figures of a round, in the order of its dimensions; severities of one rater, or of all for None."""
    rows = {row["dimension"]: row for row in await tx.fetch(_LIST_DIMENSIONS, tx.tenant_id, round_id)}
    coefficients = await tx.fetch(_LIST_COEFFICIENTS, tx.tenant_id, round_id)
    severities = await tx.fetch(_LIST_SEVERITIES, tx.tenant_id, round_id, rater_id)
    divergences = await tx.fetch(_LIST_DIVERGENCES, tx.tenant_id, round_id)
    return [
        _report(
            rows[dimension],
            [_coefficient(row) for row in coefficients if row["dimension"] == dimension],
            [_severity(row) for row in severities if row["dimension"] == dimension],
            [_divergence(row) for row in divergences if row["dimension"] == dimension],
        )
        for dimension in dimensions
        if dimension in rows
    ]


def _run(row: asyncpg.Record) -> Run:
    return Run(**{**row, "status": RunStatus(row["status"])})


def _report(
    row: asyncpg.Record,
    coefficients: list[CoefficientFigure],
    severities: list[SeverityFigure],
    divergences: list[DivergenceFigure],
) -> DimensionReport:
    names = list(CoefficientName)
    return DimensionReport(
        **{
            **row,
            "status": ReliabilityStatus(row["status"]),
            "reason": None if row["reason"] is None else Reason(row["reason"]),
            "judged_by": CoefficientName(row["judged_by"]),
        },
        coefficients=tuple(sorted(coefficients, key=lambda each: names.index(each.name))),
        severities=tuple(severities),
        divergences=tuple(divergences),
    )


def _coefficient(row: asyncpg.Record) -> CoefficientFigure:
    values = {**row, "name": CoefficientName(row["name"])}
    del values["dimension"]
    values["undefined"] = None if row["undefined"] is None else Undefined(row["undefined"])
    return CoefficientFigure(**values)


def _severity(row: asyncpg.Record) -> SeverityFigure:
    values = dict(row)
    del values["dimension"]
    values["leaning"] = None if row["leaning"] is None else Leaning(row["leaning"])
    values["drift"] = None if row["drift"] is None else Drift(row["drift"])
    return SeverityFigure(**values)


def _divergence(row: asyncpg.Record) -> DivergenceFigure:
    values = dict(row)
    del values["dimension"]
    return DivergenceFigure(**values)
