"""What an entry's hash commits to. Nothing here touches a database.

The canonical bytes are JSON after RFC 8785 (sorted members, no white space, shortest escapes), restricted to strings,
whole numbers, booleans, null, lists and objects: numbers with a fraction are where two implementations disagree. The
leaf hash is that of RFC 6962: SHA-256(0x00 || bytes), which keeps leaves and inner nodes of the tree apart.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Final

from attune.audit.model import AuditEntry

LARGEST_NUMBER: Final = 2**53 - 1
"""The largest whole number that every JSON implementation reads back as it was."""

OWN_LOAD_ACTIONS: Final = ("fatigue.threshold_crossed", "fatigue.threshold_cleared")
"""Entries about somebody's own load: in the log like all others, shown to nobody but that person."""


class NotCanonical(Exception):
    """A value that has no canonical form here: a fraction, a number too large, or something that is not JSON."""


def canonical(value: Any) -> bytes:
    """The one form of a JSON value. Raises `NotCanonical`."""
    text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:  # Half of a surrogate pair.
        raise NotCanonical from error


def canonical_entry(entry: AuditEntry) -> bytes:
    """The bytes that an entry's hash commits to: everything that is stored of it, its organisation included."""
    return canonical(
        {
            "action": entry.action,
            "actor_id": _text(entry.actor_id),
            "actor_kind": str(entry.actor_kind),
            "concerns": _text(entry.concerns),
            "data": entry.data,
            "event_id": str(entry.event_id),
            "occurred_at": moment(entry.occurred_at),
            "outcome": str(entry.outcome),
            "purpose": _text(entry.purpose),
            "recorded_at": moment(entry.recorded_at),
            "request_id": entry.request_id,
            "schema_version": entry.schema_version,
            "seq": entry.seq,
            "target_id": str(entry.target_id),
            "target_kind": entry.target_kind,
            "tenant_id": str(entry.tenant_id),
            "version": entry.version,
        }
    )


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf of a Merkle tree (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def moment(time: datetime) -> str:
    """A time as entries hold it: UTC, always with microseconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _ordered(value: Any) -> Any:
    """The value with its members in order, once it is known to hold nothing without a canonical form."""
    match value:
        case str() | None | bool():
            return value
        case int():
            if abs(value) > LARGEST_NUMBER:
                raise NotCanonical
            return value
        case dict():
            if not all(isinstance(name, str) for name in value):
                raise NotCanonical
            # RFC 8785 sorts by UTF-16 code units, which for plain ASCII is the order of the characters.
            is_plain = all(name.isascii() for name in value)
            return {name: _ordered(value[name]) for name in sorted(value, key=None if is_plain else _utf_16)}
        case list() | tuple():
            return [_ordered(part) for part in value]
        case _:
            raise NotCanonical


def _utf_16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")
