"""What a fault run measured: kept beside each test, shown as one table at the end, written as JSON on request.

A figure that has a bound is recorded before it is judged, so that a run that failed shows by how much.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

PROPERTY: Final = "figure"
"""The key among a test's user properties, which travel with its report, from another process too."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was counted or measured. `required` says the bound in words; empty: it is told, not judged."""

    name: str
    value: float
    unit: str = ""
    required: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one test."""

    properties: list[tuple[str, object]]

    def show(self, name: str, value: float, unit: str = "") -> None:
        """Tell a figure that has no bound."""
        self._keep(Figure(name, value, unit))

    def at_least(self, name: str, value: float, floor: float, unit: str = "") -> None:
        """A floor on the work that was done: below it the run proves nothing, and fails."""
        self._keep(Figure(name, value, unit, f"at least {_said(floor)}"))
        assert value >= floor, f"{name}: {_said(value)}, which is under the floor of {_said(floor)}"

    def at_most(self, name: str, value: float, ceiling: float, unit: str = "") -> None:
        """A bound that the product has to keep."""
        self._keep(Figure(name, value, unit, f"at most {_said(ceiling)}"))
        assert value <= ceiling, f"{name}: {_said(value)}, which is over {_said(ceiling)}"

    def exactly(self, name: str, value: float, wanted: float, unit: str = "") -> None:
        """What the product has to hit."""
        self._keep(Figure(name, value, unit, f"exactly {_said(wanted)}"))
        assert value == wanted, f"{name}: {_said(value)} instead of {_said(wanted)}"

    def _keep(self, figure: Figure) -> None:
        self.properties.append((PROPERTY, asdict(figure)))
        print(f"  {figure.name}: {_said(figure.value)} {figure.unit} {figure.required and f'({figure.required})'}")


@dataclass(frozen=True, slots=True)
class Measured:
    """A test as the table shows it."""

    fault: str
    outcome: str
    seconds: float
    figures: list[Figure] = field(default_factory=list)


def measured(reports: Iterable[tuple[str, pytest.TestReport]]) -> Iterator[Measured]:
    """The tests that recorded figures, from (outcome, report of the call)."""
    for outcome, report in reports:
        figures = [_figure(value) for key, value in report.user_properties if key == PROPERTY]
        if figures:
            yield Measured(_sentence(report.nodeid), outcome, round(report.duration, 1), figures)


def table(tests: Iterable[Measured]) -> Iterator[str]:
    """The lines of the table, as Markdown: readable here, and to be pasted into the documentation."""
    yield "| Fault | Figure | Measured | Required |"
    yield "|---|---|---:|---|"
    for test in tests:
        fault = f"{test.fault} ({test.seconds:.0f} s, {test.outcome})"
        for figure in test.figures:
            value = f"{_said(figure.value)} {figure.unit}".strip()
            yield f"| {fault} | {figure.name} | {value} | {figure.required} |"
            fault = ""


def write_json(path: Path, tests: Iterable[Measured], **about: object) -> None:
    """The same for programs. `about` says what run it was."""
    path.write_text(json.dumps({**about, "faults": [asdict(test) for test in tests]}, indent=2) + "\n")


def _figure(stored: Any) -> Figure:
    return Figure(**stored)


def _sentence(nodeid: str) -> str:
    """A test's name is a sentence already."""
    return nodeid.rsplit("::", 1)[-1].removeprefix("test_").replace("_", " ").capitalize()


def _said(value: float) -> str:
    """A number as people read it: whole ones with separators, others with as many digits as mean something."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.3g}"
