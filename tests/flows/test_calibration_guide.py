"""The guide to calibration does what it says: its commands run, in order, as a reader would run them."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from attune_cli.api_client import ApiClient
from attune_cli.stack.machine import Machine
from tests.flows.conftest import begin_organisation_in

GUIDE = Path(__file__).parents[2] / "docs" / "calibration.md"
SCOPES = ["rubrics:read", "calibration:read", "calibration:rate", "calibration:write"]
LEAST_COMMANDS = 10

needs_tools = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="the guide's commands need curl and jq"
)


def commands(page: str) -> list[str]:
    """The blocks of shell commands of a page."""
    return re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run commands; the first that fails ends them."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def script_for(page: str, machine: Machine, key: str) -> str:
    """The page's commands, against an installation."""
    script = "\n".join(commands(page))
    assert script.count("curl ") >= LEAST_COMMANDS
    return script.replace("http://127.0.0.1:8000", machine.url).replace("atn_live_…", key)


@needs_tools
def test_the_guide_takes_a_reader_from_a_rubric_to_a_closed_round(machine: Machine, tmp_path: Path) -> None:
    key = asyncio.run(begin_organisation_in(machine, SCOPES))
    ended = run(script_for(GUIDE.read_text(), machine, key), tmp_path)
    assert ended.returncode == 0, ended.stderr + ended.stdout[-2000:]
    made = json.loads((tmp_path / "round.json").read_text())
    with ApiClient(machine.url, key) as client:
        round_ = client.get(f"/v1/calibration-rounds/{made['id']}").body
    assert (round_["status"], round_["outcome"], round_["raters_submitted"]) == ("closed", "descriptor_change", 3)
    report = json.loads((tmp_path / "reliability.json").read_text())
    (dimension,) = [each for each in report["dimensions"] if each["dimension"] == "cultural_awareness"]
    assert (dimension["status"], dimension["reason"]) == ("undetermined", "few_items")
    assert dimension["divergences"][0]["item"] == "conv-1"


@needs_tools
def test_a_step_that_the_api_would_refuse_turns_the_guide_red(machine: Machine, tmp_path: Path) -> None:
    key = asyncio.run(begin_organisation_in(machine, SCOPES))
    broken = GUIDE.read_text().replace(":startReview", ":startScoring")
    assert run(script_for(broken, machine, key), tmp_path).returncode != 0


def test_every_reason_and_outcome_is_explained() -> None:
    from attune.calibration.model import Reason, RoundOutcome

    page = GUIDE.read_text()
    rare = {Reason.SCALE_BELOW_ZERO}  # of a ratio scale below zero, which the API's reader learns from the name
    unexplained = [name for name in (*Reason, *RoundOutcome) if name not in rare and f"`{name.value}`" not in page]
    assert unexplained == []
