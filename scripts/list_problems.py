"""Writes docs/problems.md: every problem code the API can answer with, its status, and what to do about it."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import attune
import attune_api
from attune.kernel.errors import AttuneError, Refusal
from attune_api.problems import OF_FRAMEWORK, STATUS_OF

PAGE = Path(__file__).parents[1] / "docs/problems.md"

HEAD = """# Problem codes

Every error is `application/problem+json` (RFC 9457). Decide by `code`: it never changes its meaning and is never reused. `detail`
is for people and may be reworded. A value that was not accepted is pointed to in `errors[]`; nothing that was sent is repeated.

This page is generated: `python scripts/list_problems.py`.

| code | status | what it says |
|---|---|---|
"""


def _modules() -> Iterator[object]:
    for package in (attune, attune_api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                yield importlib.import_module(module.name)


def _subclasses(base: type[AttuneError]) -> Iterator[type[AttuneError]]:
    for each in base.__subclasses__():
        yield each
        yield from _subclasses(each)


def catalogue() -> dict[str, tuple[int, str]]:
    """Each code with its status and its words. Two refusals may share a code only if they share the status too."""
    found: dict[str, tuple[int, str]] = {
        "validation_failed": (422, "The request was understood, but not all of it is acceptable."),
        "internal_error": (500, "Something went wrong on our side. Tell us the request_id if it lasts."),
        **{code: (status, words) for status, (code, words) in OF_FRAMEWORK.items()},
    }
    refusals = [value for module in _modules() for value in vars(module).values() if isinstance(value, Refusal)]
    known = [(each.code, STATUS_OF[each.kind], each.detail) for each in refusals]
    known += [
        (each.code, STATUS_OF[each.kind], each.detail)
        for each in _subclasses(AttuneError)
        if each.__module__.startswith(("attune.", "attune_api."))
    ]
    for code, status, words in known:
        if found.setdefault(code, (status, words))[0] != status:
            raise ValueError(f"{code} stands for two statuses")
    return dict(sorted(found.items()))


def page() -> str:
    """The page."""
    rows = [f"| `{code}` | {status} | {words} |\n" for code, (status, words) in catalogue().items()]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"wrote {PAGE.name}\n")
