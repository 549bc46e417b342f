"""Sealed texts open only where they were sealed, under their person's key, and never again once it is destroyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.vault import (
    Field,
    RootKeyMissing,
    RootKeys,
    SealBroken,
    Vault,
    destroy_key,
    open_bytes,
    seal_bytes,
)
from tests.conftest import Organisation

KEY = bytes(range(32))
NOTE = Field("signal", "note", "row-1")


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_what_was_sealed_opens_again_in_its_place(plain: bytes, place: bytes) -> None:
    assert open_bytes(KEY, seal_bytes(KEY, plain, place), place) == plain


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal_bytes(KEY, b"angry", b"here") != seal_bytes(KEY, b"angry", b"here")


@given(st.binary(min_size=1, max_size=50), st.data())
def test_an_altered_seal_does_not_open(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal_bytes(KEY, plain, b"here"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        open_bytes(KEY, bytes(sealed), b"here")


def test_a_seal_moved_to_another_row_column_or_organisation_does_not_open() -> None:
    sealed = seal_bytes(KEY, b"angry", b"tenant|signal|note|row-1")
    with pytest.raises(SealBroken):
        open_bytes(KEY, sealed, b"tenant|signal|note|row-2")


def test_root_keys_are_32_bytes_and_hold_the_current_one() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        RootKeys("a", {"a": b"short"})
    with pytest.raises(ValueError, match="current"):
        RootKeys("b", {"a": KEY})


async def test_each_person_has_one_key_and_each_text_its_place(
    database: Database, vault: Vault, organisation: Organisation
) -> None:
    subject_id = new_id()
    async with database.write(organisation.context()) as tx:
        sealed = (await vault.key_for(tx, subject_id)).seal(NOTE, "was on hold for an hour")
    async with database.read(organisation.context()) as tx:
        key = (await vault.existing_keys(tx, [subject_id]))[subject_id]
        assert key.open(NOTE, sealed) == "was on hold for an hour"
        with pytest.raises(SealBroken):
            key.open(Field("signal", "note", "row-2"), sealed)


async def test_the_database_never_holds_the_text(database: Database, vault: Vault, organisation: Organisation) -> None:
    async with database.write(organisation.context()) as tx:
        assert b"hold" not in (await vault.key_for(tx, new_id())).seal(NOTE, "was on hold for an hour")


async def test_a_destroyed_key_is_gone_for_good(database: Database, vault: Vault, organisation: Organisation) -> None:
    subject_id = new_id()
    async with database.write(organisation.context()) as tx:
        sealed = (await vault.key_for(tx, subject_id)).seal(NOTE, "was on hold")
    async with database.write(organisation.context(Purpose.RIGHTS)) as tx:
        assert await destroy_key(tx, subject_id) == 1
    async with database.write(organisation.context()) as tx:
        assert await vault.existing_keys(tx, [subject_id]) == {}
        with pytest.raises(SealBroken):
            (await vault.key_for(tx, subject_id)).open(NOTE, sealed)


async def test_without_the_root_key_nothing_opens(database: Database, vault: Vault, organisation: Organisation) -> None:
    stranger = Vault(RootKeys("other", {"other": KEY}))
    with pytest.raises(RootKeyMissing):
        async with database.write(organisation.context()) as tx:
            await stranger.key_for(tx, new_id())


async def test_one_organisations_keys_are_invisible_to_another(
    database: Database, vault: Vault, organisation: Organisation, other_organisation: Organisation
) -> None:
    subject_id = new_id()
    async with database.write(organisation.context()) as tx:
        await vault.key_for(tx, subject_id)
    async with database.read(other_organisation.context()) as tx:
        assert await vault.existing_keys(tx, [subject_id]) == {}
