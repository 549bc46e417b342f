"""Events: facts in the past tense, written in the transaction of the change or access they tell of.

An event carries ids, enums, times and counts: `Event` refuses, at import, a field whose type could hold prose or an
emotional value. Whoever needs those reads them from the state, through the consent gate.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Union, cast, dataclass_transform, get_args, get_origin, get_type_hints
from uuid import UUID

from attune.kernel.context import ActorKind
from attune.kernel.purposes import Purpose


class Outcome(StrEnum):
    """How it ended: done, refused (somebody was not allowed), or withheld (a person's consent was missing)."""

    DONE = "done"
    REFUSED = "refused"
    WITHHELD = "withheld"


_ALLOWED = (UUID, int, bool, datetime, date, types.NoneType)
_ENVELOPE = frozenset({"target_id", "concerns", "version", "occurred_at"})

KINDS: dict[str, type[Event]] = {}
"""Every kind of event there is, by name."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
class _Declared:
    """Makes each subclass a frozen dataclass, and enters it in the register of kinds."""

    kind: ClassVar[str]
    target_kind: ClassVar[str]
    outcome: ClassVar[Outcome]
    schema_version: ClassVar[int]
    own_fields: ClassVar[tuple[str, ...]]
    """The fields of this kind beyond the envelope. Known once: a batch records a thousand events of a kind."""

    def __init_subclass__(
        cls, *, kind: str = "", target: str = "", outcome: Outcome = Outcome.DONE, schema_version: int = 1
    ) -> None:
        dataclass(frozen=True, kw_only=True)(cls)
        if cls.__module__ == __name__:
            return
        if not kind or not target:
            raise TypeError(f"{cls.__qualname__} does not say its kind and target")
        if kind in KINDS and KINDS[kind].__qualname__ != cls.__qualname__:
            raise TypeError(f"the event kind {kind} is taken by {KINDS[kind].__qualname__}")
        cls.kind, cls.target_kind, cls.outcome, cls.schema_version = kind, target, outcome, schema_version
        cls.own_fields = tuple(each.name for each in fields(cast(Any, cls)) if each.name not in _ENVELOPE)
        KINDS[kind] = cast("type[Event]", cls)


class Event(_Declared):
    """The base of all events; a subclass names its kind, the kind of thing it happened to, and how it ended.

    `target_id` is the thing; `concerns` the customer or person whose data it is; `version` the thing's row version
    after the change (None for an access, which changes nothing); `occurred_at` when it happened (None: when recorded).
    """

    target_id: UUID
    concerns: UUID | None = None
    version: int | None = None
    occurred_at: datetime | None = None

    def data(self) -> dict[str, Any]:
        """The fields of this kind beyond the envelope, as JSON values."""
        return {name: _plain(getattr(self, name)) for name in self.own_fields}


def check_fields(kind: type[Event]) -> list[str]:
    """The fields of an event class whose types could carry prose or an emotional value; an architecture test asks."""
    hints = get_type_hints(kind)
    return [name for name, hint in hints.items() if get_origin(hint) is not ClassVar and not _carries_no_prose(hint)]


def _carries_no_prose(hint: Any) -> bool:
    if get_origin(hint) in (Union, types.UnionType, tuple):
        return all(_carries_no_prose(part) for part in get_args(hint) if part is not Ellipsis)
    return isinstance(hint, type) and (hint in _ALLOWED or issubclass(hint, StrEnum))


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case tuple():
            return [_plain(part) for part in value]
        case _:
            return value


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event as it is read back, with its place in the order of its shard."""

    seq: int
    pos: int
    tenant_id: UUID
    event_id: UUID
    kind: str
    schema_version: int
    outcome: Outcome
    target_kind: str
    target_id: UUID
    version: int | None
    concerns: UUID | None
    actor_kind: ActorKind
    actor_id: UUID | None
    purpose: Purpose | None
    request_id: str | None
    traceparent: str | None
    data: Mapping[str, Any]
    occurred_at: datetime
    recorded_at: datetime

    @property
    def stream(self) -> tuple[str, UUID]:
        """What its order matters for: the thing it happened to."""
        return self.target_kind, self.target_id
