"""Rubrics, as they are answered."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, TypeAdapter

from attune.rubrics.model import VersionStatus
from attune_api.schemas import ResponseModel, Timestamp

EmpathyLevel = Annotated[int, Field(ge=0, le=4)]
DimensionKey = Annotated[str, Field(pattern=r"^[a-z_]{1,64}$", examples=["emotional_resonance"])]


class RubricLevelOut(ResponseModel):
    """What somebody can be seen or heard doing at a level."""

    level: EmpathyLevel
    anchor: str = Field(examples=["Names the feeling and its cause in the customer's own terms."])
    example: str = Field(examples=["“You planned the whole weekend around this delivery.”"])


class RubricDimensionOut(ResponseModel):
    """One thing a rubric looks at."""

    key: DimensionKey
    name: str = Field(examples=["Emotional resonance"])
    description: str
    weight: float = Field(description="Relative to the other dimensions.", examples=[1])
    levels: list[RubricLevelOut]


class RubricSummary(ResponseModel):
    """A rubric in its latest published version, without its levels."""

    id: UUID
    slug: str = Field(examples=["empathy"])
    title: str = Field(examples=["Empathy in customer conversations"])
    is_built_in: bool
    version_id: UUID = Field(description="The version; evaluations name it as rubric_version_id.")
    number: int = Field(description="The version's number, from 1.", examples=[1])
    status: VersionStatus
    published_at: Timestamp


class RubricOut(RubricSummary):
    """A rubric in its latest published version: its dimensions, and what each level from 0 to 4 looks like."""

    dimensions: list[RubricDimensionOut]


class RubricPage(ResponseModel):
    """A page of rubrics."""

    data: list[RubricSummary]
    next_cursor: str | None
    has_more: bool


RUBRIC: Final = TypeAdapter(RubricOut)
RUBRICS: Final = TypeAdapter(RubricPage)
