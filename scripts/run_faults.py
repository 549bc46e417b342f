"""Runs the full form of the fault tests, one after the other, and shows what each measured.

They have the machine to themselves: what they promise includes times.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__)
    parser.add_argument("--only", metavar="WORDS", help="run the faults whose file or name holds this (pytest's -k)")
    parser.add_argument("--seed", type=int, help="repeat the run with this seed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file, too")
    parser.add_argument("--short", action="store_true", help="the form that `make test` runs, with its figures")
    wanted = parser.parse_args()

    settings = {"ATTUNE_TEST_FAULTS": "short" if wanted.short else "full"}
    if wanted.seed is not None:
        settings["ATTUNE_TEST_SEED"] = str(wanted.seed)
    if wanted.json is not None:
        wanted.json.parent.mkdir(parents=True, exist_ok=True)
        settings["ATTUNE_TEST_FIGURES"] = str(wanted.json.resolve())
    # Without capture, so that progress shows while it runs.
    command = [sys.executable, "-m", "pytest", "tests/faults", "-v", "--capture=no"]
    if wanted.only:
        command += ["-k", wanted.only]
    started = time.monotonic()
    status = subprocess.run(command, check=False, env=os.environ | settings).returncode
    print(f"{'Held' if status == 0 else 'NOT held'} after {(time.monotonic() - started) / 60:.1f} minutes.")
    return status


if __name__ == "__main__":
    sys.exit(main())
