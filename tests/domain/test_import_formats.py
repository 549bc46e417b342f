"""Conversation sets: what is read from them, what is dropped, and how a bad record is told."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune_cli.importing import esconv, jsonl
from attune_cli.importing.records import BadRecord, Conversation, FileUnusable, Scale, Score, reference_from

DAY = date(2026, 5, 18)
DATA = Path(os.environ.get("ATTUNE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
ESCONV = DATA / "conversations" / "esconv-failed.json"

_FIELDS = ("dialog", "survey_score", "seeker", "speaker", "content", "annotation", "feedback", "empathy")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_FIELDS), inner, max_size=4),
    max_leaves=12,
)


def dialogue(**changes: Any) -> dict[str, Any]:
    """A dialogue as ESConv has them."""
    return {
        "experience_type": "Current Experience",
        "emotion_type": "anxiety",
        "problem_type": "job crisis",
        "situation": "Words that nobody else should read.",
        "survey_score": {
            "seeker": {
                "initial_emotion_intensity": "5",
                "final_emotion_intensity": "3",
                "empathy": "4",
                "relevance": "2",
            },
            "supporter": {"relevance": "5"},
        },
        "dialog": [
            {"speaker": "seeker", "annotation": {}, "content": "Hello\n"},
            {"speaker": "supporter", "annotation": {"strategy": "Question"}, "content": "Hi, how are you?"},
            {"speaker": "seeker", "annotation": {"feedback": "4"}, "content": "Not well"},
        ],
        **changes,
    }


def read_one(record: Any) -> Conversation | BadRecord:
    return next(esconv.parse([record], name="set", observed_on=DAY))


def conversation(record: Any) -> Conversation:
    read = read_one(record)
    assert isinstance(read, Conversation), read
    return read


def reason(record: Any) -> str:
    read = read_one(record)
    assert isinstance(read, BadRecord)
    return read.reason


class TestEsconv:
    def test_the_intensities_become_signals_on_their_own_scale(self) -> None:
        before, after = (s for s in conversation(dialogue()).signals if s.measure == "emotion_intensity")
        assert (before.moment, before.value, before.scale) == ("before", 5, Scale(min=1, max=5))
        assert (after.moment, after.value) == ("after", 3)
        assert before.observed_at < after.observed_at
        assert before.tags == ("anxiety",)

    def test_feedback_becomes_the_satisfaction_with_that_turn(self) -> None:
        (feedback,) = (s for s in conversation(dialogue()).signals if s.measure == "satisfaction")
        assert (feedback.turn, feedback.value, feedback.moment) == (2, 4, "during")
        assert feedback.scale == Scale(min=1, max=5)

    def test_ratings_become_levels_and_keep_their_original(self) -> None:
        scores = conversation(dialogue()).scores
        assert [(s.dimension, s.level, s.value) for s in scores] == [("empathy", 3, 4), ("relevance", 1, 2)]

    def test_what_was_not_stated_is_not_made_up(self) -> None:
        read = conversation(dialogue(survey_score={"seeker": {"initial_emotion_intensity": "4"}, "supporter": {}}))
        assert [s.moment for s in read.signals if s.measure == "emotion_intensity"] == ["before"]
        assert read.scores == ()

    @pytest.mark.parametrize("survey", [None, {}, {"seeker": None}, {"seeker": {}}])
    def test_a_dialogue_without_a_survey_is_a_conversation(self, survey: Any) -> None:
        assert len(conversation(dialogue(survey_score=survey)).signals) == 1

    def test_whatever_the_product_does_not_need_is_dropped_and_named(self) -> None:
        read = conversation(dialogue())
        assert set(read.dropped) == {
            "experience_type",
            "problem_type",
            "situation",
            "survey_score.supporter",
            "dialog.annotation.strategy",
        }
        assert "nobody else" not in repr(read)
        assert "job crisis" not in repr(read)

    @pytest.mark.parametrize(
        ("speaker", "role"),
        [("seeker", "customer"), ("speaker", "customer"), ("usr", "customer"), ("supporter", "agent"),
         ("listener", "agent"), ("sys", "agent")],
    )  # fmt: skip
    def test_every_release_of_the_set_names_its_speakers_otherwise(self, speaker: str, role: str) -> None:
        read = conversation(dialogue(dialog=[{"speaker": speaker, "content": "Hello", "annotation": {}}]))
        assert read.turns[0].speaker == role

    @pytest.mark.parametrize(
        ("record", "expected"),
        [
            ("a text", "the record is not an object"),
            (dialogue(dialog=[]), "`dialog` has no turns"),
            (dialogue(dialog="Hello"), "`dialog` has no turns"),
            (dialogue(dialog=[{}] * 501), "`dialog` has 501 turns; a conversation has 500 at most"),
            (dialogue(dialog=["Hello"]), "`dialog/0` is not an object"),
            (dialogue(dialog=[{"speaker": ["x"], "content": ""}]), "`dialog/0/speaker` is none of"),
            (dialogue(dialog=[{"speaker": "seeker", "content": None}]), "`dialog/0/content` is not a text"),
            (dialogue(survey_score={"seeker": {"empathy": "secret"}}), "`survey_score/seeker/empathy` is not a rating"),
            (dialogue(survey_score={"seeker": {"final_emotion_intensity": 6}}), "is not a rating from 1 to 5"),
            (dialogue(survey_score=[1]), "`survey_score` is not an object"),
        ],
    )
    def test_a_bad_record_says_why_without_repeating_it(self, record: Any, expected: str) -> None:
        assert reason(record).startswith(expected) or expected in reason(record)
        assert "secret" not in reason(record)

    def test_a_bad_record_does_not_move_the_others(self) -> None:
        good = list(esconv.parse([dialogue(), dialogue(), dialogue()], name="set", observed_on=DAY))
        mixed = list(esconv.parse([dialogue(), None, dialogue()], name="set", observed_on=DAY))
        assert [mixed[0], mixed[2]] == [good[0], good[2]]
        assert mixed[1] == BadRecord(1, "the record is not an object")

    @pytest.mark.parametrize("count", [1, 196, 1300])
    def test_a_day_holds_the_whole_set_and_several_people_share_it(self, count: int) -> None:
        longest = dialogue(dialog=[{"speaker": "seeker", "content": "x"}] * 500)
        read = [c for c in esconv.parse([longest] * count, name="set", observed_on=DAY) if isinstance(c, Conversation)]
        midnight = datetime(2026, 5, 18, tzinfo=UTC)
        assert len(read) == count
        assert all(midnight <= c.started_at < c.ended_at < midnight + timedelta(days=1) for c in read)
        if count >= 12:
            assert len({c.agent for c in read}) >= 12

    def test_the_file_is_read_or_refused_as_a_whole(self, tmp_path: Path) -> None:
        file = tmp_path / "set.json"
        file.write_text(json.dumps([dialogue()]))
        assert esconv.read(file) == [dialogue()]
        for text in ('{"a": 1}', "not json"):
            file.write_text(text)
            with pytest.raises(FileUnusable):
                esconv.read(file)

    @given(ANYTHING)
    def test_no_record_however_broken_ends_the_import(self, record: Any) -> None:
        read_one(record)

    @pytest.mark.skipif(not ESCONV.exists(), reason=f"the shared data is away: {ESCONV}")
    def test_the_real_set_arrives_whole(self) -> None:
        records = esconv.read(ESCONV)
        read = list(esconv.parse(records, name=ESCONV.stem, observed_on=DAY))
        conversations = [c for c in read if isinstance(c, Conversation)]
        assert len(conversations) == len(records) == 196
        both = []
        for c in conversations:
            stated = {s.moment: s.value for s in c.signals if s.measure == "emotion_intensity"}
            if len(stated) == 2:
                both.append(stated["before"] - stated["after"])
        assert (len(both), round(sum(both) / len(both), 6)) == (142, 0.204225)
        feedback = [s for c in conversations for s in c.signals if s.measure == "satisfaction"]
        assert len(feedback) == 987
        assert sum(len(c.scores) for c in conversations) == 2 * 142


LINE = {
    "external_id": "conv-1",
    "channel": "chat",
    "started_at": "2026-05-04T09:30:00Z",
    "ended_at": "2026-05-04T11:42:00+02:00",
    "customer": 4711,
    "agent": "a-7",
    "turns": [{"speaker": "customer", "text": "Hello", "at": "2026-05-04T09:30:00Z"}, {"speaker": "agent", "text": ""}],
    "signals": [
        {"measure": "emotion_intensity", "moment": "before", "value": 4},
        {"key": "nps", "measure": "satisfaction", "moment": "after", "value": 9, "scale": [0, 10], "tags": ["calm"]},
    ],
    "scores": {"empathy": 5},
}


def lines(*records: Any) -> Iterable[str]:
    return [record if isinstance(record, str) else json.dumps(record) for record in records]


def read_line(**changes: Any) -> Conversation | BadRecord:
    return next(iter(jsonl.parse(lines({**LINE, **changes}), name="helpdesk")))


class TestJsonl:
    def test_a_line_becomes_a_conversation(self) -> None:
        read = read_line()
        assert isinstance(read, Conversation)
        assert (read.reference, read.customer, read.agent) == ("conv-1", "4711", "a-7")
        assert read.ended_at - read.started_at == timedelta(minutes=12)
        assert [s.key for s in read.signals] == ["signal-0", "nps"]
        assert [s.observed_at for s in read.signals] == [read.started_at, read.ended_at]
        assert read.scores == (Score(dimension="empathy", value=5, scale=Scale(min=1, max=5)),)
        assert (read.team, read.team_name) == ("helpdesk", "Imported from helpdesk")

    def test_unknown_fields_are_dropped_and_named_at_every_depth(self) -> None:
        read = read_line(
            email="someone@example.org",
            turns=[{"speaker": "agent", "text": "Hello", "ip": "192.0.2.1"}],
            signals=[{"measure": "sentiment", "moment": "during", "value": 2, "face": "frown"}],
        )
        assert isinstance(read, Conversation)
        assert set(read.dropped) == {"email", "turns.ip", "signals.face"}
        assert "someone@example.org" not in repr(read)

    def test_empty_lines_are_skipped_and_the_others_keep_their_number(self) -> None:
        read = list(jsonl.parse(lines(LINE, "", "{", {**LINE, "external_id": "conv-2"}), name="x"))
        assert [record.index for record in read] == [0, 2, 3]
        assert read[1] == BadRecord(2, "the line is not JSON (column 2)")

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"customer": "someone@example.org"}, "`customer` must be a reference"),
            ({"customer": True}, "`customer` must be a reference"),
            ({"agent": None}, "`agent` must be a reference"),
            ({"external_id": ""}, "`external_id` must be a reference"),
            ({"channel": "telepathy"}, "`channel` is none of phone"),
            ({"started_at": "yesterday"}, "`started_at` is not a time"),
            ({"started_at": 12}, "`started_at` is not a time"),
            ({"started_at": "2026-05-04T09:30:00"}, "`started_at` does not say its time zone"),
            ({"ended_at": "2026-05-04T09:00:00Z"}, "`ended_at` is before `started_at`"),
            ({"turns": {}}, "`turns` is not a list"),
            ({"turns": [{"speaker": "cat", "text": "x"}]}, "`turns/0/speaker` is none of"),
            ({"turns": [{"speaker": "agent"}]}, "`turns/0/text` is not a text"),
            ({"turns": [{}] * 501}, "`turns` has 501 entries"),
            ({"signals": [{"measure": "pulse", "moment": "before", "value": 1}]}, "`signals/0/measure` is none of"),
            ({"signals": [{"measure": "sentiment", "moment": "before", "value": 6}]}, "`signals/0/value` is not"),
            ({"signals": [{"measure": "sentiment", "moment": "before", "value": True}]}, "`signals/0/value` is not"),
            ({"signals": [{"value": 1, "scale": [5, 1]}]}, "`signals/0/scale` is not [lowest, highest]"),
            ({"signals": [{"value": 1, "turn": -1}]}, "`signals/0/turn` is not a turn's position"),
            ({"signals": [{"value": 1, "tags": [1]}]}, "`signals/0/tags` is not a list"),
            ({"scores": {"empathy": 0}}, "`scores` has a rating"),
            ({"queue": 3}, "`queue` is not a text"),
        ],
    )
    def test_a_bad_line_says_why(self, changes: dict[str, Any], expected: str) -> None:
        read = read_line(**changes)
        assert isinstance(read, BadRecord)
        assert read.reason.startswith(expected)

    @given(st.dictionaries(st.sampled_from(sorted(LINE)), st.none() | st.integers() | st.text() | st.lists(st.integers())
                           | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)))  # fmt: skip
    def test_no_line_however_broken_ends_the_import(self, changes: dict[str, Any]) -> None:
        read_line(**changes)


@given(st.text())
def test_a_file_name_always_gives_a_reference(name: str) -> None:
    made = reference_from(name)
    assert 1 <= len(made) <= 80
    assert not set(made) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-")


@given(st.integers(0, 10), st.integers(1, 10), st.data())
def test_a_level_is_a_place_on_the_scale(low: int, length: int, data: st.DataObject) -> None:
    scale = Scale(min=low, max=low + length)
    value = data.draw(st.integers(low, low + length))
    level = Score(dimension="x", value=value, scale=scale).level
    assert 0 <= level <= 4
    assert (level == 0) >= (value == low)
    assert (level == 4) >= (value == low + length)
