"""Ratings, and how far those who made them agree."""

from __future__ import annotations

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, TypeAdapter

from attune.batches.model import ItemResult, ItemStatus
from attune.calibration.model import (
    CoefficientName,
    DimensionReport,
    Drift,
    Leaning,
    Rating,
    RatingItem,
    Reason,
    ReliabilityStatus,
    Report,
    RunStatus,
    Undefined,
)
from attune_api.problems import ItemProblem
from attune_api.routes.schemas.batches import Atomic, EachForItself, problem_of
from attune_api.routes.schemas.calibration import Key, RaterIn, WholeLevel
from attune_api.routes.schemas.rubrics import DimensionKey
from attune_api.schemas import RequestModel, ResponseModel, Timestamp

MOST_RATINGS: Final = 1000


class RatingIn(RequestModel):
    """One rating."""

    item: Key
    dimension: DimensionKey
    value: WholeLevel | None = Field(description="Null takes an earlier rating back.", examples=[3])
    rater: RaterIn | None = Field(
        default=None, description="Whose it is, from a key that acts for no person. Who signs in sends their own."
    )
    rated_at: Timestamp | None = Field(
        default=None, description="When it was made. Drift is looked for where every rating says so."
    )
    text_ref: Key | None = Field(default=None, description="Of an item that is new.")

    def to_domain(self) -> RatingItem:
        """The same, as the domain has it."""
        return RatingItem(
            item=self.item,
            dimension=self.dimension,
            value=self.value,
            rater=None if self.rater is None else self.rater.to_domain(),
            rated_at=self.rated_at,
            text_ref=self.text_ref,
        )


class RatingsBatch(RequestModel):
    """Ratings of one round."""

    items: Annotated[list[EachForItself[RatingIn]], Field(min_length=1, max_length=MOST_RATINGS)]
    atomic: Atomic = False


class RatingResult(ResponseModel):
    """What became of one rating."""

    index: int = Field(description="The rating's place in the request, from 0.", examples=[0])
    status: ItemStatus
    rater_id: UUID | None = Field(description="Whose it is in this round; null where it failed.")
    problem: ItemProblem | None = Field(description="Why it failed.", examples=[None])

    @classmethod
    def of(cls, result: ItemResult) -> Self:
        """A result as it is answered."""
        return cls(index=result.index, status=result.status, rater_id=result.id, problem=problem_of(result))


class RatingResults(ResponseModel):
    """What became of each rating, in the order of the request."""

    results: list[RatingResult]


class RatingOut(ResponseModel):
    """One rating."""

    item: str = Field(examples=["conv-17"])
    dimension: DimensionKey
    rater_id: UUID
    value: int = Field(examples=[3])
    rated_at: Timestamp | None

    @classmethod
    def of(cls, rating: Rating) -> Self:
        """A rating as it is answered."""
        return cls.model_validate(rating)


class RatingPage(ResponseModel):
    """A page of ratings."""

    data: list[RatingOut]
    next_cursor: str | None
    has_more: bool


class CoefficientOut(ResponseModel):
    """A coefficient of agreement with its 95 % bootstrap interval, or why there is none."""

    name: CoefficientName
    value: float | None = Field(examples=[0.815388])
    low: float | None = Field(examples=[0.713])
    high: float | None = Field(examples=[0.902])
    standard_error: float | None = Field(description="Gwet's analytic one, for his coefficients.", examples=[None])
    undefined: Undefined | None = Field(description="Why there is no value.", examples=[None])


class RaterSeverityOut(ResponseModel):
    """How a rater compares with the others who rated the same, in levels: above zero is milder."""

    rater_id: UUID
    ratings: int = Field(examples=[40])
    bias: float | None = Field(description="The mean difference from the others.", examples=[-0.31])
    shrunk: float | None = Field(description="The same, drawn towards zero as few ratings deserve.", examples=[-0.24])
    low: float | None = Field(examples=[-0.52])
    high: float | None = Field(examples=[-0.1])
    leaning: Leaning | None = Field(description="Severe or mild from half a level on, and only beyond chance.")
    drift: Drift | None = Field(description="Where the order is known: whether they have moved.", examples=[None])
    logits: float | None = Field(
        description="The severity by a many-facet Rasch model, from 30 shared items and three linked raters on: above"
        " zero is more severe.",
        examples=[0.42],
    )


class DivergenceOut(ResponseModel):
    """An item that the raters split on."""

    item: str = Field(examples=["conv-17"])
    raters: int = Field(examples=[4])
    lowest: int = Field(examples=[1])
    highest: int = Field(examples=[4])
    share: float = Field(description="Its part of all disagreement in this dimension.", examples=[0.21])
    is_wide: bool = Field(description="Two levels or more apart.")


class DimensionReliabilityOut(ResponseModel):
    """What is known about the agreement in one dimension."""

    dimension: DimensionKey
    status: ReliabilityStatus = Field(
        description="By the lower end of the interval: reliable from .800, tentative from .667. Undetermined: no verdict."
    )
    reason: Reason | None = Field(description="Why it is not reliable, or why nothing can be said.")
    judged_by: CoefficientName
    items: int = Field(examples=[200])
    shared_items: int = Field(description="Rated by two raters or more.", examples=[200])
    raters: int = Field(examples=[12])
    ratings: int = Field(examples=[2400])
    further_items: int | None = Field(
        description="How many more shared items would narrow the interval to ± 0.1.", examples=[18]
    )
    coefficients: list[CoefficientOut]
    severities: list[RaterSeverityOut] = Field(description="Of all raters for who leads the round; else one's own.")
    divergences: list[DivergenceOut] = Field(description="What to talk about, first things first; 50 at most.")


class ReliabilityMethod(ResponseModel):
    """What the figures were made with: with the same ratings they come out the same."""

    method: str | None = Field(examples=["attune.agreement/1"])
    library: str | None = Field(examples=["numpy 2.4.6"])
    draws: int = Field(examples=[2000])
    seed: int = Field(examples=[0])
    confidence: float = Field(examples=[0.95])


class ReliabilityProgress(ResponseModel):
    """How many dimensions are computed."""

    done: int = Field(examples=[2])
    total: int = Field(examples=[5])


class ReliabilityOut(ResponseModel):
    """How far the raters of a round agree. While it is computed, the figures are those of older ratings."""

    round_id: UUID
    status: RunStatus
    progress: ReliabilityProgress
    revision: int = Field(description="Counts changes of what is computed from.", examples=[3])
    computed_revision: int | None = Field(description="What the figures are of; null while there are none.")
    computed_at: Timestamp | None
    made_with: ReliabilityMethod
    dimensions: list[DimensionReliabilityOut]

    @classmethod
    def of(cls, report: Report) -> Self:
        """A report as it is answered."""
        run = report.run
        return cls(
            round_id=run.round_id,
            status=run.status,
            progress=ReliabilityProgress(done=run.done, total=run.total),
            revision=run.revision,
            computed_revision=run.computed_revision,
            computed_at=run.computed_at,
            made_with=ReliabilityMethod(
                method=run.method, library=run.library, draws=run.draws, seed=run.seed, confidence=0.95
            ),
            dimensions=[_dimension(each) for each in report.dimensions],
        )


def _dimension(report: DimensionReport) -> DimensionReliabilityOut:
    return DimensionReliabilityOut.model_validate(report)


RESULTS: Final = TypeAdapter(RatingResults)
RATINGS: Final = TypeAdapter(RatingPage)
RELIABILITY: Final = TypeAdapter(ReliabilityOut)
