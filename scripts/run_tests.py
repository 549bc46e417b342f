"""Runs the rings of tests one after the other, and says how long each took."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

RINGS = ("domain", "architecture", "api", "worker", "flows", "faults", "performance")
OLDEST = "oldest-postgresql"
"""One ring more, where Debian's PostgreSQL 15 is installed: what touches the database, on the oldest version supported."""

OLDEST_BINARIES = Path("/usr/lib/postgresql/15/bin")
OLDEST_FOLDERS = ("tests/domain", "tests/architecture")
PROCESSES = "2"


@dataclass(frozen=True)
class Outcome:
    """What became of one ring."""

    ring: str
    passed: int
    failed: int
    skipped: int
    seconds: float


def run(ring: str) -> Outcome:
    print(f"\n=== {ring} ===", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        folders = OLDEST_FOLDERS if ring == OLDEST else (f"tests/{ring}",)
        command = [sys.executable, "-m", "pytest", *folders, "-n", PROCESSES, f"--junitxml={report}"]
        environment = os.environ | ({"ATTUNE_TEST_POSTGRES_BIN": str(OLDEST_BINARIES)} if ring == OLDEST else {})
        status = subprocess.run(command, check=False, env=environment).returncode
        passed, failed, skipped = count(report)
    # A ring that could not be collected, or has nothing in it, has not passed.
    failed = max(failed, 1) if status else failed
    return Outcome(ring, passed, failed, skipped, time.monotonic() - started)


def count(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped. An error outside a test counts as failed: the test it belongs to was not run well."""
    if not report.exists():
        return 0, 0, 0
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - likewise
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main() -> int:
    known = [*RINGS, *([OLDEST] if OLDEST_BINARIES.is_dir() else [])]
    rings = sys.argv[1:] or known
    if unknown := set(rings) - set(known):
        print(f"No ring named {', '.join(sorted(unknown))}; there are {', '.join(known)}.")
        return 2
    if OLDEST not in known:
        print("PostgreSQL 15 is not installed here, so the database rings run on the newest version only.")
    if not shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin"):
        print("PgBouncer is not installed here, so nothing is shown of it: apt-get install pgbouncer.")
    outcomes = [run(ring) for ring in rings]
    print(f"\n{'ring':<20}{'passed':>8}{'failed':>8}{'skipped':>9}{'time':>10}")
    for outcome in outcomes:
        print(f"{outcome.ring:<20}{outcome.passed:>8}{outcome.failed:>8}{outcome.skipped:>9}{outcome.seconds:>8.1f} s")
    print(f"{'all':<20}{'':>25}{sum(outcome.seconds for outcome in outcomes):>8.1f} s\n")
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
