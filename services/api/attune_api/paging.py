"""Pages of a list: keyset cursors, signed, bound to the organisation, the list and its filters.

In a route (a list's own filters are fields of a subclass of `PageQuery`):

    class CheckInQuery(PageQuery):
        person_id: UUID | None = None

    async def list_check_ins(request: Request, caller: …, query: Annotated[CheckInQuery, Query()]) -> Response:
        listing = Listing.of(request, caller, query, "check_ins")
        async with reading(request, caller) as tx:
            rows = await repository.list_check_ins(tx, after=listing.after, limit=listing.fetch, …)
            page = listing.cut(rows, key=lambda row: (row.updated_at.isoformat(), row.id))
            return answer(PAGE, CheckInPage(data=[… for row in page.rows], next_cursor=page.next_cursor, has_more=page.has_more))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from attune.kernel.cursors import CursorCodec, CursorInvalid
from attune_api.auth.caller import Caller

Row = TypeVar("Row")

USUAL: Final = 50
MOST: Final = 200


class PageQuery(BaseModel):
    """The query of every list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cursor: Annotated[
        str | None, Field(max_length=512, description="The next_cursor of the page before. Nothing: the first page.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="How many at most.")] = USUAL


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of a page and what comes after."""

    rows: Sequence[Row]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One request for a page of a list."""

    codec: CursorCodec
    tenant_id: UUID
    name: str
    filters: Mapping[str, Any]
    limit: int
    after: Sequence[str] | None
    """The sort key of the last row the caller has seen, as strings."""

    @classmethod
    def of(cls, request: Request, caller: Caller, query: PageQuery, name: str, **bound: Any) -> Listing:
        """The listing of a request. `bound` is what else it depends on, such as an id in the path.

        Raises `CursorInvalid`.
        """
        codec: CursorCodec = request.scope["app"].state.cursors
        filters = query.model_dump(mode="json", exclude={"cursor", "limit"}) | bound
        after = None
        if query.cursor is not None:
            after = codec.decode(query.cursor, tenant_id=caller.tenant_id, listing=name, filters=filters)
        return cls(codec, caller.tenant_id, name, filters, query.limit, after)

    @property
    def fetch(self) -> int:
        """How many rows to fetch: one more than are shown tells whether there are more."""
        return self.limit + 1

    def cut(self, rows: Sequence[Row], key: Callable[[Row], Sequence[Any]]) -> Page[Row]:
        """The page of the rows that were fetched. `key` gives a row's sort key."""
        shown = rows[: self.limit]
        if len(rows) <= self.limit:
            return Page(shown, None, False)
        cursor = self.codec.encode(key(shown[-1]), tenant_id=self.tenant_id, listing=self.name, filters=self.filters)
        return Page(shown, cursor, True)

    def after_time_and_id(self) -> tuple[datetime | None, UUID | None]:
        """`after`, for a list in the order of a time and then an id."""
        if self.after is None:
            return None, None
        try:
            at, row_id = self.after
            return datetime.fromisoformat(at), UUID(row_id)
        except ValueError as error:
            raise CursorInvalid from error

    def after_id(self) -> UUID | None:
        """`after`, for a list in the order of ids."""
        if self.after is None:
            return None
        try:
            (row_id,) = self.after
            return UUID(row_id)
        except ValueError as error:
            raise CursorInvalid from error
