"""Rating files come in as calibration rounds: to a running API and worker, published figures and all."""

from __future__ import annotations

import asyncio
import csv
import json
from dataclasses import dataclass
from pathlib import Path
from statistics import correlation
from typing import Any

import pytest

from attune_cli.api_client import ApiClient
from attune_cli.stack.machine import Machine
from tests.flows.conftest import begin_organisation_in
from tests.flows.test_cli import Ended, run_attune
from tests.flows.test_import import DATA

WINE = DATA / "agreement" / "ordinal_wine.csv"
ESSAYS = DATA / "mfrm" / "style_ratings.csv"
DIALOGUES = DATA / "conversations" / "uss-sgd.txt"
SCOPES = ["calibration:read", "calibration:rate", "calibration:write", "audit:read"]

needs_data = pytest.mark.skipif(not WINE.exists(), reason=f"the shared data is away: {WINE}")


@dataclass(frozen=True, slots=True)
class Importer:
    """An organisation of its own, and the command that imports into it."""

    machine: Machine
    key: str
    folder: Path

    def run(self, file: Path, *options: str) -> Ended:
        """Import a file."""
        environment = {"ATTUNE_CLI_KEY": self.key, "ATTUNE_DATA_FOLDER": str(self.machine.data.path)}
        return run_attune("import", "ratings", file, *options, environment=environment, cwd=self.folder)

    def document(self, file: Path, *options: str) -> dict[str, Any]:
        """Import a file; what the command tells a script."""
        ended = self.run(file, "--json", *options)
        assert ended.status == 0, ended.err
        document: dict[str, Any] = json.loads(ended.out)
        return document

    def write(self, *lines: str, name: str = "ratings.csv") -> Path:
        """A rating file."""
        file = self.folder / name
        file.write_text("\n".join(lines) + "\n")
        return file


@pytest.fixture
def importer(machine: Machine, tmp_path: Path) -> Importer:
    return Importer(machine, asyncio.run(begin_organisation_in(machine, SCOPES)), tmp_path)


def value_of(dimension: dict[str, Any], name: str) -> float:
    """A coefficient's value."""
    return float(next(each["value"] for each in dimension["coefficients"] if each["name"] == name))


def labels(importer: Importer, round_id: str) -> dict[str, str]:
    """Which rater is which."""
    with ApiClient(importer.machine.url, importer.key) as client:
        raters = client.get(f"/v1/calibration-rounds/{round_id}").body["raters"]
    return {rater["id"]: rater["label"] for rater in raters}


@needs_data
class TestRealSets:
    def test_nine_judges_of_bitterness(self, importer: Importer) -> None:
        options = ("--column", "item=bottle", "--column", "rater=judge", "--column", "value=rating", "--scale", "1..5")
        first = importer.document(WINE, *options)
        assert first["ratings"] == {"created": 72}
        (dimension,) = first["reliability"]["dimensions"]
        assert value_of(dimension, "krippendorff_alpha_ordinal") == pytest.approx(0.344144, abs=1e-6)
        assert (dimension["status"], dimension["reason"]) == ("undetermined", "few_items")
        assert dimension["divergences"][0]["is_wide"]
        named = labels(importer, first["round_id"])
        bias = {named[each["rater_id"]]: (each["bias"], each["leaning"]) for each in dimension["severities"]}
        assert bias["1"] == (pytest.approx(0.938, abs=0.0006), "mild")
        assert bias["7"] == (pytest.approx(-1.031, abs=0.0006), "severe")

        again = importer.document(WINE, *options)
        assert again["ratings"] == {"unchanged": 72}
        assert again["reliability"] == first["reliability"]

        told = importer.run(WINE, *options)
        assert "undetermined" in told.out
        assert "1 of 9 raters are more severe" in told.err

    def test_twenty_one_raters_of_372_essays(self, importer: Importer) -> None:
        with ESSAYS.open() as file:
            rows = list(csv.DictReader(file))
        raters = [name for name in rows[0] if name.startswith("rater_")]
        lines = [f"essay-{row['student']}\t{rater}\tstyle\t{row[rater]}" for row in rows for rater in raters]
        file_ = importer.write("item\trater\tdimension\tvalue", *lines, name="essays.tsv")
        document = importer.document(file_, "--scale", "0..3")
        assert document["ratings"] == {"created": len(rows) * len(raters)} == {"created": 372 * 21}
        (dimension,) = document["reliability"]["dimensions"]
        assert (dimension["shared_items"], dimension["raters"]) == (372, 21)
        named = labels(importer, document["round_id"])
        published = json.loads((ESSAYS.parent / "style_ratings_expected.json").read_text())["style_ratings.csv"]
        severity = published["rater_location"]
        bias = {named[each["rater_id"]]: each["bias"] for each in dimension["severities"]}
        logits = {named[each["rater_id"]]: each["logits"] for each in dimension["severities"]}
        assert max(abs(logits[rater] - severity[rater]) for rater in raters) < 0.06
        # By leave-one-out the order is the same.
        assert correlation([severity[rater] for rater in raters], [-bias[rater] for rater in raters]) > 0.99
        assert max(bias, key=bias.__getitem__) == "rater_10"
        assert min(bias, key=bias.__getitem__) == "rater_9"

    def test_thousands_of_turns_with_three_to_seven_raters(self, importer: Importer) -> None:
        turns = [line.rstrip("\n").split("\t") for line in DIALOGUES.read_text().splitlines()]
        rated = [turn[3].split(",") for turn in turns if len(turn) == 4 and turn[0] == "USER" and turn[3]]
        # A quarter keeps the test quick; the whole set gives .261.
        part = rated[::4]
        lines = [f"turn-{at},rater-{seat},{value}" for at, turn in enumerate(part) for seat, value in enumerate(turn)]
        document = importer.document(importer.write("item,rater,value", *lines), "--scale", "1..5")
        (dimension,) = document["reliability"]["dimensions"]
        assert dimension["items"] == len(part) > 3000
        assert value_of(dimension, "krippendorff_alpha_ordinal") == pytest.approx(0.261, abs=0.02)
        assert (dimension["status"], dimension["reason"]) == ("unreliable", "raters_disagree")


