"""Ids: time-ordered UUIDs for things, and the shard that an organisation's events travel in."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from uuid_utils import compat

SHARDS: Final = 16
"""How many independent event sequences an installation has. Fixed for its lifetime: positions are counted per shard."""

_DERIVED: Final = UUID("6f1c4f0e-7c1b-5b0a-9a0e-0a77e5e00001")


def new_id() -> UUID:
    """A new UUIDv7: unique, and later ids sort after earlier ones of the same process."""
    return compat.uuid7()


def derived_id(*parts: object) -> UUID:
    """The one id that belongs to these parts: deriving it again gives the same id, so a repeated effect is a no-op."""
    return uuid5(_DERIVED, "\x1f".join(str(part) for part in parts))


def shard_of(tenant_id: UUID) -> int:
    """The shard of an organisation's events, 0 to SHARDS - 1: a stable function of its id alone."""
    return int.from_bytes(tenant_id.bytes[-4:], "big") % SHARDS
