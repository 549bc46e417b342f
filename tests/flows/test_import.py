"""A real conversation set comes in over HTTP: to a running API and worker, with and without consents, and twice."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from attune.kernel.backlog import read_backlog
from attune_cli.api_client import ApiClient
from attune_cli.installation import open_database
from attune_cli.settings import Settings
from attune_cli.stack.machine import Machine
from tests.flows.conftest import begin_organisation_in
from tests.flows.test_cli import Ended, run_attune

DATA = Path(os.environ.get("ATTUNE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
ESCONV = DATA / "conversations" / "esconv-failed.json"
DAY = "2026-05-18"
SCOPES = [
    "people:write",
    "people:read",
    "customers:write",
    "customers:read",
    "consents:read",
    "consents:write",
    "interactions:write",
    "interactions:read",
    "signals:write",
    "signals:read",
    "evaluations:write",
    "evaluations:read",
    "dashboards:read",
    "audit:read",
]

needs_esconv = pytest.mark.skipif(not ESCONV.exists(), reason=f"the shared data is away: {ESCONV}")


@dataclass(frozen=True, slots=True)
class Importer:
    """An organisation of its own, and the command that imports into it."""

    machine: Machine
    key: str
    folder: Path

    def run(self, file: Path, form: str, *options: str) -> Ended:
        """Import a file."""
        environment = {"ATTUNE_CLI_KEY": self.key, "ATTUNE_DATA_FOLDER": str(self.machine.data.path)}
        arguments: list[str | Path] = ["import", "conversations", file, "--format", form, *options]
        return run_attune(*arguments, environment=environment, cwd=self.folder)

    def summary(self, file: Path, form: str, *options: str) -> dict[str, Any]:
        """Import a file; what the command tells a script."""
        ended = self.run(file, form, "--json", *options)
        assert ended.status == 0, ended.err
        document: dict[str, Any] = json.loads(ended.out)
        return document

    def write(self, *conversations: Any) -> Path:
        """A file in Attune's own format."""
        file = self.folder / "helpdesk.jsonl"
        file.write_text("\n".join(c if isinstance(c, str) else json.dumps(c) for c in conversations))
        return file

    @property
    def client(self) -> ApiClient:
        """The API, with the importing key."""
        return ApiClient(self.machine.url, self.key)

    def dashboard(self, team_name: str, month: str) -> dict[str, Any]:
        """A team's dashboard once the worker has read everything."""
        asyncio.run(_catch_up(self.machine))
        with self.client as client:
            team = next(team for team in client.get("/v1/teams").data if team["name"] == team_name)
            board: dict[str, Any] = client.get(f"/v1/teams/{team['id']}/dashboard", month=month).body
            return board

    def audit_size(self, **filters: str) -> int:
        """How many audit entries there are, those about searching the audit log left out."""
        asyncio.run(_catch_up(self.machine))
        with self.client as client:
            count, cursor = 0, dict[str, str]()
            while True:
                page = client.get("/v1/audit/entries", limit=200, **filters, **cursor).body
                count += sum(not entry["action"].startswith("audit.") for entry in page["data"])
                if not page["has_more"]:
                    return count
                cursor = {"cursor": page["next_cursor"]}


async def _catch_up(machine: Machine) -> None:
    """Wait until the worker has read every event."""
    async with (
        asyncio.timeout(60),
        open_database(Settings.load(machine.environment, machine.data.path), "worker_database_url") as database,
    ):
        while not (await read_backlog(database)).is_empty:
            assert machine.ended() is None
            await asyncio.sleep(0.05)  # between two looks at the condition


@pytest.fixture
def importer(machine: Machine, tmp_path: Path) -> Importer:
    return Importer(machine, asyncio.run(begin_organisation_in(machine, SCOPES)), tmp_path)


ATTESTED = ("--consent-evidence", "Consent form of the study", "--purpose", "insights", "--purpose", "quality_review")


def mean_recovery_in_the_file() -> tuple[float, int]:
    """Computed from the file, by nothing of ours."""
    both = [
        int(seeker["initial_emotion_intensity"]) - int(seeker["final_emotion_intensity"])
        for record in json.loads(ESCONV.read_text())
        if {"initial_emotion_intensity", "final_emotion_intensity"}
        <= (seeker := record["survey_score"]["seeker"]).keys()
    ]
    return sum(both) / len(both), len(both)


@needs_esconv
class TestTheRealSet:
    def test_with_attested_consents_all_of_it_arrives_and_a_rerun_adds_nothing(self, importer: Importer) -> None:
        first = importer.summary(ESCONV, "esconv", *ATTESTED, "--observed-on", DAY)
        assert (first["records"], first["imported"], first["bad_records"], first["notes"]) == (196, 196, [], [])
        assert first["interactions"] == {"created": 196}
        assert first["signals"] == {"created": 196 + 142 + 987}
        assert first["evaluations"] == {"created": 142}
        assert first["consents"] == {"created": 2 * 196}
        assert first["turn_texts"]["dropped"] == 0

        board = importer.dashboard("Imported from esconv-failed", DAY[:7])
        expected, pairs = mean_recovery_in_the_file()
        recovery = board["figures"]["recovery_mean"]
        assert pairs == recovery["n"] == 142
        assert round(float(recovery["value"]), 6) == round(expected, 6) == 0.204225
        assert board["figures"]["interactions"] == 196
        before = importer.audit_size()

        second = importer.summary(ESCONV, "esconv", *ATTESTED, "--observed-on", DAY)
        assert second["interactions"] == {"unchanged": 196}
        assert second["signals"] == {"unchanged": 196 + 142 + 987}
        assert second["evaluations"] == {"unchanged": 142}
        assert second["customers"] == {"unchanged": 196}
        assert second["consents"] == {"kept": 2 * 196}
        assert importer.dashboard("Imported from esconv-failed", DAY[:7])["figures"] == board["figures"]
        assert importer.audit_size() == before

    def test_without_evidence_no_signal_is_stored_and_each_refusal_is_on_the_audit_log(
        self, importer: Importer
    ) -> None:
        summary = importer.summary(ESCONV, "esconv", "--observed-on", DAY)
        assert summary["imported"] == 196
        assert summary["signals"] == {"refused": 196 + 142 + 987}
        assert summary["turn_texts"]["kept"] == 0
        assert importer.audit_size(outcome="refused") == 196 + 142 + 987
        board = importer.dashboard("Imported from esconv-failed", DAY[:7])
        assert board["figures"]["interactions"] == 196
        assert board["figures"]["recovery_mean"] is None
        assert board["figures"]["intensity_mean"] is None


