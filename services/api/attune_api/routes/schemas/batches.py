"""Batches over HTTP: every item is accepted or refused for itself, whatever is wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, TypeVar, get_args
from uuid import UUID

from pydantic import Field, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema
from starlette.requests import Request
from starlette.responses import Response

from attune.batches.model import ItemResult, ItemStatus
from attune.batches.service import run_batch
from attune.kernel.errors import AttuneError, Kind
from attune.kernel.transactions import WriteTransaction
from attune_api.answers import answer
from attune_api.auth.caller import Caller
from attune_api.idempotency import claim_key
from attune_api.problems import FieldError, ItemProblem, field_errors, item_problem
from attune_api.schemas import RequestModel, ResponseModel
from attune_api.transactions import writing

MOST_ITEMS: Final = 200

Item = TypeVar("Item")
Result = TypeVar("Result", bound=ItemResult)
Answer = TypeVar("Answer")


class ItemInvalid(AttuneError):
    """An item does not have the form it should have."""

    kind = Kind.INVALID
    code = "validation_failed"
    detail = "This item was understood, but not all of it is acceptable."

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__()
        self.errors = errors


class Invalid:
    """Stands in the place of an item that does not have the form it should have."""

    def __init__(self, value: Any, error: ValidationError) -> None:
        self.problem = ItemInvalid(field_errors(error.errors(include_url=False, include_input=False)))
        self.digest = hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
        """What was sent, for comparing two requests under one Idempotency-Key."""


class _EachForItself:
    """Accepts a list's item, or puts an `Invalid` in its place, so that one bad record does not hold up the rest."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(
            _accept,
            handler.generate_schema(get_args(source)[0]),
            serialization=core_schema.wrap_serializer_function_ser_schema(_write),
        )


def _accept(value: Any, accept: Callable[[Any], Any]) -> Any:
    try:
        return accept(value)
    except ValidationError as error:
        return Invalid(value, error)


def _write(value: Any, write: Callable[[Any], Any]) -> Any:
    return {"invalid": value.digest} if isinstance(value, Invalid) else write(value)


EachForItself = Annotated[Item | Invalid, _EachForItself()]
"""`items: list[EachForItself[PersonIn]]`: the schema shows `PersonIn`."""

Atomic = Annotated[bool, Field(strict=True, description="All or nothing: if any item fails, none is written.")]
DryRun = Annotated[bool, Field(strict=True, description="Tell what would happen, and write nothing.")]


class BatchItem(ResponseModel):
    """What became of one item."""

    index: int = Field(description="The item's place in the request, from 0.", examples=[0])
    status: ItemStatus
    id: UUID | None = Field(description="The thing's id; null where the item failed, or would only be created.")
    problem: ItemProblem | None = Field(description="Why the item failed.", examples=[None])


class BatchResults(ResponseModel):
    """What became of each item, in the order of the request."""

    results: list[BatchItem]


RESULTS: Final = TypeAdapter(BatchResults)


async def run_items(
    tx: WriteTransaction,
    items: Sequence[Item | Invalid],
    work: Callable[[list[Item]], Awaitable[Sequence[Result]]],
    failed: Callable[[int, AttuneError], Result],
    *,
    atomic: bool,
    dry_run: bool = False,
) -> list[Result]:
    """The results of all items: `work` is given those of good form, `failed` makes the result of any other."""

    async def run() -> list[Result]:
        results = {i: failed(i, item.problem) for i, item in enumerate(items) if isinstance(item, Invalid)}
        good = [(index, item) for index, item in enumerate(items) if not isinstance(item, Invalid)]
        if good:
            for (index, _), result in zip(good, await work([item for _, item in good]), strict=True):
                results[index] = replace(result, index=index)
        return [results[index] for index in range(len(items))]

    return await run_batch(tx, run, atomic=atomic, dry_run=dry_run)


def failed_item(index: int, problem: AttuneError) -> ItemResult:
    """The result of an item that failed."""
    return ItemResult(index=index, status=ItemStatus.FAILED, id=None, problem=problem)


async def answer_batch(
    request: Request,
    caller: Caller,
    body: RequestModel,
    adapter: TypeAdapter[Answer],
    work: Callable[[WriteTransaction], Awaitable[Answer]],
) -> Response:
    """The answer to a batch, done once for each Idempotency-Key. What is kept of it are indexes, statuses, ids and
    problems, which never repeat what was sent."""
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body)
        if claim.replay is not None and claim.replay.outcome is not None:
            return claim.marked(answer(adapter, adapter.validate_python(claim.replay.outcome)))
        results = await work(tx)
        if claim.key is not None:
            await claim.remember(adapter.dump_python(results, mode="json"))
        return answer(adapter, results)


def batch_item(result: ItemResult) -> BatchItem:
    """A result as it is answered."""
    return BatchItem(index=result.index, status=result.status, id=result.id, problem=problem_of(result))


def problem_of(result: ItemResult) -> ItemProblem | None:
    """Why an item failed, if it did."""
    if result.problem is None:
        return None
    problem = item_problem(result.problem)
    if isinstance(result.problem, ItemInvalid):
        return problem.model_copy(update={"errors": list(result.problem.errors)})
    return problem
