"""The figures of a fault run: judged after they were kept, and the same on paper as in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults.figures import Figure, Figures, Measured, table, write_json


def test_a_run_under_its_floor_fails_and_its_figure_is_kept() -> None:
    figures = Figures([])
    with pytest.raises(AssertionError, match="kills: 2, which is under the floor of 300"):
        figures.at_least("kills", 2, 300)
    with pytest.raises(AssertionError, match="lag: 3, which is over 2"):
        figures.at_most("lag", 3.0, 2.0, "s")
    with pytest.raises(AssertionError, match="lost: 1 instead of 0"):
        figures.exactly("lost", 1, 0)
    assert len(figures.properties) == 3


def test_the_table_and_the_file_say_the_same(tmp_path: Path) -> None:
    test = Measured("Killed workers lose nothing", "passed", 12.3, [Figure("kills", 1_000, "", "at least 300")])
    assert list(table([test]))[-1] == ("| Killed workers lose nothing (12 s, passed) | kills | 1,000 | at least 300 |")
    write_json(tmp_path / "figures.json", [test], seed=7)
    written = json.loads((tmp_path / "figures.json").read_text())
    assert written["seed"] == 7
    assert written["faults"][0]["figures"] == [
        {"name": "kills", "value": 1_000, "unit": "", "required": "at least 300"}
    ]
