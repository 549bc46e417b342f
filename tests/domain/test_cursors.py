"""A cursor works for the list it came from, and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.kernel.cursors import CursorCodec, CursorInvalid
from attune.kernel.ids import new_id

CODEC = CursorCodec(b"secret of the tests")
TENANT = new_id()


def decode(cursor: str, *, codec: CursorCodec = CODEC, listing: str = "people", **filters: str) -> list[str]:
    return codec.decode(cursor, tenant_id=TENANT, listing=listing, filters=filters)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=3))
def test_a_position_comes_back_as_it_was(position: list[str]) -> None:
    assert decode(CODEC.encode(position, tenant_id=TENANT, listing="people", filters={})) == position


def test_a_filter_left_out_and_a_filter_of_none_are_the_same_list() -> None:
    cursor = CODEC.encode(["1"], tenant_id=TENANT, listing="people", filters={"team": None})
    assert decode(cursor) == ["1"]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "not a cursor", "AAAA", "A" * 4000, "äöü", "%00", "eyJhIjoxfQ=="],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        decode(cursor)


def test_a_cursor_of_another_list_filter_organisation_or_secret_is_refused() -> None:
    cursor = CODEC.encode(["1"], tenant_id=TENANT, listing="people", filters={"team": "a"})
    assert decode(cursor, team="a") == ["1"]
    with pytest.raises(CursorInvalid):
        decode(cursor, team="b")
    with pytest.raises(CursorInvalid):
        decode(cursor, listing="teams", team="a")
    with pytest.raises(CursorInvalid):
        CODEC.decode(cursor, tenant_id=new_id(), listing="people", filters={"team": "a"})
    with pytest.raises(CursorInvalid):
        decode(cursor, codec=CursorCodec(b"another secret"), team="a")


@given(st.integers(0, 200), st.integers(0, 5))
def test_a_cursor_with_one_letter_changed_is_refused(place: int, bit: int) -> None:
    cursor = CODEC.encode(["2026-11-22", "id"], tenant_id=TENANT, listing="people", filters={})
    place %= len(cursor) - 1  # the last letter may hold bits that base64 ignores
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    changed = letters[letters.index(cursor[place]) ^ (1 << bit)]
    with pytest.raises(CursorInvalid):
        decode(cursor[:place] + changed + cursor[place + 1 :])
