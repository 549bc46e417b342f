"""A problem code means one thing, has the form of a code, and stands in the catalogue for integrators."""

from __future__ import annotations

import re

from scripts.list_problems import PAGE, catalogue, page


def test_every_code_has_one_status_and_words_for_people() -> None:
    codes = catalogue()  # raises for a code with two statuses
    assert len(codes) > 60
    assert [code for code in codes if not re.fullmatch(r"[a-z][a-z0-9_]*", code)] == []
    assert [code for code, (_, words) in codes.items() if not words.endswith((".", "?"))] == []


def test_the_catalogue_is_current() -> None:
    assert PAGE.read_text() == page(), "run: python scripts/list_problems.py"
