"""Events cannot carry prose: the types of their fields say so, for every kind there is."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

import attune
from attune.kernel.events import KINDS, Event, check_fields
from attune.kernel.ids import SHARDS, derived_id, new_id, shard_of


class GoodEvent(Event, kind="sample.good", target="sample"):
    at: datetime | None
    numbers: tuple[int, ...]


class ProseEvent(Event, kind="sample.prose", target="sample"):
    note: str


class ScoreEvent(Event, kind="sample.score", target="sample"):
    score: float


del KINDS["sample.prose"], KINDS["sample.score"]


def test_a_field_for_prose_or_a_score_is_found() -> None:
    assert check_fields(GoodEvent) == []
    assert check_fields(ProseEvent) == ["note"]
    assert check_fields(ScoreEvent) == ["score"]


def test_no_event_of_the_product_can_carry_prose_or_a_score() -> None:
    for module in pkgutil.walk_packages(attune.__path__, "attune."):
        if module.name.endswith(".events"):
            importlib.import_module(module.name)
    assert len(KINDS) > 20
    assert {kind: check_fields(event) for kind, event in KINDS.items() if check_fields(event)} == {}


def test_kinds_are_a_noun_and_a_past_tense() -> None:
    assert [kind for kind in KINDS if not re.fullmatch(r"[a-z_]+\.[a-z_]+", kind)] == []


@given(st.uuids())
def test_a_shard_is_a_stable_function_of_the_organisation(tenant_id: UUID) -> None:
    assert shard_of(tenant_id) == shard_of(UUID(str(tenant_id)))
    assert 0 <= shard_of(tenant_id) < SHARDS


def test_ids_sort_in_the_order_they_were_made() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert derived_id("a", 1) == derived_id("a", 1) != derived_id("a", 2)
