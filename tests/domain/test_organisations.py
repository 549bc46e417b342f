"""Keys, their forms, their lives; what roles may do; how organisations begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.kernel.context import OPERATOR, Context
from attune.kernel.db import Database
from attune.kernel.ids import shard_of
from attune.kernel.vault import Vault
from attune.organisations import repository
from attune.organisations.errors import (
    ApiKeyNotFound,
    IdentityProviderNotFound,
    IdentityProviderTaken,
    KeyLifeNotAllowed,
    ScopeUnknown,
)
from attune.organisations.model import FoundKey, Mode
from attune.organisations.rules import (
    BASE62,
    KEY_SECRET_LENGTH,
    SCOPES_OF_ROLE,
    Scope,
    hash_key,
    hash_provider,
    is_allowed_life,
    is_key,
    make_key,
    mode_of,
    scopes_of,
)
from attune.organisations.service import (
    add_identity_provider,
    create_key,
    create_organisation,
    remove_identity_provider,
    revoke_key,
)
from attune.people.model import Role
from tests.conftest import Organisation

SECRETS = st.text(BASE62, min_size=KEY_SECRET_LENGTH, max_size=KEY_SECRET_LENGTH)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@given(SECRETS, st.sampled_from(Mode))
def test_a_key_that_was_made_is_one(secret: str, mode: Mode) -> None:
    key = make_key(mode, secret)
    assert is_key(key)
    assert mode_of(key) is mode
    assert len(key) == 52


@given(SECRETS, st.integers(min_value=0, max_value=51), st.sampled_from(BASE62))
def test_one_wrong_character_is_noticed(secret: str, place: int, character: str) -> None:
    key = make_key(Mode.LIVE, secret)
    mistyped = key[:place] + character + key[place + 1 :]
    assert is_key(mistyped) is (mistyped == key)


@given(st.text())
def test_any_other_text_is_no_key(text: str) -> None:
    assert not is_key(text)


def test_a_key_in_another_installation_is_another_hash() -> None:
    assert hash_key(b"one", "k") != hash_key(b"two", "k")
    assert len(hash_key(b"one", "k")) == 32


def test_issuer_and_audience_do_not_run_together() -> None:
    assert hash_provider("https://a", "b/c") != hash_provider("https://ab", "/c")


def test_every_role_has_scopes() -> None:
    assert set(SCOPES_OF_ROLE) == set(Role)
    assert all(Scope.LOAD_READ in scopes for scopes in SCOPES_OF_ROLE.values())


def test_running_an_organisation_is_no_reason_to_see_feelings() -> None:
    assert not {Scope.SIGNALS_READ, Scope.ESCALATIONS_READ, Scope.EVALUATIONS_READ} & SCOPES_OF_ROLE[Role.ADMIN]


def test_only_stewards_and_administrators_read_the_audit_log() -> None:
    readers = {role for role, scopes in SCOPES_OF_ROLE.items() if Scope.AUDIT_READ in scopes}
    assert readers == {Role.STEWARD, Role.ADMIN}


def test_roles_add_up_and_unknown_ones_give_nothing() -> None:
    assert scopes_of(["agent", "steward"]) == SCOPES_OF_ROLE[Role.AGENT] | SCOPES_OF_ROLE[Role.STEWARD]
    assert scopes_of(["emperor"]) == frozenset()
    assert scopes_of([]) == frozenset()


@pytest.mark.parametrize(("days", "is_allowed"), [(-1, False), (0, False), (1, True), (365, True), (366, False)])
def test_a_key_lives_a_year_at_most(days: int, is_allowed: bool) -> None:
    assert is_allowed_life(NOW, NOW + timedelta(days=days)) is is_allowed


async def test_an_organisation_begins_with_its_key_and_its_event(migrator_database: Database, vault: Vault) -> None:
    tenant_id = await create_organisation(migrator_database, vault, name="Brightline Care", mode=Mode.TEST)
    async with migrator_database.read(Context(tenant_id, OPERATOR)) as tx:
        organisation = await repository.get_organisation(tx)
        assert organisation is not None
        assert (organisation.name, organisation.mode) == ("Brightline Care", Mode.TEST)
        assert await tx.fetch_value("SELECT count(*) FROM tenant_key WHERE tenant_id = $1", tenant_id) == 1
        assert await tx.fetch_value("SELECT kind FROM event WHERE tenant_id = $1", tenant_id) == "organisation.created"
        shard = await tx.fetch_value("SELECT shard FROM tenant_directory WHERE tenant_id = $1", tenant_id)
        assert shard == shard_of(tenant_id)


async def test_the_api_itself_cannot_make_organisations(database: Database, vault: Vault) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await create_organisation(database, vault, name="Nobody asked", mode=Mode.LIVE)


async def test_what_is_kept_of_a_key_is_not_the_key(migrator_database: Database, organisation: Organisation) -> None:
    async with migrator_database.write(organisation.context()) as tx:
        stored, secret = await create_key(tx, b"pepper", name="CRM", mode=Mode.LIVE, scopes=["people:read"])
        row = await tx.fetch_row("SELECT * FROM api_key WHERE tenant_id = $1", organisation.tenant_id)
    assert row is not None
    assert is_key(secret)
    assert secret not in str(dict(row))
    assert stored.last_four == secret[-4:]
    assert row["key_hash"] == hash_key(b"pepper", secret)


async def test_a_key_is_found_by_its_hash_alone(
    database: Database, migrator_database: Database, organisation: Organisation
) -> None:
    async with migrator_database.write(organisation.context()) as tx:
        stored, secret = await create_key(tx, b"pepper", name="CRM", mode=Mode.LIVE, scopes=["people:read"])
    found = await repository.find_key(database, hash_key(b"pepper", secret))
    assert found == FoundKey(key=stored, has_expired=False)
    assert await repository.find_key(database, hash_key(b"other", secret)) is None


async def test_the_look_up_shows_one_row_and_only_while_it_lasts(
    database: Database, migrator_database: Database, organisation: Organisation
) -> None:
    async with migrator_database.write(organisation.context()) as tx:
        _, secret = await create_key(tx, b"pepper", name="CRM", mode=Mode.LIVE, scopes=["people:read"])
        await create_key(tx, b"pepper", name="HRIS", mode=Mode.LIVE, scopes=["people:read"])
    async with database.read(None) as read:
        assert await read.fetch_value("SELECT count(*) FROM api_key") == 0
        await read.fetch_value("SELECT set_config('attune.lookup', $1, true)", hash_key(b"pepper", secret).hex())
        assert await read.fetch_value("SELECT count(*) FROM api_key") == 1
    async with database.read(None) as read:
        assert await read.fetch_value("SELECT count(*) FROM api_key") == 0


async def test_revoking_twice_is_revoking_once(migrator_database: Database, organisation: Organisation) -> None:
    async with migrator_database.write(organisation.context()) as tx:
        stored, _ = await create_key(tx, b"pepper", name="CRM", mode=Mode.LIVE, scopes=["people:read"])
    for _ in range(2):
        async with migrator_database.write(organisation.context()) as tx:
            await revoke_key(tx, stored.id)
    async with migrator_database.read(organisation.context()) as tx:
        (listed,) = await repository.list_keys(tx)
        assert listed.revoked_at is not None
        revocations = await tx.fetch_value(
            "SELECT count(*) FROM event WHERE tenant_id = $1 AND kind = 'api_key.revoked'", organisation.tenant_id
        )
    assert revocations == 1


async def test_nobody_revokes_the_key_of_another_organisation(
    migrator_database: Database, organisation: Organisation, other_organisation: Organisation
) -> None:
    async with migrator_database.write(organisation.context()) as tx:
        stored, _ = await create_key(tx, b"pepper", name="CRM", mode=Mode.LIVE, scopes=["people:read"])
    with pytest.raises(ApiKeyNotFound):
        async with migrator_database.write(other_organisation.context()) as tx:
            await revoke_key(tx, stored.id)


async def test_scopes_and_lives_that_are_not_allowed(migrator_database: Database, organisation: Organisation) -> None:
    async def create(scopes: list[str], expires_at: datetime | None = None) -> None:
        async with migrator_database.write(organisation.context()) as tx:
            await create_key(tx, b"p", name="CRM", mode=Mode.LIVE, scopes=scopes, expires_at=expires_at)

    with pytest.raises(ScopeUnknown):
        await create(["people:read", "people:eat"])
    with pytest.raises(KeyLifeNotAllowed):
        await create(["people:read"], datetime.now(UTC) - timedelta(days=1))
    with pytest.raises(KeyLifeNotAllowed):
        await create(["people:read"], datetime.now(UTC) + timedelta(days=366))


async def test_an_issuer_and_audience_are_registered_once(
    migrator_database: Database, database: Database, organisation: Organisation
) -> None:
    audience = str(uuid4())
    async with migrator_database.write(organisation.context()) as tx:
        provider = await add_identity_provider(tx, issuer="https://i", audience=audience, jwks_uri="https://i/keys")
    with pytest.raises(IdentityProviderTaken):
        async with migrator_database.write(organisation.context()) as tx:
            await add_identity_provider(tx, issuer="https://i", audience=audience, jwks_uri="https://i/keys")
    found = await repository.find_provider(database, [hash_provider("https://i", audience)])
    assert found is not None
    assert (found.tenant_id, found.id) == (organisation.tenant_id, provider.id)
    async with migrator_database.write(organisation.context()) as tx:
        await remove_identity_provider(tx, provider.id)
    assert await repository.find_provider(database, [hash_provider("https://i", audience)]) is None
    with pytest.raises(IdentityProviderNotFound):
        async with migrator_database.write(organisation.context()) as tx:
            await remove_identity_provider(tx, provider.id)
