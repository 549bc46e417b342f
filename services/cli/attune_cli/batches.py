"""Sending many items through the API's batch operations."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar

from attune_cli.api_client import ApiClient, ApiRefused, reason_of

MOST_ITEMS: Final = 200
MOST_SIGNALS: Final = 1000
_FOR_ITS_CONTENT: Final = frozenset({413, 422})

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one item: `created`, `updated`, `unchanged`, `refused` or `failed`."""

    status: str
    reason: str | None
    answer: Mapping[str, Any]

    @property
    def is_stored(self) -> bool:
        """Whether the thing is there now."""
        return self.status not in {"refused", "failed"}


@dataclass(frozen=True, slots=True)
class BatchSender:
    """Sends batches under keys of this run.

    A key belongs to the run, not to the content: a lost answer can be asked for again, while a second run is not
    answered from the memory of the first and so tells truly what it added.
    """

    client: ApiClient
    run: str = field(default_factory=lambda: secrets.token_hex(8))
    sent: list[int] = field(default_factory=lambda: [0])

    def send(
        self,
        path: str,
        items: Sequence[Mapping[str, Any]],
        *,
        most: int = MOST_ITEMS,
        on_sent: Callable[[int], None] = lambda count: None,
    ) -> list[ItemResult]:
        """The results of all items, in their order. A refusal of a whole batch raises `ApiRefused`."""
        results: list[ItemResult] = []
        for batch in in_batches(items, most):
            results += self._send_one(path, batch)
            on_sent(len(batch))
        return results

    def _send_one(self, path: str, batch: Sequence[Mapping[str, Any]]) -> list[ItemResult]:
        """A batch that is refused as a whole, for one item's shape or for its size, is halved until the item is found."""
        self.sent[0] += 1
        body = {"items": batch, "atomic": False}
        try:
            answer = self.client.post(path, body, idempotency_key=f"{self.run}-{self.sent[0]}")
        except ApiRefused as error:
            if error.status not in _FOR_ITS_CONTENT:
                raise
            if len(batch) == 1:
                return [ItemResult("failed", error.reason, {})]
            middle = len(batch) // 2
            return [*self._send_one(path, batch[:middle]), *self._send_one(path, batch[middle:])]
        return [_result(item) for item in sorted(answer.body["results"], key=lambda item: item["index"])]


def in_batches(items: Sequence[Item] | Iterator[Item], most: int) -> Iterator[list[Item]]:
    """The items in lists of at most `most`."""
    remaining = iter(items)
    while batch := list(islice(remaining, most)):
        yield batch


def _result(item: Mapping[str, Any]) -> ItemResult:
    problem = item.get("problem")
    return ItemResult(item["status"], reason_of(problem) if problem else None, item)
