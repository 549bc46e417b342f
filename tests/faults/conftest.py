"""What every fault test shares: its size, its seed, the figures it records, and the table of them all at the end.

One implementation, two sizes. `make test` runs the short form; `make faults` the full one, whose floors are those that
`docs/reliability.md` promises. `ATTUNE_TEST_FAULTS=full` is the full form (`tests/sizes.py`),
`ATTUNE_TEST_SEED` repeats a run, `ATTUNE_TEST_FIGURES` names a file for the figures.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.figures import Figures, measured, table, write_json
from tests.sizes import FAULTS, Size

_SEED = int(os.environ.get("ATTUNE_TEST_SEED") or random.SystemRandom().randrange(2**32))


@pytest.fixture(scope="session")
def size() -> Size:
    """How much to do."""
    return FAULTS


@pytest.fixture
def seed() -> int:
    """Where this run's chance begins. Printed, so that a failure can be repeated."""
    print(f"  seed {_SEED}")
    return _SEED


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a test records what it counted and measured."""
    return Figures(request.node.user_properties)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of figures, after a full run or where a file was asked for."""
    path = os.environ.get("ATTUNE_TEST_FIGURES")
    if FAULTS is not Size.FULL and not path:
        return
    reports = [
        (outcome, report)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call"
    ]
    tests = list(measured(reports))
    terminalreporter.section(f"figures of the {FAULTS} form, seed {_SEED}")
    for line in table(tests):
        terminalreporter.write_line(line)
    if path:
        write_json(Path(path), tests, form=FAULTS.value, seed=_SEED)
        terminalreporter.write_line(f"Written to {path}.")