class TestBadInput:
    def test_a_bad_line_is_told_with_its_number_and_column_and_the_rest_goes_in(self, importer: Importer) -> None:
        file = importer.write(
            "item,rater,dimension,value,text_ref,rated_at",
            "one,ann,warmth,3,turn-1,2026-05-04T09:30:00Z",
            "one,bea,warmth,five,,",
            "one,ana@example.org,warmth,2,,",
            "one,cas,Warmth!,2,,",
            "one,ann,warmth,4,,",
            "one,dee,warmth,,,",
            "one,eve,warmth,9,,",
            "one",
            "one,fay,warmth,1,,yesterday",
            "one,gus,warmth,4,turn-1,2026-05-04T10:30:00Z",
        )
        document = importer.document(file, "--scale", "0..4")
        assert document["ratings"] == {"created": 2, "failed": 1}
        assert document["empty_cells"] == 1
        told = {bad["line"]: bad["reason"] for bad in document["bad_lines"]}
        assert set(told) == {3, 4, 5, 6, 8, 9, 10}
        for line, column in ((3, "value"), (4, "rater"), (5, "dimension"), (9, "rater"), (10, "rated_at")):
            assert f"`{column}`" in told[line]
        assert "line 2" in told[6]
        assert "level_off_scale" in told[8]
        assert "example.org" not in json.dumps(document)
        assert importer.run(file, "--scale", "0..4", "--strict").status == 1

    @pytest.mark.parametrize(
        ("lines", "words"),
        [
            (("item,rater,score", "one,ann,3"), "no column `value`"),
            (("item,rater,value,value", "one,ann,3,3"), "`value` twice"),
            (("",), "no column `item`"),
            (("item,rater,value", 'one,"ann,3'), "no CSV"),
        ],
    )
    def test_a_file_that_is_something_else_is_refused(
        self, importer: Importer, lines: tuple[str, ...], words: str
    ) -> None:
        ended = importer.run(importer.write(*lines))
        assert ended.status == 1
        assert words in ended.err

    @pytest.mark.parametrize(
        "option", [("--scale", "5..1"), ("--scale", "one"), ("--column", "bottle"), ("--column", "bottle=item")]
    )
    def test_a_wrong_option_is_refused(self, importer: Importer, option: tuple[str, str]) -> None:
        ended = importer.run(importer.write("item,rater,value", "one,ann,3"), *option)
        assert ended.status == 2
        assert option[0] in ended.err

    def test_a_file_of_nothing_usable_fails(self, importer: Importer) -> None:
        ended = importer.run(importer.write("item,rater,value", "one,ann,high"))
        assert ended.status == 1
        assert "Line 2 stayed out" in ended.err

    def test_the_scale_that_is_taken_from_the_file_is_told(self, importer: Importer) -> None:
        ended = importer.run(importer.write("item,rater,value", "one,ann,2", "one,bea,4"))
        assert ended.status == 0, ended.err
        assert "2..4" in ended.err
