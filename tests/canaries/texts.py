"""Texts that are nowhere else in the world, so that finding one tells where it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

_PREFIX: Final = "zq"
_LETTERS: Final = 6
_MANY: Final = 26**_LETTERS
_STRIDE: Final = 100_003_001
"""Has no divisor in common with 26, so that it visits every text once and neighbours look nothing alike."""

_SHAPE: Final = re.compile(rb"(?=(" + _PREFIX.encode() + rb"[a-z]{%d}))" % _LETTERS)


@dataclass(slots=True)
class Canaries:
    """Makes canaries and finds them again. Eight lower-case letters fit every pattern of the API, and survive JSON,
    percent-encoding and protobuf as they are."""

    seed: int
    _where: dict[bytes, str] = field(default_factory=dict)

    def sing(self, place: str) -> str:
        """A new canary, which is sent in this place."""
        number = (self.seed + len(self._where) * _STRIDE) % _MANY
        letters = ""
        for _ in range(_LETTERS):
            number, letter = divmod(number, 26)
            letters += chr(ord("a") + letter)
        self._where[(_PREFIX + letters).encode()] = place
        return _PREFIX + letters

    def find(self, data: bytes | str) -> dict[str, str]:
        """The canaries in these bytes, each with the place it was sent in. Chance letters are none."""
        content = data.encode() if isinstance(data, str) else data
        # A name in capitals is still a name: HTTP methods and host names change their case on the way.
        found = {match[1] for match in _SHAPE.finditer(content.lower())}
        return {each.decode(): self._where[each] for each in found if each in self._where}

    def __len__(self) -> int:
        return len(self._where)


SENTENCE: Final = "Frau Meier wept, {canary}."
"""What people write: if a field takes this, it takes anything."""

_DRESSES: Final = (
    SENTENCE,
    "{canary}",
    "{canary}@mail.example",
    "en-{canary}",
    "https://{canary}.example/",
)


def dress(schema: dict[str, Any], canary: str) -> str:
    """The canary as a value that this schema accepts."""
    for form in _DRESSES:
        value = form.format(canary=canary)
        if len(value) <= schema.get("maxLength", len(value)) and re.search(schema.get("pattern", ""), value):
            return value
    raise AssertionError(f"no canary has the form {schema.get('pattern')!r}: add one to _DRESSES")


def is_free(schema: dict[str, Any]) -> bool:
    """Whether people can write whatever they like there."""
    return re.search(schema.get("pattern", ""), SENTENCE.format(canary="x" * 8)) is not None
