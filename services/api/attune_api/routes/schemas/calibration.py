"""Calibration rounds, as they are sent and answered."""

from __future__ import annotations

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from attune.calibration.model import (
    MOST_DIMENSIONS,
    Item,
    Metric,
    NewItem,
    NewRound,
    Rater,
    RaterName,
    Round,
    RoundOutcome,
    RoundStatus,
    Scale,
)
from attune.calibration.rules import Sight
from attune.calibration.service import RoundView
from attune_api.routes.schemas.fields import ShownName
from attune_api.routes.schemas.references import name_of, name_of_if_any, to_domain_if_any
from attune_api.routes.schemas.rubrics import DimensionKey
from attune_api.schemas import (
    ExternalRef,
    RequestModel,
    ResponseModel,
    Timestamp,
    reference_of,
    require_one_of,
)

MOST_RATERS: Final = 200
MOST_ITEMS: Final = 1000

Key = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._~-]{1,128}$",
        description="Of letters, digits, `.`, `_`, `~`, `-`: never an e-mail address or a name.",
        examples=["conv-17"],
    ),
]
WholeLevel = Annotated[int, Field(ge=-1000, le=1000, strict=True)]


class RatingScaleIn(RequestModel):
    """The whole numbers that a rating can be, and what they mean."""

    min: WholeLevel = Field(examples=[1])
    max: WholeLevel = Field(examples=[5])
    metric: Metric = Field(
        default=Metric.ORDINAL, description="Names, an order, equal distances, or equal ratios.", examples=["ordinal"]
    )

    def to_domain(self) -> Scale:
        """The same, as the domain has it."""
        return Scale(lowest=self.min, highest=self.max, metric=self.metric)


class RaterIn(RequestModel):
    """Who rates: a person of the organisation, or a label for somebody outside it."""

    person_ref: ExternalRef | None = None
    person_id: UUID | None = None
    label: Key | None = Field(default=None, description="A pseudonym for somebody who is no person here.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        require_one_of(self, "person_ref", "person_id", "label")
        return self

    def to_domain(self) -> RaterName:
        """The same, as the domain has it."""
        return RaterName(person=name_of_if_any(self.person_ref, self.person_id), label=self.label)


class CalibrationItemIn(RequestModel):
    """Something to rate: a conversation here, or a text that another system keeps."""

    key: Key
    interaction_ref: ExternalRef | None = None
    interaction_id: UUID | None = None
    text_ref: Key | None = Field(default=None, description="Where the text is found, for who reads it.")

    @model_validator(mode="after")
    def _names_one_at_most(self) -> Self:
        if self.interaction_ref is not None and self.interaction_id is not None:
            require_one_of(self, "interaction_ref", "interaction_id")
        return self

    def to_domain(self) -> NewItem:
        """The same, as the domain has it."""
        interaction = name_of_if_any(self.interaction_ref, self.interaction_id)
        return NewItem(key=self.key, interaction=interaction, text_ref=self.text_ref)


class CalibrationRoundIn(RequestModel):
    """A round: either against a version of a rubric, or on dimensions and a scale of its own."""

    title: ShownName = Field(examples=["November calibration, billing"])
    external_ref: ExternalRef | None = Field(
        default=None, description="Your own reference: opening the same again adds nothing."
    )
    rubric_slug: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$", examples=["empathy"])] | None = Field(
        default=None, description="The rubric, in its latest published version."
    )
    rubric_version_id: UUID | None = None
    dimensions: Annotated[list[DimensionKey], Field(min_length=1, max_length=MOST_DIMENSIONS)] | None = Field(
        default=None, description="The dimensions of a round without a rubric; each once."
    )
    scale: RatingScaleIn | None = Field(
        default=None, description="The scale of a round without a rubric. A rubric is scored from 0 to 4."
    )
    quorum: Annotated[int, Field(ge=2, le=MOST_RATERS, strict=True)] = Field(
        default=2, description="How many raters must have submitted before the review."
    )
    facilitator_ref: ExternalRef | None = None
    facilitator_id: UUID | None = Field(
        default=None, description="The person who leads the discussion, and does not rate."
    )
    scoring_until: Timestamp | None = Field(
        default=None, description="When scoring is to be done. Ratings are taken until the review begins."
    )
    raters: Annotated[list[RaterIn], Field(max_length=MOST_RATERS)] = Field(default_factory=list)
    items: Annotated[list[CalibrationItemIn], Field(max_length=MOST_ITEMS)] = Field(default_factory=list)
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)] = Field(
        default=0,
        description="Where the draws of the intervals begin. The same ratings and seed give the same figures.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        require_one_of(self, "rubric_slug", "rubric_version_id", "dimensions")
        if (self.dimensions is None) != (self.scale is None):
            raise PydanticCustomError("scale_without_dimensions", "both or neither")
        if self.dimensions is not None and len(set(self.dimensions)) < len(self.dimensions):
            raise PydanticCustomError("dimension_repeated", "each once")
        if self.facilitator_ref is not None and self.facilitator_id is not None:
            require_one_of(self, "facilitator_ref", "facilitator_id")
        return self

    def to_new(self, round_id: UUID) -> NewRound:
        """The same, as the domain has it."""
        return NewRound(
            id=round_id,
            external_ref=to_domain_if_any(self.external_ref),
            title=self.title,
            rubric=self.rubric_slug if self.rubric_version_id is None else self.rubric_version_id,
            dimensions=tuple(self.dimensions or ()),
            scale=None if self.scale is None else self.scale.to_domain(),
            quorum=self.quorum,
            facilitator=None
            if self.facilitator_ref is None and self.facilitator_id is None
            else name_of(self.facilitator_ref, self.facilitator_id),
            scoring_until=self.scoring_until,
            raters=tuple(rater.to_domain() for rater in self.raters),
            items=tuple(item.to_domain() for item in self.items),
            seed=self.seed,
        )


class InviteIn(RequestModel):
    """More raters."""

    raters: Annotated[list[RaterIn], Field(min_length=1, max_length=MOST_RATERS)]


class ResolveRoundIn(RequestModel):
    """What the raters made of it."""

    outcome: RoundOutcome = Field(description="A change is proposed here; it takes a new version of the rubric.")


class RatingScaleOut(ResponseModel):
    """The whole numbers that a rating can be, and what they mean."""

    min: int = Field(examples=[0])
    max: int = Field(examples=[4])
    metric: Metric


class RaterOut(ResponseModel):
    """Somebody who rates in a round."""

    id: UUID
    person_id: UUID | None
    label: str | None
    is_late: bool = Field(description="Joined after scoring had begun.")
    submitted_at: Timestamp | None = Field(description="When they stood by their ratings, and saw the others'.")

    @classmethod
    def of(cls, rater: Rater) -> Self:
        """A rater as they are answered."""
        return cls.model_validate(rater)


class CalibrationRoundOut(ResponseModel):
    """A calibration round."""

    id: UUID
    external_ref: ExternalRef | None
    title: str
    rubric_version_id: UUID | None
    dimensions: list[DimensionKey]
    scale: RatingScaleOut
    status: RoundStatus
    outcome: RoundOutcome | None
    quorum: int = Field(examples=[2])
    facilitator_id: UUID | None
    scoring_until: Timestamp | None
    raters_count: int = Field(examples=[4])
    raters_submitted: int = Field(description="How many stand by their ratings.", examples=[3])
    items_count: int = Field(examples=[12])
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, round_: Round) -> Self:
        """A round as it is answered."""
        return cls(**fields_of(round_))


