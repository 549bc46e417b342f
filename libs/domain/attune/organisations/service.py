"""Use cases: begin an organisation, hand out and end its keys, accept an identity provider."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from attune.kernel.clock import Clock, utc_now
from attune.kernel.context import OPERATOR, Actor, Context
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Vault
from attune.organisations import repository
from attune.organisations.errors import (
    ApiKeyNotFound,
    IdentityProviderNotFound,
    IdentityProviderTaken,
    KeyLifeNotAllowed,
    ScopeUnknown,
)
from attune.organisations.events import (
    ApiKeyCreated,
    ApiKeyRevoked,
    IdentityProviderAdded,
    IdentityProviderRemoved,
    OrganisationCreated,
)
from attune.organisations.model import ApiKey, IdentityProvider, Mode
from attune.organisations.rules import (
    BASE62,
    KEY_SECRET_LENGTH,
    Scope,
    hash_key,
    hash_provider,
    is_allowed_life,
    make_key,
)

DEFAULT_KEY_LIFE = timedelta(days=90)


async def create_organisation(
    database: Database, vault: Vault, *, name: str, mode: Mode, actor: Actor = OPERATOR
) -> UUID:
    """Begin an organisation, with a key of its own in the vault; its id. In a transaction of its own: until this one
    there is no organisation to work in. Needs the migrator's role, since the running services cannot make tenants."""
    tenant_id = new_id()
    async with database.write(Context(tenant_id, actor)) as tx:
        await repository.insert_organisation(tx, name, mode)
        await vault.create_tenant_key(tx)
        tx.record(OrganisationCreated(target_id=tenant_id, mode=mode))
    return tenant_id


async def create_key(
    tx: WriteTransaction,
    pepper: bytes,
    *,
    name: str,
    mode: Mode,
    scopes: Collection[str],
    person_id: UUID | None = None,
    expires_at: datetime | None = None,
    clock: Clock = utc_now,
) -> tuple[ApiKey, str]:
    """Make a key; what is kept of it, and the key itself, which is never seen again.

    Raises `ScopeUnknown` and `KeyLifeNotAllowed`.
    """
    if not set(scopes) <= {scope.value for scope in Scope}:
        raise ScopeUnknown
    now = clock()
    ends = expires_at or now + DEFAULT_KEY_LIFE
    if not is_allowed_life(now, ends):
        raise KeyLifeNotAllowed
    secret = make_key(mode, "".join(secrets.choice(BASE62) for _ in range(KEY_SECRET_LENGTH)))
    key = ApiKey(
        tenant_id=tx.tenant_id,
        id=new_id(),
        name=name,
        last_four=secret[-4:],
        scopes=sorted(set(scopes)),
        person_id=person_id,
        created_at=now,
        expires_at=ends,
        revoked_at=None,
    )
    await repository.insert_key(tx, key, hash_key(pepper, secret))
    tx.record(ApiKeyCreated(target_id=key.id, concerns=person_id, person_id=person_id, expires_at=ends))
    return key, secret


async def revoke_key(tx: WriteTransaction, key_id: UUID, *, clock: Clock = utc_now) -> None:
    """End a key: the next transaction it opens is refused. Ending it again changes nothing. Raises `ApiKeyNotFound`."""
    key = await repository.lock_key(tx, key_id)
    if key is None:
        raise ApiKeyNotFound
    if key.revoked_at is None:
        await repository.set_revoked(tx, key_id, clock())
        tx.record(ApiKeyRevoked(target_id=key_id, concerns=key.person_id))


async def add_identity_provider(
    tx: WriteTransaction, *, issuer: str, audience: str, jwks_uri: str, clock: Clock = utc_now
) -> IdentityProvider:
    """Accept an issuer's access tokens for an audience. Raises `IdentityProviderTaken`."""
    provider = IdentityProvider(
        tenant_id=tx.tenant_id, id=new_id(), issuer=issuer, audience=audience, jwks_uri=jwks_uri, created_at=clock()
    )
    if not await repository.insert_provider(tx, provider, hash_provider(issuer, audience)):
        raise IdentityProviderTaken
    tx.record(IdentityProviderAdded(target_id=provider.id))
    return provider


async def remove_identity_provider(tx: WriteTransaction, provider_id: UUID) -> None:
    """Accept an issuer's tokens no longer. Raises `IdentityProviderNotFound`."""
    if not await repository.delete_provider(tx, provider_id):
        raise IdentityProviderNotFound
    tx.record(IdentityProviderRemoved(target_id=provider_id))