def conversation(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "external_id": f"conv-{number}",
        "channel": "chat",
        "started_at": "2026-05-04T09:30:00Z",
        "ended_at": "2026-05-04T09:42:00Z",
        "customer": f"c-{number}",
        "agent": "a-7",
        "turns": [{"speaker": "customer", "text": "Hello"}, {"speaker": "agent", "text": "Hello"}],
        "signals": [{"measure": "emotion_intensity", "moment": "before", "value": 4}],
        "scores": {"empathy": 5},
        **changes,
    }


class TestBadInput:
    def test_bad_records_are_told_with_their_line_and_the_rest_goes_in(self, importer: Importer) -> None:
        file = importer.write(
            conversation(1),
            "{not json",
            conversation(3, customer="someone@example.org"),
            conversation(4, started_at="2199-01-01T00:00:00Z", ended_at="2199-01-01T00:01:00Z"),
            conversation(5),
        )
        summary = importer.summary(file, "jsonl", *ATTESTED)
        assert summary["records"] == 5
        assert {1, 2} <= {bad["index"] for bad in summary["bad_records"]}
        assert summary["interactions"]["created"] >= 2
        assert "someone@example.org" not in json.dumps(summary)
        assert importer.run(file, "jsonl", "--strict", *ATTESTED).status == 1

    def test_what_only_the_api_can_refuse_is_told_too(self, importer: Importer) -> None:
        file = importer.write(
            conversation(1, signals=[{"measure": "sentiment", "moment": "during", "value": 2, "tags": ["NOT A TAG"]}]),
            conversation(2, scores={"punctuality": 3}),
            conversation(3, locale="no locale at all"),
            conversation(4),
        )
        summary = importer.summary(file, "jsonl", *ATTESTED)
        told = {bad["index"] for bad in (*summary["bad_records"], *summary["notes"])}
        assert told == {0, 1, 2}
        assert summary["signals"]["created"] >= 2

    def test_a_file_of_nothing_usable_fails(self, importer: Importer) -> None:
        ended = importer.run(importer.write("no", "no"), "jsonl", *ATTESTED)
        assert ended.status == 1
        assert "Record 0 stayed out" in ended.err

    def test_a_file_that_is_something_else_is_refused(self, importer: Importer) -> None:
        ended = importer.run(importer.write('{"a": 1}'), "esconv", *ATTESTED)
        assert ended.status == 1
        assert "not an ESConv file" in ended.err

    def test_personal_fields_that_are_not_needed_never_leave_the_machine(self, importer: Importer) -> None:
        file = importer.write(conversation(1, email="someone@example.org", phone="+49 30 1234"))
        assert importer.summary(file, "jsonl", *ATTESTED)["dropped_fields"] == {"email": 1, "phone": 1}


class TestConsent:
    def test_a_withdrawal_is_never_turned_into_a_yes(self, importer: Importer) -> None:
        file = importer.write(conversation(1))
        importer.summary(file, "jsonl", *ATTESTED)
        with importer.client as client:
            customer = client.get("/v1/customers/by-ref/jsonl/c-1").body["id"]
            client.post(f"/v1/customers/{customer}/consents:withdraw", {"purpose": "insights"})
            assert importer.summary(file, "jsonl", *ATTESTED)["consents"] == {"kept": 2}
            state = client.get(f"/v1/customers/{customer}/consents").body["purposes"]
        assert next(each for each in state if each["purpose"] == "insights")["reason"] == "withdrawn"

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            (("--purpose", "insights"), "--consent-evidence"),
            (("--consent-evidence", "A form"), "--purpose"),
            (("--consent-evidence", "A form", "--purpose", "everything"), "insights"),
        ],
    )
    def test_half_an_attestation_is_refused(self, importer: Importer, options: tuple[str, ...], expected: str) -> None:
        ended = importer.run(importer.write(conversation(1)), "jsonl", *options)
        assert ended.status == 2
        assert expected in ended.err


class TestTheWayThere:
    def test_a_wrong_key_is_told(self, importer: Importer) -> None:
        ended = Importer(importer.machine, "atn_live_nothing", importer.folder).run(
            importer.write(conversation(1)), "jsonl", *ATTESTED
        )
        assert ended.status == 1
        assert "401" in ended.err

    def test_an_api_that_is_away_is_told(self, importer: Importer) -> None:
        ended = importer.run(importer.write(conversation(1)), "jsonl", *ATTESTED, "--url", "http://127.0.0.1:1")
        assert ended.status == 1
        assert "http://127.0.0.1:1 did not answer" in ended.err
