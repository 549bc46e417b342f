"""Lists in the order of the last change, which an integrator polls with `modified_after`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Protocol, TypeVar
from uuid import UUID

from pydantic import Field

from attune.batches.model import FROM_THE_START, Position
from attune_api.paging import Listing, Page, PageQuery
from attune_api.schemas import Timestamp


class ChangesQuery(PageQuery):
    """The query of such a list."""

    modified_after: Annotated[Timestamp | None, Field(description="Only what changed after this moment.")] = None


class Changing(Protocol):
    """A row that knows when it last changed."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def updated_at(self) -> datetime:
        """When it last changed."""


Row = TypeVar("Row", bound=Changing)


def position_of(listing: Listing, query: ChangesQuery) -> Position:
    """Where the page begins. A cursor lies behind `modified_after` already, since it came from the same list."""
    updated_at, row_id = listing.after_time_and_id()
    if updated_at is not None and row_id is not None:
        return Position(updated_at, row_id)
    return FROM_THE_START if query.modified_after is None else Position.after_moment(query.modified_after)


def cut_changes(listing: Listing, rows: Sequence[Row]) -> Page[Row]:
    """The page of the rows that were fetched."""
    return listing.cut(rows, key=lambda row: (row.updated_at.isoformat(), row.id))
