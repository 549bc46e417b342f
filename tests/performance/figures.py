"""What was measured: figures with their spread, held to a target and a floor, as a table for people and JSON for machines."""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path


class Verdict(StrEnum):
    """How a figure stands to what was wanted."""

    MET = "met"
    SHORT = "short of its target"
    BROKEN = "below its floor"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the median of several repetitions. `least` and `most` are bounds on it; a floor is the outer one."""

    group: str
    name: str
    values: Sequence[float]
    unit: str
    target: float | None = None
    floor: float | None = None
    is_better_high: bool = True

    @property
    def median(self) -> float:
        """What is quoted."""
        return statistics.median(self.values)

    @property
    def verdict(self) -> Verdict:
        """Whether it holds."""
        if self.target is None:
            return Verdict.TOLD
        if self._reaches(self.target):
            return Verdict.MET
        floor = self.target if self.floor is None else self.floor
        return Verdict.SHORT if self._reaches(floor) else Verdict.BROKEN

    def _reaches(self, bound: float) -> bool:
        return self.median >= bound if self.is_better_high else self.median <= bound


@dataclass(slots=True)
class Figures:
    """All figures of one run."""

    settings: dict[str, str | int | float]
    figures: list[Figure] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        """Keep a figure, and say it at once: a run takes minutes."""
        self.figures.append(figure)
        print(_line(figure), flush=True)

    @property
    def are_acceptable(self) -> bool:
        """Whether none is below its floor."""
        return bool(self.figures) and all(figure.verdict is not Verdict.BROKEN for figure in self.figures)

    def table(self) -> str:
        """The table for people, in Markdown."""
        rows = ["| what | median | lowest - highest | n | wanted | verdict |", "|---|---:|---:|---:|---|---|"]
        group = ""
        for each in self.figures:
            if each.group != group:
                group = each.group
                rows.append(f"| **{group}** | | | | | |")
            spread = f"{_say(min(each.values))} - {_say(max(each.values))}"
            shown = f"{_say(each.median)} {each.unit}".strip()
            rows.append(f"| {each.name} | {shown} | {spread} | {len(each.values)} | {_wanted(each)} | {each.verdict} |")
        return "\n".join(rows)

    def write(self, path: Path) -> None:
        """The same for machines."""
        content = {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
            "settings": self.settings,
            "figures": [
                {**asdict(each), "values": list(each.values), "median": each.median, "verdict": each.verdict.value}
                for each in self.figures
            ],
        }
        path.write_text(json.dumps(content, indent=1) + "\n")


def _say(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _wanted(figure: Figure) -> str:
    if figure.target is None:
        return ""
    sign = ">=" if figure.is_better_high else "<="
    floor = "" if figure.floor is None else f" (floor {_say(figure.floor)})"
    return f"{sign} {_say(figure.target)}{floor}"


def _line(figure: Figure) -> str:
    return f"  {figure.group}: {figure.name} {_say(figure.median)} {figure.unit} {_wanted(figure)} {figure.verdict}"
