"""Batches: what an integration hands over at once. Each item has a reference of its own and gets a result of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from attune.kernel.errors import AttuneError


@dataclass(frozen=True, slots=True, order=True)
class ExternalRef:
    """How another system knows a thing: which system, and its id there. Unique within an organisation."""

    source: str
    external_id: str


Name: TypeAlias = ExternalRef | UUID
"""What a body can call a thing by: another system's reference, or our id."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list ordered by (updated_at, id): the list goes on behind it."""

    updated_at: datetime
    id: UUID

    @classmethod
    def after_moment(cls, moment: datetime) -> Position:
        """Behind everything of that moment, so that `modified_after` excludes it."""
        return cls(moment, UUID(int=2**128 - 1))


FROM_THE_START: Final = Position(datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))


class ItemStatus(StrEnum):
    """What became of an item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """What became of the item at `index`: the thing's id, or the refusal with a pointer into the item."""

    index: int
    status: ItemStatus
    id: UUID | None
    problem: AttuneError | None = None

    def require(self) -> UUID:
        """The thing's id, for a caller with a single item: its refusal is raised."""
        if self.problem is not None:
            raise self.problem
        assert self.id is not None
        return self.id
