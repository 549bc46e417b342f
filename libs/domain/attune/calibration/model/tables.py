"""The tables of calibration: rounds with what is rated by whom, and what the worker computed from it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKeyConstraint, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from attune.calibration.model.names import (
    CoefficientName,
    Drift,
    Leaning,
    Metric,
    Reason,
    ReliabilityStatus,
    RoundOutcome,
    RoundStatus,
    RunStatus,
    Undefined,
)
from attune.kernel.schema import SCHEMA, Table, belongs_to, check, index, one_of, unique, unique_reference
from attune.kernel.tables import NOW


class CalibrationRoundTable(Table, table=True):
    """A round: the dimensions that are scored, on which scale, and how far it is."""

    __tablename__ = "calibration_round"
    __table_args__ = (
        unique_reference(),
        index("updated_at", "id"),
        belongs_to("rubric_version", "rubric_version_id"),
        belongs_to("person", "facilitator_id"),
        one_of("metric", Metric),
        one_of("status", RoundStatus),
        one_of("outcome", RoundOutcome),
        check("scale_has_levels", "scale_max > scale_min"),
        check("quorum_can_disagree", "quorum >= 2"),
        check("outcome_is_of_a_resolved_one", "outcome IS NULL OR status IN ('resolved', 'closed')"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    external_source: str | None = Field(sa_type=String(64))
    external_id: str | None = Field(sa_type=String(128))
    title: str = Field(sa_type=String(200))
    rubric_version_id: UUID | None
    dimensions: list[str] = Field(sa_type=JSONB)
    scale_min: int = Field(sa_type=SmallInteger)
    scale_max: int = Field(sa_type=SmallInteger)
    metric: Metric = Field(sa_type=String(16))
    status: RoundStatus = Field(sa_type=String(16))
    outcome: RoundOutcome | None = Field(sa_type=String(32))
    quorum: int = Field(sa_type=SmallInteger)
    facilitator_id: UUID | None
    scoring_until: datetime | None
    version: int = Field(sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(sa_column_kwargs=NOW)
    updated_at: datetime = Field(sa_column_kwargs=NOW)


class CalibrationItemTable(Table, table=True):
    """What is rated, by its key in the round: a conversation here, or a text that another system keeps."""

    __tablename__ = "calibration_item"
    __table_args__ = (belongs_to("calibration_round", "round_id"), belongs_to("interaction", "interaction_id"))

    tenant_id: UUID = Field(primary_key=True)
    round_id: UUID = Field(primary_key=True)
    key: str = Field(sa_type=String(128), primary_key=True)
    interaction_id: UUID | None
    text_ref: str | None = Field(sa_type=String(128))


class CalibrationRaterTable(Table, table=True):
    """Who rates: a person of the organisation, or a label for somebody outside it."""

    __tablename__ = "calibration_rater"
    __table_args__ = (
        unique("label", "round_id", "label"),
        unique("person", "round_id", "person_id"),
        index("person_id"),
        belongs_to("calibration_round", "round_id"),
        belongs_to("person", "person_id"),
        check("is_a_person_or_a_label", "(label IS NULL) <> (person_id IS NULL)"),
    )

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    round_id: UUID
    label: str | None = Field(sa_type=String(128))
    person_id: UUID | None
    is_late: bool = Field(sa_type=Boolean)
    submitted_at: datetime | None


class CalibrationRatingTable(Table, table=True):
    """One cell: what a rater gave an item in a dimension. A cell that is missing has no row."""

    __tablename__ = "calibration_rating"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "round_id", "item"],
            [f"{SCHEMA}.calibration_item.{column}" for column in ("tenant_id", "round_id", "key")],
        ),
        belongs_to("calibration_rater", "rater_id"),
    )

    tenant_id: UUID = Field(primary_key=True)
    round_id: UUID = Field(primary_key=True)
    item: str = Field(sa_type=String(128), primary_key=True)
    dimension: str = Field(sa_type=String(64), primary_key=True)
    rater_id: UUID = Field(primary_key=True)
    value: int = Field(sa_type=SmallInteger)
    rated_at: datetime | None


class ReliabilityRunTable(Table, table=True):
    """How far the computation of a round is. `revision` counts changes of what is computed from."""

    __tablename__ = "reliability_run"
    __table_args__ = (
        belongs_to("calibration_round", "round_id"),
        one_of("status", RunStatus),
        check("progress_is_a_share", "done BETWEEN 0 AND total"),
        check("nothing_is_computed_ahead", "computed_revision <= revision"),
    )

    tenant_id: UUID = Field(primary_key=True)
    round_id: UUID = Field(primary_key=True)
    revision: int
    computed_revision: int | None
    status: RunStatus = Field(sa_type=String(16))
    done: int = Field(sa_type=SmallInteger)
    total: int = Field(sa_type=SmallInteger)
    draws: int
    seed: int = Field(sa_type=BigInteger)
    method: str | None = Field(sa_type=String(64))
    library: str | None = Field(sa_type=String(64))
    computed_at: datetime | None


class ReliabilityDimensionTable(Table, table=True):
    """Whether a dimension of a round can be relied on."""

    __tablename__ = "reliability_dimension"
    __table_args__ = (
        belongs_to("calibration_round", "round_id"),
        one_of("status", ReliabilityStatus),
        one_of("reason", Reason),
        one_of("judged_by", CoefficientName),
    )

    tenant_id: UUID = Field(primary_key=True)
    round_id: UUID = Field(primary_key=True)
    dimension: str = Field(sa_type=String(64), primary_key=True)
    status: ReliabilityStatus = Field(sa_type=String(16))
    reason: Reason | None = Field(sa_type=String(32))
    judged_by: CoefficientName = Field(sa_type=String(32))
    items: int
    shared_items: int
    raters: int
    ratings: int
    further_items: int | None


class ReliabilityCoefficientTable(Table, table=True):
    """A coefficient, or why there is none. Never NaN."""

    __tablename__ = "reliability_coefficient"
    __table_args__ = (
        belongs_to("calibration_round", "round_id"),
        one_of("name", CoefficientName),
        one_of("undefined", Undefined),
        check("has_a_value_or_a_reason", "(value IS NULL) = (undefined IS NOT NULL)"),
        check("value_is_at_most_1", "value <= 1"),
    )

    tenant_id: UUID = Field(primary_key=True)
    round_id: UUID = Field(primary_key=True)
    dimension: str = Field(sa_type=String(64), primary_key=True)
    name: CoefficientName = Field(sa_type=String(32), primary_key=True)
    value: float | None = Field(sa_type=Double)
    low: float | None = Field(sa_type=Double)
    high: float | None = Field(sa_type=Double)
    standard_error: float | None = Field(sa_type=Double)
    undefined: Undefined | None = Field(sa_type=String(32))


class RaterSeverityTable(Table, table=True):
    """How a rater compares with the others in a dimension."""

    __tablename__ = "rater_severity"
    __table_args__ = (
        belongs_to("calibration_round", "round_id"),
        belongs_to("calibration_rater", "rater_id"),
        one_of("leaning", Leaning),
        one_of("drift", Drift),
    )

    tenant_id: UUID = Field(primary_key=True)
    round_id: UUID = Field(primary_key=True)
    dimension: str = Field(sa_type=String(64), primary_key=True)
    rater_id: UUID = Field(primary_key=True)
    ratings: int
    bias: float | None = Field(sa_type=Double)
    shrunk: float | None = Field(sa_type=Double)
    low: float | None = Field(sa_type=Double)
    high: float | None = Field(sa_type=Double)
    leaning: Leaning | None = Field(sa_type=String(16))
    drift: Drift | None = Field(sa_type=String(16))
    logits: float | None = Field(sa_type=Double)


class CalibrationDivergenceTable(Table, table=True):
    """An item that the raters split on; place 1 is where the discussion begins."""

    __tablename__ = "calibration_divergence"
    __table_args__ = (belongs_to("calibration_round", "round_id"),)

    tenant_id: UUID = Field(primary_key=True)
    round_id: UUID = Field(primary_key=True)
    dimension: str = Field(sa_type=String(64), primary_key=True)
    item: str = Field(sa_type=String(128), primary_key=True)
    place: int = Field(sa_type=SmallInteger)
    raters: int
    lowest: int = Field(sa_type=SmallInteger)
    highest: int = Field(sa_type=SmallInteger)
    share: float = Field(sa_type=Double)
    is_wide: bool = Field(sa_type=Boolean)


class ReliabilityQueueTable(Table, table=True):
    """Rounds that wait for the worker, of all organisations: ids and times only. The API adds, the worker takes."""

    __tablename__ = "reliability_queue"

    tenant_id: UUID = Field(primary_key=True)
    round_id: UUID = Field(primary_key=True)
    queued_at: datetime = Field(sa_column_kwargs=NOW)
    free_at: datetime = Field(sa_column_kwargs=NOW)
    attempts: int = Field(sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    holder: UUID | None
