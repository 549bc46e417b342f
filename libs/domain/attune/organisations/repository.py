"""Every statement about organisations, keys, identity providers and who a credential belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from attune.kernel.db import Database
from attune.kernel.ids import shard_of
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.organisations.model import ApiKey, FoundKey, IdentityProvider, Mode, Organisation, SignedInPerson

_INSERT_DIRECTORY: Final = "INSERT INTO tenant_directory (tenant_id, shard) VALUES ($1, $2)"

_INSERT_ORGANISATION: Final = "INSERT INTO organisation (tenant_id, name, mode) VALUES ($1, $2, $3)"

_GET_ORGANISATION: Final = "SELECT tenant_id, name, mode, created_at FROM organisation WHERE tenant_id = $1"

_INSERT_KEY: Final = """
INSERT INTO api_key (tenant_id, id, name, key_hash, last_four, scopes, person_id, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

_LIST_KEYS: Final = """
SELECT tenant_id, id, name, last_four, scopes, person_id, created_at, expires_at, revoked_at
FROM api_key WHERE tenant_id = $1 ORDER BY id
"""

_LOCK_KEY: Final = """
SELECT tenant_id, id, name, last_four, scopes, person_id, created_at, expires_at, revoked_at
FROM api_key WHERE tenant_id = $1 AND id = $2 FOR UPDATE
"""

_REVOKE_KEY: Final = "UPDATE api_key SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2"

_LOOK_UP: Final = "SELECT set_config('attune.lookup', $1, true)"

_FIND_KEY: Final = """
SELECT tenant_id, id, name, last_four, scopes, person_id, created_at, expires_at, revoked_at,
  expires_at <= clock_timestamp() AS has_expired
FROM api_key WHERE key_hash = $1
"""

_FIND_PROVIDERS: Final = """
SELECT tenant_id, id, issuer, audience, jwks_uri, created_at FROM identity_provider WHERE lookup_hash = $1 LIMIT 2
"""

_INSERT_PROVIDER: Final = """
INSERT INTO identity_provider (tenant_id, id, issuer, audience, jwks_uri, lookup_hash) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, lookup_hash) DO NOTHING
"""

_LIST_PROVIDERS: Final = """
SELECT tenant_id, id, issuer, audience, jwks_uri, created_at FROM identity_provider WHERE tenant_id = $1 ORDER BY id
"""

_DELETE_PROVIDER: Final = "DELETE FROM identity_provider WHERE tenant_id = $1 AND id = $2"

_FIND_PERSON: Final = """
SELECT p.id, p.status, p.roles, o.mode
FROM person_identity i
JOIN person p ON p.tenant_id = i.tenant_id AND p.id = i.person_id
JOIN organisation o ON o.tenant_id = i.tenant_id
WHERE i.tenant_id = $1 AND i.issuer = $2 AND i.subject = $3
"""

_GET_REVISION: Final = "SELECT version_num FROM alembic_version"


async def insert_organisation(tx: WriteTransaction, name: str, mode: Mode) -> None:
    """A new organisation, and its line in the directory that the worker's rounds read."""
    await tx.execute(_INSERT_DIRECTORY, tx.tenant_id, shard_of(tx.tenant_id))
    await tx.execute(_INSERT_ORGANISATION, tx.tenant_id, name, mode.value)


async def get_organisation(tx: ReadTransaction) -> Organisation | None:
    """The organisation this transaction works in."""
    row = await tx.fetch_row(_GET_ORGANISATION, tx.tenant_id)
    if row is None:
        return None
    return Organisation(
        tenant_id=row["tenant_id"], name=row["name"], mode=Mode(row["mode"]), created_at=row["created_at"]
    )


async def insert_key(tx: WriteTransaction, key: ApiKey, key_hash: bytes) -> None:
    """A new key."""
    await tx.execute(
        _INSERT_KEY,
        tx.tenant_id,
        key.id,
        key.name,
        key_hash,
        key.last_four,
        list(key.scopes),
        key.person_id,
        key.created_at,
        key.expires_at,
    )


async def list_keys(tx: ReadTransaction) -> list[ApiKey]:
    """All keys, revoked and expired ones too, oldest first."""
    return [ApiKey(**row) for row in await tx.fetch(_LIST_KEYS, tx.tenant_id)]


async def lock_key(tx: WriteTransaction, key_id: UUID) -> ApiKey | None:
    """A key, locked."""
    row = await tx.fetch_row(_LOCK_KEY, tx.tenant_id, key_id)
    return None if row is None else ApiKey(**row)


async def set_revoked(tx: WriteTransaction, key_id: UUID, at: datetime) -> None:
    """End a key."""
    await tx.execute(_REVOKE_KEY, tx.tenant_id, key_id, at)


async def find_key(database: Database, key_hash: bytes) -> FoundKey | None:
    """The key with this hash, whichever organisation it is of: one of the two look-ups before that is known.

    The hash in the setting opens exactly this row to row-level security; who does not hold the key cannot name it.
    """
    async with database.read(None) as tx:
        await tx.fetch_value(_LOOK_UP, key_hash.hex())
        row = await tx.fetch_row(_FIND_KEY, key_hash)
    if row is None:
        return None
    found = dict(row)
    return FoundKey(has_expired=found.pop("has_expired"), key=ApiKey(**found))


async def find_provider(database: Database, lookup_hashes: Sequence[bytes]) -> IdentityProvider | None:
    """The identity provider behind one of these hashes, the other look-up before the organisation is known.

    Two organisations that claim the same issuer and audience would make a token ambiguous: then there is none.
    """
    async with database.read(None) as tx:
        for lookup_hash in lookup_hashes:
            await tx.fetch_value(_LOOK_UP, lookup_hash.hex())
            rows = await tx.fetch(_FIND_PROVIDERS, lookup_hash)
            if len(rows) == 1:
                return IdentityProvider(**rows[0])
    return None


async def insert_provider(tx: WriteTransaction, provider: IdentityProvider, lookup_hash: bytes) -> bool:
    """Whether the provider is new here."""
    inserted = await tx.execute(
        _INSERT_PROVIDER,
        tx.tenant_id,
        provider.id,
        provider.issuer,
        provider.audience,
        provider.jwks_uri,
        lookup_hash,
    )
    return inserted == 1


async def list_providers(tx: ReadTransaction) -> list[IdentityProvider]:
    """The identity providers of an organisation."""
    return [IdentityProvider(**row) for row in await tx.fetch(_LIST_PROVIDERS, tx.tenant_id)]


async def delete_provider(tx: WriteTransaction, provider_id: UUID) -> bool:
    """Whether there was one to remove."""
    return await tx.execute(_DELETE_PROVIDER, tx.tenant_id, provider_id) == 1


async def find_signed_in_person(tx: ReadTransaction, issuer: str, subject: str) -> SignedInPerson | None:
    """Whom an identity provider means by a subject."""
    row = await tx.fetch_row(_FIND_PERSON, tx.tenant_id, issuer, subject)
    if row is None:
        return None
    return SignedInPerson(id=row["id"], is_active=row["status"] == "active", roles=row["roles"], mode=Mode(row["mode"]))


async def get_schema_revision(tx: ReadTransaction) -> str:
    """How far the database is migrated: what the API's readiness depends on, in the role the API has."""
    return str(await tx.fetch_value(_GET_REVISION))
