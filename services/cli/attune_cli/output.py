"""What the command line says: for people on standard error and output, for scripts one JSON document on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

STDOUT = Console(highlight=False)
STDERR = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """Tell the person at the terminal what is going on; never part of what a script reads."""
    STDERR.print(escape(text), soft_wrap=True)


def fail(text: str) -> None:
    """Say why the command failed."""
    STDERR.print(f"[bold red]Failed:[/] {escape(text)}", soft_wrap=True)


def write_json(document: Any) -> None:
    """The one document of a command run with --json. Ids, times and enums are written as text."""
    print(json.dumps(document, indent=2, default=str))


def write_line(text: str) -> None:
    """A line of the command's result, as it is."""
    print(text)


def write_table(columns: Iterable[str], rows: Iterable[Iterable[object]], title: str | None = None) -> None:
    """A table of the command's result."""
    table = Table(
        title=title, title_justify="left", box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0)
    )
    for number, column in enumerate(columns):
        # Ids are there to be copied: folded where they must be, never cut.
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*("-" if cell is None else escape(str(cell)) for cell in row))
    STDOUT.print(table)


class Steps:
    """A progress bar with a line for each step."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def begin(self, name: str, total: int | None) -> None:
        """A step begins."""
        self._tasks[name] = self._progress.add_task(name, total=total)

    def advance(self, name: str, count: int = 1) -> None:
        """A step went on."""
        self._progress.advance(self._tasks[name], count)

    def set_position(self, name: str, completed: int, total: int) -> None:
        """Where a step is, when both ends move."""
        self._progress.update(self._tasks[name], completed=completed, total=total)


@contextmanager
def steps() -> Iterator[Steps]:
    """Show progress on standard error; where that is no terminal, only the finished steps."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=STDERR) as progress:
        yield Steps(progress)


def write_finding(check: str, found: str, advice: str | None, *, is_well: bool) -> None:
    """One line of a check-up, and under it what to do."""
    mark = "[green]ok  [/]" if is_well else "[bold red]FAIL[/]"
    STDOUT.print(f"{mark}  {escape(check):<28} {escape(found)}", soft_wrap=True)
    if advice is not None and not is_well:
        STDOUT.print(f"      {'':<28} -> {escape(advice)}", soft_wrap=True)