def fields_of(round_: Round) -> dict[str, object]:
    """The fields that every answer about a round has."""
    scale = round_.scale
    return {
        "id": round_.id,
        "external_ref": reference_of(round_.external_source, round_.external_id),
        "title": round_.title,
        "rubric_version_id": round_.rubric_version_id,
        "dimensions": list(round_.dimensions),
        "scale": RatingScaleOut(min=scale.lowest, max=scale.highest, metric=scale.metric),
        "status": round_.status,
        "outcome": round_.outcome,
        "quorum": round_.quorum,
        "facilitator_id": round_.facilitator_id,
        "scoring_until": round_.scoring_until,
        "raters_count": round_.raters,
        "raters_submitted": round_.raters_submitted,
        "items_count": round_.items,
        "created_at": round_.created_at,
        "updated_at": round_.updated_at,
    }


class CalibrationRoundWithRaters(CalibrationRoundOut):
    """A calibration round with its raters, and whose ratings the caller sees."""

    raters: list[RaterOut]
    ratings_seen: Sight = Field(description="All: of everybody who has submitted. Own: blind until one's submission.")

    @classmethod
    def seen(cls, view: RoundView) -> Self:
        """A round as somebody sees it."""
        return cls(**fields_of(view.round), raters=[RaterOut.of(each) for each in view.raters], ratings_seen=view.sight)


class CalibrationRoundPage(ResponseModel):
    """A page of calibration rounds."""

    data: list[CalibrationRoundOut]
    next_cursor: str | None
    has_more: bool


class CalibrationItemOut(ResponseModel):
    """Something that is rated."""

    key: str = Field(examples=["conv-17"])
    interaction_id: UUID | None
    text_ref: str | None

    @classmethod
    def of(cls, item: Item) -> Self:
        """An item as it is answered."""
        return cls.model_validate(item)


class CalibrationItemPage(ResponseModel):
    """A page of what is rated in a round."""

    data: list[CalibrationItemOut]
    next_cursor: str | None
    has_more: bool


ROUND: Final = TypeAdapter(CalibrationRoundOut)
WITH_RATERS: Final = TypeAdapter(CalibrationRoundWithRaters)
PAGE: Final = TypeAdapter(CalibrationRoundPage)
ITEMS: Final = TypeAdapter(CalibrationItemPage)
