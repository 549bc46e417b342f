"""Attune's own simple format for conversation sets: one JSON object per line, described in docs/import.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from attune_cli.importing.records import (
    FIVE_POINTS,
    MAX_TAGS,
    MAX_TURNS,
    BadRecord,
    Conversation,
    FileUnusable,
    RecordUnusable,
    Scale,
    Score,
    Signal,
    Turn,
    reference_from,
    require_reference,
)

KEPT: Final = frozenset(
    [
        "external_id",
        "channel",
        "started_at",
        "ended_at",
        "customer",
        "agent",
        "team",
        "queue",
        "locale",
        "turns",
        "signals",
        "scores",
    ]
)
KEPT_OF_TURN: Final = frozenset({"speaker", "text", "at"})
KEPT_OF_SIGNAL: Final = frozenset(
    ["key", "measure", "moment", "value", "scale", "at", "turn", "tags", "source", "modality"]
)

CHANNELS: Final = ("phone", "chat", "email", "social", "in_person")
SPEAKERS: Final = ("customer", "agent", "system")
MEASURES: Final = ("emotion_intensity", "satisfaction", "sentiment")
MOMENTS: Final = ("before", "during", "after")
SOURCES: Final = ("self_report", "human_note", "text_model")
MODALITIES: Final = ("stated", "text")


def read(path: Path) -> Iterator[str]:
    """The lines of a file; raises `FileUnusable`."""
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except UnicodeDecodeError as error:
        raise FileUnusable(f"{path} is not UTF-8 text: {error}.") from error


def parse(lines: Iterable[str], *, name: str) -> Iterator[Conversation | BadRecord]:
    """The conversations of a file called `name`; `index` counts lines from zero, empty ones are skipped."""
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            yield BadRecord(index, f"the line is not JSON (column {error.colno})")
            continue
        try:
            yield _conversation(record, index, reference_from(name))
        except RecordUnusable as error:
            yield BadRecord(index, str(error))


def _conversation(record: Any, index: int, stem: str) -> Conversation:
    record = _mapping(record, "the record")
    dropped = [field for field in record if field not in KEPT]
    started_at, ended_at = _time(record, "started_at"), _time(record, "ended_at")
    if ended_at < started_at:
        raise RecordUnusable("`ended_at` is before `started_at`")
    turns = _list(record, "turns")
    if len(turns) > MAX_TURNS:
        raise RecordUnusable(f"`turns` has {len(turns)} entries; a conversation has {MAX_TURNS} at most")
    agent = require_reference(record.get("agent"), "agent")
    team = require_reference(record["team"], "team") if record.get("team") is not None else stem
    return Conversation(
        index=index,
        reference=require_reference(record.get("external_id"), "external_id"),
        customer=require_reference(record.get("customer"), "customer"),
        agent=agent,
        agent_name=agent,
        team=team,
        team_name=team if record.get("team") is not None else f"Imported from {stem}",
        channel=_one_of(record, "channel", CHANNELS),
        started_at=started_at,
        ended_at=ended_at,
        turns=tuple(_turn(turn, f"turns/{position}", dropped) for position, turn in enumerate(turns)),
        signals=tuple(
            _signal(signal, position, started_at, ended_at, dropped)
            for position, signal in enumerate(_list(record, "signals"))
        ),
        scores=tuple(_scores(record.get("scores"))),
        queue=_optional_text(record, "queue"),
        locale=_optional_text(record, "locale"),
        dropped=tuple(dropped),
    )


def _turn(entry: Any, field: str, dropped: list[str]) -> Turn:
    entry = _mapping(entry, f"`{field}`")
    dropped += [f"turns.{name}" for name in entry if name not in KEPT_OF_TURN]
    text = entry.get("text")
    if not isinstance(text, str):
        raise RecordUnusable(f"`{field}/text` is not a text")
    return Turn(
        speaker=_one_of(entry, "speaker", SPEAKERS, field),
        text=text,
        spoken_at=_time(entry, "at", field) if entry.get("at") is not None else None,
    )


def _signal(entry: Any, position: int, started_at: datetime, ended_at: datetime, dropped: list[str]) -> Signal:
    field = f"signals/{position}"
    entry = _mapping(entry, f"`{field}`")
    dropped += [f"signals.{name}" for name in entry if name not in KEPT_OF_SIGNAL]
    scale = _scale(entry.get("scale"), field)
    value, turn, tags = entry.get("value"), entry.get("turn"), entry.get("tags", [])
    if not _is_number(value) or not scale.min <= value <= scale.max:
        raise RecordUnusable(f"`{field}/value` is not a number on its scale")
    if turn is not None and (not isinstance(turn, int) or isinstance(turn, bool) or turn < 0):
        raise RecordUnusable(f"`{field}/turn` is not a turn's position")
    if not isinstance(tags, list) or len(tags) > MAX_TAGS or not all(isinstance(tag, str) for tag in tags):
        raise RecordUnusable(f"`{field}/tags` is not a list of {MAX_TAGS} words at most")
    moment = _one_of(entry, "moment", MOMENTS, field)
    assumed_at = started_at if moment == "before" else ended_at
    return Signal(
        key=require_reference(entry.get("key", f"signal-{position}"), f"{field}/key"),
        measure=_one_of(entry, "measure", MEASURES, field),
        moment=moment,
        value=value,
        scale=scale,
        observed_at=_time(entry, "at", field) if entry.get("at") is not None else assumed_at,
        turn=turn,
        tags=tuple(tags),
        source=_one_of({"source": "self_report"} | entry, "source", SOURCES, field),
        modality=_one_of({"modality": "stated"} | entry, "modality", MODALITIES, field),
    )


def _scores(scores: Any) -> Iterator[Score]:
    """Ratings on 1 to 5 by dimension."""
    for dimension, value in _mapping(scores if scores is not None else {}, "`scores`").items():
        if not _is_number(value) or not FIVE_POINTS.min <= value <= FIVE_POINTS.max:
            raise RecordUnusable("`scores` has a rating that is not a number from 1 to 5")
        yield Score(dimension=dimension, value=value, scale=FIVE_POINTS)


def _scale(value: Any, field: str) -> Scale:
    if value is None:
        return FIVE_POINTS
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)) or value[0] >= value[1]:
        raise RecordUnusable(f"`{field}/scale` is not [lowest, highest]")
    return Scale(min=value[0], max=value[1])


def _time(entry: Mapping[str, Any], name: str, inside: str = "") -> datetime:
    field = f"{inside}/{name}".lstrip("/")
    try:
        moment = datetime.fromisoformat(entry[name])
    except (KeyError, TypeError, ValueError) as error:
        raise RecordUnusable(f"`{field}` is not a time like 2026-05-04T09:30:00Z") from error
    if moment.tzinfo is None:
        raise RecordUnusable(f"`{field}` does not say its time zone")
    return moment


def _one_of(entry: Mapping[str, Any], name: str, allowed: tuple[str, ...], inside: str = "") -> str:
    value = entry.get(name)
    if value not in allowed:
        raise RecordUnusable(f"`{f'{inside}/{name}'.lstrip('/')}` is none of {', '.join(allowed)}")
    return str(value)


def _optional_text(entry: Mapping[str, Any], name: str) -> str | None:
    value = entry.get(name)
    if value is not None and not isinstance(value, str):
        raise RecordUnusable(f"`{name}` is not a text")
    return value


def _list(entry: Mapping[str, Any], name: str) -> list[Any]:
    value = entry.get(name, [])
    if not isinstance(value, list):
        raise RecordUnusable(f"`{name}` is not a list")
    return value


def _mapping(value: object, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RecordUnusable(f"{field} is not an object")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value  # noqa: PLR0124  # NaN
