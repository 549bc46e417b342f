"""Reading JSON bodies: strictly, without depth, and without the characters PostgreSQL cannot store."""

from __future__ import annotations

from typing import Any, Final

from pydantic_core import from_json

from attune_api.problems import EdgeRefusal

DEEPEST: Final = 64
"""How many objects and lists may stand inside each other."""

_TO_LISTS: Final = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")


def parse_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it: no NaN, no lone surrogates, no byte order mark, at most 64 levels.

    Raises `EdgeRefusal` (400 malformed_body), without a word of what was sent.
    """
    if is_deeper_than(body, DEEPEST):
        raise EdgeRefusal(400, detail=f"The body is nested more than {DEEPEST} levels deep.")
    if b"\\u0000" in body and b"\\u0000" in body.replace(b"\\\\", b""):
        raise EdgeRefusal(400, detail="The body holds the character U+0000, which cannot be stored.")
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise EdgeRefusal(400) from error


def is_deeper_than(body: bytes, levels: int) -> bool:
    """Whether brackets outside of strings nest deeper than that.

    Whole-buffer operations only, since a loop over four megabytes in Python would stall everybody else: cut the strings
    out, keep the brackets, take away the innermost pairs level by level. Unbalanced ones are the parser's to refuse.
    """
    if body.count(b"[") + body.count(b"{") <= levels:
        return False
    outside = body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    brackets = b"".join(outside).translate(_TO_LISTS, _NOT_BRACKETS)
    for _ in range(levels):
        shorter = brackets.replace(b"[]", b"")
        if len(shorter) == len(brackets):
            break
        brackets = shorter
    return b"[" * (levels + 1) in brackets or b"[]" in brackets
