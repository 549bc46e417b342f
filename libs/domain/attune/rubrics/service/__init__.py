"""Use cases: bring in the built-in rubrics, evaluate conversations, and read what was evaluated."""

from __future__ import annotations

from attune.rubrics.service.evaluate import finish_evaluation, finish_evaluations
from attune.rubrics.service.install import install_built_in
from attune.rubrics.service.read import get_evaluation, get_rubric, list_evaluations, read_note, require_version

__all__ = [
    "finish_evaluation",
    "finish_evaluations",
    "get_evaluation",
    "get_rubric",
    "install_built_in",
    "list_evaluations",
    "read_note",
    "require_version",
]
