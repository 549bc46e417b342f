"""Sends a rating file to the API as a calibration round, and waits for what comes of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from attune_cli.api_client import ApiClient
from attune_cli.batches import BatchSender
from attune_cli.failure import CommandFailed
from attune_cli.importing.ratings import BadLine, FileRating

ROUNDS: Final = "/v1/calibration-rounds"
AT_ONCE: Final = 1000
SECONDS_BETWEEN_LOOKS: Final = 0.5
SECONDS_TO_WAIT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundForm:
    """The round that a file becomes. `reference` is the same on every run."""

    source: str
    reference: str
    title: str
    dimensions: Sequence[str]
    lowest: int
    highest: int
    metric: str
    seed: int


@dataclass(slots=True)
class RatingLoader:
    """Loads one file."""

    client: ApiClient
    counts: Counter[str] = field(default_factory=Counter)
    bad: list[BadLine] = field(default_factory=list)

    def open_round(self, form: RoundForm) -> str:
        """The id of the round, which is scoring."""
        body = {
            "title": form.title,
            "external_ref": {"source": form.source, "external_id": form.reference},
            "dimensions": list(form.dimensions),
            "scale": {"min": form.lowest, "max": form.highest, "metric": form.metric},
            "seed": form.seed,
        }
        opened = self.client.post(ROUNDS, body)
        if opened.body["status"] == "draft":
            opened = self.client.post(f"{ROUNDS}/{opened.body['id']}:startScoring", if_match=opened.etag)
        return str(opened.body["id"])

    def send(
        self, round_id: str, ratings: Sequence[FileRating], on_sent: Callable[[int], None] = lambda count: None
    ) -> None:
        """Send ratings, and count what became of them."""
        items = [_item(rating) for rating in ratings]
        path = f"{ROUNDS}/{round_id}/ratings:batchUpsert"
        results = BatchSender(self.client).send(path, items, most=AT_ONCE, on_sent=on_sent)
        for rating, result in zip(ratings, results, strict=True):
            self.counts[result.status] += 1
            if not result.is_stored:
                self.bad.append(BadLine(rating.line, result.reason or result.status))

    def wait(self, round_id: str, on_progress: Callable[[int, int], None] = lambda done, total: None) -> dict[str, Any]:
        """The report, once the worker has computed it. Raises `CommandFailed` where that takes too long."""
        until = time.monotonic() + SECONDS_TO_WAIT
        while True:
            report: dict[str, Any] = self.client.get(f"{ROUNDS}/{round_id}/reliability").body
            on_progress(report["progress"]["done"], report["progress"]["total"])
            if report["status"] == "ready":
                return report
            if report["status"] == "failed":
                raise CommandFailed(
                    "The ratings are in, but their agreement could not be computed: see the worker's log."
                )
            if time.monotonic() > until:
                raise CommandFailed(
                    "The ratings are in, but nothing has computed their agreement yet. Is the worker running? Read it"
                    f" later at {ROUNDS}/{round_id}/reliability."
                )
            time.sleep(SECONDS_BETWEEN_LOOKS)


def _item(rating: FileRating) -> dict[str, Any]:
    item: dict[str, Any] = {
        "item": rating.item,
        "dimension": rating.dimension,
        "value": rating.value,
        "rater": {"label": rating.rater},
    }
    if rating.text_ref is not None:
        item["text_ref"] = rating.text_ref
    if rating.rated_at is not None:
        item["rated_at"] = rating.rated_at.isoformat()
    return item
