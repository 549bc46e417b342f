"""Use cases: open a round, rate in it, take it through its life, read it, and compute how far its raters agree."""

from __future__ import annotations

from attune.calibration.service.compute import Task, begin_task, fail_task, finish_task, take_place, tell_progress
from attune.calibration.service.open import invite_raters, open_round
from attune.calibration.service.rate import submit_ratings, upsert_ratings
from attune.calibration.service.read import (
    RoundView,
    get_round,
    list_items,
    list_ratings,
    list_rounds,
    read_report,
    view_round,
)
from attune.calibration.service.step import close_round, resolve_round, start_review, start_scoring

__all__ = [
    "RoundView",
    "Task",
    "begin_task",
    "close_round",
    "fail_task",
    "finish_task",
    "get_round",
    "invite_raters",
    "list_items",
    "list_ratings",
    "list_rounds",
    "open_round",
    "read_report",
    "resolve_round",
    "start_review",
    "start_scoring",
    "submit_ratings",
    "take_place",
    "tell_progress",
    "upsert_ratings",
    "view_round",
]
