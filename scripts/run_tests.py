"""Runs the rings of tests one after the other, and says how long each took."""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

RINGS = ("domain", "architecture", "api", "worker", "flows", "faults")
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
        command = [sys.executable, "-m", "pytest", f"tests/{ring}", "-n", PROCESSES, f"--junitxml={report}"]
        status = subprocess.run(command, check=False).returncode
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
    rings = sys.argv[1:] or list(RINGS)
    if unknown := set(rings) - set(RINGS):
        print(f"No ring named {', '.join(sorted(unknown))}; there are {', '.join(RINGS)}.")
        return 2
    outcomes = [run(ring) for ring in rings]
    print(f"\n{'ring':<14}{'passed':>8}{'failed':>8}{'skipped':>9}{'time':>10}")
    for outcome in outcomes:
        print(f"{outcome.ring:<14}{outcome.passed:>8}{outcome.failed:>8}{outcome.skipped:>9}{outcome.seconds:>8.1f} s")
    print(f"{'all':<14}{'':>25}{sum(outcome.seconds for outcome in outcomes):>8.1f} s\n")
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
