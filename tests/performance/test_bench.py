"""The bench works, and sees what it should: its speed figures are for `make bench`, not for a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.performance.figures import Figure, Figures, Verdict
from tests.performance.load import Outcome, content_length, read_requests, write_requests
from tests.performance.sending import BenchBroken, Burst, judge
from tests.performance.stage import ROOT


def test_a_quick_run_measures_everything_and_says_that_its_figures_mean_nothing(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    only = ["hot", "gate", "worker"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.performance", "--quick", "--only", *only, "--json", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "not how fast anything is" in done.stdout
    figures = json.loads(file.read_text())["figures"]
    assert {figure["group"] for figure in figures} == {"hot endpoints, everything on", "consent gate", "worker"}
    assert all(value > 0 for figure in figures for value in figure["values"])


@pytest.mark.parametrize(
    ("median", "target", "floor", "is_better_high", "verdict"),
    [
        (0.80, 0.75, 0.55, True, Verdict.MET),
        (0.60, 0.75, 0.55, True, Verdict.SHORT),
        (0.50, 0.75, 0.55, True, Verdict.BROKEN),
        (1.2, 1.3, None, False, Verdict.MET),
        (1.4, 1.3, None, False, Verdict.BROKEN),
        (1.7, 1.5, 2, False, Verdict.SHORT),
        (9, None, None, True, Verdict.TOLD),
    ],
)
def test_a_figure_is_held_to_its_target_and_its_floor(
    median: float, target: float | None, floor: float | None, is_better_high: bool, verdict: Verdict
) -> None:
    assert Figure("group", "name", [median], "x", target, floor, is_better_high).verdict is verdict


def test_one_figure_below_its_floor_fails_a_run_and_no_figure_at_all_does_too() -> None:
    figures = Figures({})
    assert not figures.are_acceptable
    figures.add(Figure("group", "good", [1.0], "x", 0.75, 0.55))
    assert figures.are_acceptable
    figures.add(Figure("group", "planted: half as fast", [0.5], "x", 0.75, 0.55))
    assert not figures.are_acceptable
    assert "below its floor" in figures.table()


def test_a_burst_with_another_answer_or_too_few_is_no_measurement() -> None:
    assert isinstance(judge("server", Outcome(1.0, {"201": 60}, [0.01]), "201", cpu_seconds=0.1, least=50), Burst)
    with pytest.raises(BenchBroken, match="503"):
        judge("server", Outcome(1.0, {"201": 60, "503": 1}, [0.01]), "201", cpu_seconds=0.1, least=50)
    with pytest.raises(BenchBroken, match="lost"):
        judge("server", Outcome(1.0, {"201": 60, "lost": 1}, [0.01]), "201", cpu_seconds=0.1, least=50)
    with pytest.raises(BenchBroken, match="too few"):
        judge("server", Outcome(1.0, {"201": 49}, [0.01]), "201", cpu_seconds=0.1, least=50)


def test_requests_come_back_from_their_file_as_they_went_in(tmp_path: Path) -> None:
    requests = [b"GET / HTTP/1.1\r\n\r\n", b"", b"\x00\x01" * 70_000]
    write_requests(tmp_path / "requests", requests)
    assert list(read_requests(tmp_path / "requests")) == requests


def test_an_answer_without_its_length_is_not_waited_for() -> None:
    assert content_length(b"HTTP/1.1 200 OK\r\ncontent-length: 12") == 12
    with pytest.raises(ValueError, match="length"):
        content_length(b"HTTP/1.1 200 OK")
