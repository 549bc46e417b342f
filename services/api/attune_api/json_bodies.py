"""Reading JSON bodies: strictly, and without the characters PostgreSQL cannot store."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json

from attune_api.problems import EdgeRefusal


def parse_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it: no NaN, no lone surrogates, no byte order mark. The parser stops at 200 levels of objects
    and lists inside each other, before anything of them is built.

    Raises `EdgeRefusal` (400 malformed_body), without a word of what was sent.
    """
    if b"\\u0000" in body and b"\\u0000" in body.replace(b"\\\\", b""):
        raise EdgeRefusal(400, detail="The body holds the character U+0000, which cannot be stored.")
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise EdgeRefusal(400) from error
