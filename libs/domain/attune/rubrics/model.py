"""Rubrics (0-4, anchored) and the evaluations made with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, Numeric, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from attune.batches.model import ExternalRef, Name
from attune.kernel.schema import Table, belongs_to, check, index, one_of, unique, unique_reference
from attune.kernel.tables import NOW


class VersionStatus(StrEnum):
    """The life of a rubric version; once published it never changes."""

    DRAFT = "draft"
    PILOT = "pilot"
    PUBLISHED = "published"
    RETIRED = "retired"


class EvaluatorKind(StrEnum):
    """Who evaluated."""

    PEER = "peer"
    LEAD = "lead"
    MENTOR = "mentor"
    CLIENT = "client"


class RubricTable(Table, table=True):
    """A rubric: the identity that its versions share."""

    __tablename__ = "rubric"
    __table_args__ = (unique("slug", "slug"),)

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    slug: str = Field(sa_type=String(64))
    is_built_in: bool = Field(sa_type=Boolean)
    created_at: datetime = Field(sa_column_kwargs=NOW)


class RubricVersionTable(Table, table=True):
    """One version: its dimensions, their weights, and the anchors of their levels, as one immutable document."""

    __tablename__ = "rubric_version"
    __table_args__ = (
        unique("number", "rubric_id", "number"),
        belongs_to("rubric", "rubric_id"),
        one_of("status", VersionStatus),
        check("published_has_its_time", "status IN ('draft', 'pilot') OR published_at IS NOT NULL"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    rubric_id: UUID
    number: int
    status: VersionStatus = Field(sa_type=String(16))
    title: str = Field(sa_type=String(200))
    dimensions: list[dict[str, Any]] = Field(sa_type=JSONB)
    published_at: datetime | None


class EvaluationTable(Table, table=True):
    """One evaluation of one interaction against one rubric version. The note is sealed under the evaluated one's key."""

    __tablename__ = "evaluation"
    __table_args__ = (
        unique_reference(),
        index("person_id", "evaluated_at", "id"),
        index("interaction_id"),
        index("updated_at", "id"),
        belongs_to("rubric_version", "rubric_version_id"),
        belongs_to("interaction", "interaction_id"),
        belongs_to("person", "person_id"),
        one_of("evaluator_kind", EvaluatorKind),
        check("nobody_evaluates_themselves", "evaluator_id <> person_id"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    external_source: str | None = Field(sa_type=String(64))
    external_id: str | None = Field(sa_type=String(128))
    rubric_version_id: UUID
    interaction_id: UUID
    person_id: UUID
    evaluator_kind: EvaluatorKind = Field(sa_type=String(16))
    evaluator_id: UUID | None
    note_sealed: bytes | None
    evaluated_at: datetime
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(sa_column_kwargs=NOW)
    updated_at: datetime = Field(sa_column_kwargs=NOW)


class EvaluationScoreTable(Table, table=True):
    """The level of one dimension; NULL where it did not apply. An imported rating keeps its own value and scale."""

    __tablename__ = "evaluation_score"
    __table_args__ = (
        belongs_to("evaluation", "evaluation_id"),
        check("level_is_0_to_4", "level BETWEEN 0 AND 4"),
        check("original_is_on_its_scale", "original_value BETWEEN scale_min AND scale_max"),
    )

    tenant_id: UUID = Field(primary_key=True)
    evaluation_id: UUID = Field(primary_key=True)
    dimension: str = Field(sa_type=String(64), primary_key=True)
    level: int | None = Field(sa_type=SmallInteger)
    original_value: Decimal | None = Field(sa_type=Numeric(9, 4))
    scale_min: Decimal | None = Field(sa_type=Numeric(9, 4))
    scale_max: Decimal | None = Field(sa_type=Numeric(9, 4))


LEVELS: Final = range(5)
"""The levels of every dimension: 0 is no empathy, 4 is exemplary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What somebody can be seen or heard doing at a level, and an example of it."""

    level: int
    anchor: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One thing a rubric looks at. Weights are relative to each other."""

    key: str
    name: str
    description: str
    weight: Decimal
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A rubric as it is used: its latest published version."""

    id: UUID
    slug: str
    is_built_in: bool
    version_id: UUID
    number: int
    title: str
    status: VersionStatus
    published_at: datetime
    dimensions: tuple[Dimension, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricVersion:
    """What evaluations need to know of a version."""

    id: UUID
    rubric_id: UUID
    status: VersionStatus
    dimension_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricDefinition:
    """A rubric as it is written down, before any organisation has it."""

    slug: str
    title: str
    dimensions: tuple[Dimension, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalRating:
    """A rating as it was given elsewhere, on its own scale."""

    value: Decimal
    minimum: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The level of one dimension; None where the dimension did not apply."""

    dimension: str
    level: int | None
    original: OriginalRating | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationItem:
    """An evaluation on its way in. Rubric and conversation are named; who is evaluated follows from the conversation."""

    id: UUID
    rubric: UUID | str
    """The id of a version, or the slug of a rubric whose latest published version is meant."""
    interaction: Name
    external_ref: ExternalRef | None = None
    evaluator_kind: EvaluatorKind
    scores: tuple[Score, ...]
    note: str | None = None
    evaluated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvaluation:
    """An evaluation that may be stored: all that it names was found. Without a time it is made now."""

    id: UUID
    external_ref: ExternalRef | None
    rubric_id: UUID
    rubric_version_id: UUID
    interaction_id: UUID
    person_id: UUID
    evaluator_kind: EvaluatorKind
    evaluator_id: UUID | None
    evaluated_at: datetime | None
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluation. `current_lead_id` is who leads the evaluated person today; the note is still sealed."""

    id: UUID
    external_source: str | None
    external_id: str | None
    rubric_id: UUID
    rubric_version_id: UUID
    interaction_id: UUID
    person_id: UUID
    current_lead_id: UUID | None
    evaluator_kind: EvaluatorKind
    evaluator_id: UUID | None
    note_sealed: bytes | None
    evaluated_at: datetime
    version: int
    created_at: datetime
    updated_at: datetime
    scores: tuple[Score, ...]
