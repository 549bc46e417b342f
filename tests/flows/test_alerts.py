"""Every alert is about something that is really measured, fires when it should, and says what to do."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.conftest import Installation
from tests.flows.otlp import collector
from tests.flows.place import Place, new_secrets

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yaml"
RUNBOOKS = ROOT / "docs" / "operations.md"
NOBODY = "redis://127.0.0.1:1/0"

_SERIES = re.compile(r"\b((?:attune|http)_[a-z_]+)(?:\{([^}]*)\})?")
_LABELS = re.compile(r"\b(?:by|on|ignoring) \(([^)]*)\)")


def alerts() -> list[dict[str, Any]]:
    """The rules of the file."""
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def labels_in(alert: dict[str, Any]) -> set[str]:
    """The labels that an alert selects or groups by."""
    grouped = {label.strip() for found in _LABELS.findall(alert["expr"]) for label in found.split(",")}
    chosen = {label for _, inner in _SERIES.findall(alert["expr"]) for label in re.findall(r"(\w+)(?:=|!)", inner)}
    return grouped | chosen


def test_every_series_and_label_of_an_alert_is_emitted_by_a_process(
    fresh_installation: Installation, tmp_path: Path
) -> None:
    """Real processes export to a collector; Redis is away and a stranger knocks, so that the bad days' counters exist."""
    place = Place(tmp_path, fresh_installation, new_secrets())
    place.run("bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad")
    key = place.key("people:read", "people:write")
    with collector() as collected:
        settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collected.url, "ATTUNE_REDIS_URL": NOBODY}
        with place.api(**settings) as url, place.api(**settings), place.worker(**settings):
            known = {"authorization": f"Bearer {key}"}
            assert httpx.get(f"{url}/v1/me", headers=known, trust_env=False).status_code == 200
            team = {"name": "Claims"}
            made = httpx.put(f"{url}/v1/teams/by-ref/crm/claims", json=team, headers=known, trust_env=False)
            assert made.status_code == 201
            strange = {"authorization": "Bearer atn_live_nobody"}
            assert httpx.get(f"{url}/v1/me", headers=strange, trust_env=False).status_code == 401
    emitted = collected.series
    assert len({each["instance"] for each in emitted["attune_db_pool_limit"]}) == 3
    for alert in alerts():
        named = {name for name, _ in _SERIES.findall(alert["expr"])}
        assert named
        assert named - emitted.keys() == set(), alert["alert"]
        for label in labels_in(alert):
            assert all(any(label in labels for labels in emitted[name]) for name in named), (alert["alert"], label)


def test_every_alert_has_its_runbook_and_every_runbook_its_alert() -> None:
    anchors = {
        line.removeprefix("### ").strip() for line in RUNBOOKS.read_text().splitlines() if line.startswith("### ")
    }
    named = {alert["alert"] for alert in alerts()}
    assert {anchor for anchor in anchors if anchor.startswith("Attune")} == named
    for alert in alerts():
        assert alert["annotations"]["runbook"] == f"docs/operations.md#{alert['alert'].lower()}"


def test_an_alert_on_a_series_that_nobody_emits_would_be_found() -> None:
    """Planted: the question itself, on a misspelt series."""
    assert [name for name, _ in _SERIES.findall('max(attune_event_backlogs{projection="audit"}) > 1')] == [
        "attune_event_backlogs"
    ]
    assert labels_in({"expr": 'sum by (what) (attune_x_total{outcome!="sent"})'}) == {"what", "outcome"}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed; Debian's prometheus brings it")
def test_on_a_good_day_nothing_fires_and_on_a_bad_day_everything() -> None:
    for command in (["check", "rules", str(RULES)], ["test", "rules", str(RULES.with_name("alerts_test.yaml"))]):
        done = subprocess.run(["promtool", *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
