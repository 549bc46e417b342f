"""ESConv, the emotional-support conversations of Liu et al. (ACL 2021): one JSON array of dialogues.

The set names nobody and states no times. Each seeker becomes a customer, the supporters become a pool of pseudonymous
people in one team, and the conversations are laid out over one day; all of it follows from the file's name and the
position in it, so that a rerun meets what the first run made.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from attune_cli.importing.records import (
    FIVE_POINTS,
    MAX_TURNS,
    BadRecord,
    Conversation,
    FileUnusable,
    RecordUnusable,
    Score,
    Signal,
    Turn,
    reference_from,
)

SPEAKERS: Final = {
    "seeker": "customer",
    "speaker": "customer",
    "usr": "customer",
    "supporter": "agent",
    "listener": "agent",
    "sys": "agent",
}
KEPT: Final = frozenset({"dialog", "survey_score", "emotion_type"})
KEPT_OF_SEEKER: Final = frozenset({"initial_emotion_intensity", "final_emotion_intensity", "empathy", "relevance"})
KEPT_OF_TURN: Final = frozenset({"speaker", "content", "annotation"})

SMALLEST_POOL: Final = 12
CONVERSATIONS_PER_DAY: Final = 16
FIRST_START: Final = time(5, tzinfo=UTC)
BETWEEN_STARTS: Final = timedelta(minutes=40)
PER_TURN: Final = timedelta(minutes=1)

_NOT_A_TAG = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file of so many conversations is spread over a day and a pool of supporters."""

    stem: str
    pool: int
    observed_on: date

    def supporter(self, index: int) -> int:
        """Which supporter, counted from one, leads a conversation."""
        return index % self.pool + 1

    def starts_at(self, index: int) -> datetime:
        """When a conversation starts: a supporter's conversations follow one another through the day."""
        slot = index // self.pool
        return datetime.combine(self.observed_on, FIRST_START) + slot * BETWEEN_STARTS


def read(path: Path) -> list[Any]:
    """The records of a file; raises `FileUnusable`."""
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FileUnusable(f"{path} is not JSON: {error}.") from error
    if not isinstance(records, list):
        raise FileUnusable(f"{path} is not an ESConv file: its top level is not a list of dialogues.")
    return records


def parse(records: list[Any], *, name: str, observed_on: date) -> Iterator[Conversation | BadRecord]:
    """The conversations of a file called `name`, in order; what cannot be used comes as a `BadRecord`."""
    pool = max(SMALLEST_POOL, math.ceil(len(records) / CONVERSATIONS_PER_DAY))
    layout = Layout(reference_from(name), pool, observed_on)
    for index, record in enumerate(records):
        try:
            yield _conversation(record, index, layout)
        except RecordUnusable as error:
            yield BadRecord(index, str(error))


def _conversation(record: Any, index: int, layout: Layout) -> Conversation:
    record = _mapping(record, "the record")
    dialog = record.get("dialog")
    if not isinstance(dialog, list) or not dialog:
        raise RecordUnusable("`dialog` has no turns")
    if len(dialog) > MAX_TURNS:
        raise RecordUnusable(f"`dialog` has {len(dialog)} turns; a conversation has {MAX_TURNS} at most")
    started_at = layout.starts_at(index)
    dropped = [name for name in record if name not in KEPT]
    turns: list[Turn] = []
    signals: list[Signal] = []
    for position, entry in enumerate(dialog):
        turn, feedback = _turn(_mapping(entry, f"`dialog/{position}`"), position, started_at, dropped)
        turns.append(turn)
        if feedback is not None:
            signals.append(feedback)
    ended_at = started_at + len(turns) * PER_TURN
    survey = _mapping(record.get("survey_score") or {}, "`survey_score`")
    dropped += [f"survey_score.{name}" for name, value in survey.items() if name != "seeker" and value]
    seeker = _mapping(survey.get("seeker") or {}, "`survey_score/seeker`")
    dropped += [f"survey_score.seeker.{name}" for name in seeker if name not in KEPT_OF_SEEKER]
    supporter = layout.supporter(index)
    return Conversation(
        index=index,
        reference=f"{layout.stem}.{index}",
        customer=f"{layout.stem}.seeker-{index}",
        agent=f"{layout.stem}.supporter-{supporter:03}",
        agent_name=f"Supporter {supporter}",
        team=layout.stem,
        team_name=f"Imported from {layout.stem}",
        channel="chat",
        started_at=started_at,
        ended_at=ended_at,
        turns=tuple(turns),
        signals=(*_intensities(seeker, _tags(record.get("emotion_type")), started_at, ended_at), *signals),
        scores=tuple(
            Score(dimension=dimension, value=value, scale=FIVE_POINTS)
            for dimension in ("empathy", "relevance")
            if (value := _rating(seeker.get(dimension), f"survey_score/seeker/{dimension}")) is not None
        ),
        locale="en",
        dropped=tuple(dropped),
    )


def _turn(
    entry: Mapping[str, Any], position: int, started_at: datetime, dropped: list[str]
) -> tuple[Turn, Signal | None]:
    """A turn, and how satisfied the seeker was with what came before it, where the seeker said so."""
    speaker, content = SPEAKERS.get(str(entry.get("speaker"))), entry.get("content")
    if speaker is None:
        raise RecordUnusable(f"`dialog/{position}/speaker` is none of {', '.join(SPEAKERS)}")
    if not isinstance(content, str):
        raise RecordUnusable(f"`dialog/{position}/content` is not a text")
    annotation = _mapping(entry.get("annotation") or {}, f"`dialog/{position}/annotation`")
    dropped += [f"dialog.{name}" for name in entry if name not in KEPT_OF_TURN]
    dropped += [f"dialog.annotation.{name}" for name in annotation if name != "feedback"]
    spoken_at = started_at + position * PER_TURN
    rating = _rating(annotation.get("feedback"), f"dialog/{position}/annotation/feedback")
    feedback = None
    if rating is not None:
        feedback = Signal(
            key=f"turn-{position}",
            measure="satisfaction",
            moment="during",
            value=rating,
            scale=FIVE_POINTS,
            observed_at=spoken_at,
            turn=position,
        )
    return Turn(speaker=speaker, text=content.strip(), spoken_at=spoken_at), feedback


def _intensities(
    seeker: Mapping[str, Any], tags: tuple[str, ...], started_at: datetime, ended_at: datetime
) -> Iterator[Signal]:
    stated = (("before", "initial_emotion_intensity", started_at), ("after", "final_emotion_intensity", ended_at))
    for moment, field, at in stated:
        value = _rating(seeker.get(field), f"survey_score/seeker/{field}")
        if value is not None:
            yield Signal(
                key=moment,
                measure="emotion_intensity",
                moment=moment,
                value=value,
                scale=FIVE_POINTS,
                observed_at=at,
                tags=tags,
            )


def _rating(value: object, field: str) -> int | None:
    """A rating from 1 to 5, which the set writes as text; None where the seeker gave none."""
    if value is None or value == "":
        return None
    text = str(value).strip()
    if text not in {"1", "2", "3", "4", "5"}:
        raise RecordUnusable(f"`{field}` is not a rating from 1 to 5")
    return int(text)


def _tags(emotion: object) -> tuple[str, ...]:
    """The emotion the seeker named, as a tag of the signal: it is an emotional datum and stays behind the gate."""
    tag = _NOT_A_TAG.sub("_", emotion.lower()).strip("_")[:32] if isinstance(emotion, str) else ""
    return (tag,) if tag else ()


def _mapping(value: object, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RecordUnusable(f"{field} is not an object")
    return value
