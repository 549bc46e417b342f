"""Rating files: one rating on each line, as CSV or TSV with a header."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from attune_cli.importing.records import FileUnusable, RecordUnusable, require_reference

COLUMNS: Final = ("item", "rater", "dimension", "value", "text_ref", "rated_at")
REQUIRED: Final = ("item", "rater", "value")
ONE_DIMENSION: Final = "rating"
"""The dimension of a file that has no column for it."""

_DIMENSION: Final = re.compile(r"[a-z_]{1,64}")
_WHOLE: Final = re.compile(r"[+-]?\d{1,4}(\.0+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRating:
    """A rating and the line it stands on."""

    line: int
    item: str
    rater: str
    dimension: str
    value: int
    text_ref: str | None = None
    rated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used. The reason names the column, and never repeats what the line says."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class RatingFile:
    """What was read."""

    ratings: tuple[FileRating, ...]
    bad: tuple[BadLine, ...]
    empty: int
    """Cells without a value: a rater who did not rate that item."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """In the order in which the file names them."""
        return tuple(dict.fromkeys(rating.dimension for rating in self.ratings))

    @property
    def range(self) -> tuple[int, int]:
        """The lowest and the highest value."""
        values = [rating.value for rating in self.ratings]
        return min(values), max(values)


def read(path: Path, names: Mapping[str, str]) -> RatingFile:
    """Read a file. `names` says which header stands for a column whose name is not ours. Raises `FileUnusable`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnusable(f"{path.name} is not in UTF-8.") from error
    rows = csv.reader(text.splitlines(), delimiter=_delimiter(text), strict=True)
    try:
        header = next(rows, [])
        places = _places([name.strip() for name in header], names, path.name)
        return _collect(_parse(rows, places))
    except csv.Error as error:
        raise FileUnusable(f"{path.name} is no CSV: line {rows.line_num}: {error}.") from error


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max("\t,;", key=header.count)


def _places(header: Sequence[str], names: Mapping[str, str], file: str) -> dict[str, int]:
    """Which column stands where."""
    places = {}
    for column in COLUMNS:
        name = names.get(column, column)
        if header.count(name) > 1:
            raise FileUnusable(f"{file} has the column `{name}` twice.")
        if name in header:
            places[column] = header.index(name)
        elif column in REQUIRED or column in names:
            raise FileUnusable(
                f"{file} has no column `{name}`. Its first line names: {', '.join(header) or 'nothing'}. Say which"
                f" column it is with --column {column}=NAME."
            )
    return places


def _parse(rows: Iterator[list[str]], places: Mapping[str, int]) -> Iterator[FileRating | BadLine | None]:
    """What each line says; None for a cell without a value."""
    for line, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            yield _rating(line, {column: row[at].strip() for column, at in places.items() if at < len(row)})
        except RecordUnusable as error:
            yield BadLine(line, str(error))


def _rating(line: int, cells: Mapping[str, str]) -> FileRating | None:
    missing = [column for column in REQUIRED if column not in cells]
    if missing:
        raise RecordUnusable(f"column `{missing[0]}`: the line is too short")
    item, rater = require_reference(cells["item"], "item"), require_reference(cells["rater"], "rater")
    dimension = cells.get("dimension", ONE_DIMENSION)
    if _DIMENSION.fullmatch(dimension) is None:
        raise RecordUnusable("column `dimension`: is not a name of lower-case letters and `_`")
    if cells["value"] in ("", "NA"):
        return None
    if _WHOLE.fullmatch(cells["value"]) is None:
        raise RecordUnusable("column `value`: is not a whole number")
    text_ref = cells.get("text_ref") or None
    return FileRating(
        line=line,
        item=item,
        rater=rater,
        dimension=dimension,
        value=int(float(cells["value"])),
        text_ref=None if text_ref is None else require_reference(text_ref, "text_ref"),
        rated_at=_time(cells.get("rated_at")),
    )


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RecordUnusable("column `rated_at`: is not a time like 2026-05-04T09:30:00Z") from error
    if moment.tzinfo is None:
        raise RecordUnusable("column `rated_at`: does not say its time zone")
    return moment


def _collect(parsed: Iterator[FileRating | BadLine | None]) -> RatingFile:
    ratings: list[FileRating] = []
    bad: list[BadLine] = []
    empty = 0
    first: dict[tuple[str, str, str], int] = {}
    for each in parsed:
        if each is None:
            empty += 1
        elif isinstance(each, BadLine):
            bad.append(each)
        else:
            line = first.setdefault((each.item, each.rater, each.dimension), each.line)
            if line != each.line:
                bad.append(BadLine(each.line, f"rates the same item, rater and dimension as line {line}"))
            else:
                ratings.append(each)
    return RatingFile(tuple(ratings), tuple(bad), empty)
