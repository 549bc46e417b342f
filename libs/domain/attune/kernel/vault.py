"""The vault: free text about a person is stored sealed under that person's own key.

Three layers. A root key (from the environment or a file; never in the database) wraps each organisation's key, that
wraps each person's data key, and the data key seals fields with AES-256-GCM. The associated data binds a sealed value
to its organisation, table, column and row, so it cannot be moved to another. Erasing a person is deleting their key.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from attune.kernel.errors import AttuneError, Kind
from attune.kernel.transactions import ReadTransaction, WriteTransaction

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FORMAT: Final = b"\x01"


class RootKeyMissing(AttuneError):
    """An organisation's key was wrapped by a root key that this process was not given."""

    kind = Kind.UNAVAILABLE
    code = "root_key_missing"
    detail = "The key that protects this organisation's texts is not available to the service."


class SealBroken(Exception):
    """A sealed value does not belong where it was found, or was altered."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where a sealed value stands: what the seal is bound to."""

    table: str
    column: str
    row: str


@dataclass(frozen=True, slots=True)
class RootKeys:
    """The root keys by id; new organisation keys are wrapped by the current one. Keeping old ids lets keys rotate."""

    current: str
    keys: Mapping[str, bytes]

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise ValueError("the current root key is not among the root keys")
        if any(len(key) != KEY_BYTES for key in self.keys.values()):
            raise ValueError("a root key is 32 bytes")


def seal_bytes(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """AES-256-GCM: format byte, random nonce, ciphertext with its tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def open_bytes(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """The plain bytes; raises `SealBroken` if key, place or content differ."""
    if sealed[:1] != _FORMAT:
        raise SealBroken
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], bound_to)
    except InvalidTag as error:
        raise SealBroken from error


def _binding(tenant_id: UUID, field: Field) -> bytes:
    return "|".join((str(tenant_id), field.table, field.column, field.row)).encode()


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """One person's data key, for as long as the transaction that read it."""

    tenant_id: UUID
    key: bytes

    def seal(self, field: Field, text: str) -> bytes:
        """The sealed text."""
        return seal_bytes(self.key, text.encode(), _binding(self.tenant_id, field))

    def open(self, field: Field, sealed: bytes) -> str:
        """The text of a sealed value."""
        return open_bytes(self.key, sealed, _binding(self.tenant_id, field)).decode()

    def seal_optional(self, field: Field, text: str | None) -> bytes | None:
        """The sealed text, or None for None."""
        return None if text is None else self.seal(field, text)

    def open_optional(self, field: Field, sealed: bytes | None) -> str | None:
        """The text, or None for None."""
        return None if sealed is None else self.open(field, sealed)


class Vault:
    """Hands out the keys of people. Unwrapped organisation keys are remembered; people's keys never are."""

    def __init__(self, root_keys: RootKeys) -> None:
        self._root_keys = root_keys
        self._tenant_keys: dict[tuple[UUID, bytes], bytes] = {}

    async def create_tenant_key(self, tx: WriteTransaction) -> None:
        """The key of a new organisation."""
        current = self._root_keys.current
        wrapped = seal_bytes(
            self._root_keys.keys[current], AESGCM.generate_key(256), b"tenant_key|" + tx.tenant_id.bytes
        )
        await tx.execute(
            "INSERT INTO tenant_key (tenant_id, root_key_id, wrapped) VALUES ($1, $2, $3)",
            tx.tenant_id,
            current,
            wrapped,
        )

    async def key_for(self, tx: WriteTransaction, subject_id: UUID) -> SubjectKey:
        """A person's key, made if there is none yet."""
        return (await self.keys_for(tx, [subject_id]))[subject_id]

    async def keys_for(self, tx: WriteTransaction, subject_ids: Sequence[UUID]) -> dict[UUID, SubjectKey]:
        """The keys of several people, made where missing."""
        wanted = list(dict.fromkeys(subject_ids))
        found = await self.existing_keys(tx, wanted)
        missing = [subject_id for subject_id in wanted if subject_id not in found]
        if missing:
            tenant_key = await self._tenant_key(tx)
            await tx.execute(
                "INSERT INTO subject_key (tenant_id, subject_id, wrapped)"
                " SELECT $1, * FROM unnest($2::uuid[], $3::bytea[]) ON CONFLICT DO NOTHING",
                tx.tenant_id,
                missing,
                [
                    seal_bytes(tenant_key, AESGCM.generate_key(256), _subject_binding(tx.tenant_id, subject_id))
                    for subject_id in missing
                ],
            )
            # Read back: of two transactions making the same key, one made the key that counts.
            found |= await self.existing_keys(tx, missing)
        return found

    async def existing_keys(self, tx: ReadTransaction, subject_ids: Sequence[UUID]) -> dict[UUID, SubjectKey]:
        """The keys that exist; an erased person has none, and their texts are gone for good."""
        rows = await tx.fetch(
            "SELECT s.subject_id, s.wrapped, t.wrapped AS tenant_wrapped, t.root_key_id"
            " FROM subject_key s JOIN tenant_key t ON t.tenant_id = s.tenant_id"
            " WHERE s.tenant_id = $1 AND s.subject_id = ANY($2::uuid[])",
            tx.tenant_id,
            list(subject_ids),
        )
        return {
            row["subject_id"]: SubjectKey(
                tx.tenant_id,
                open_bytes(
                    self._unwrap(tx.tenant_id, row["tenant_wrapped"], row["root_key_id"]),
                    row["wrapped"],
                    _subject_binding(tx.tenant_id, row["subject_id"]),
                ),
            )
            for row in rows
        }

    async def _tenant_key(self, tx: ReadTransaction) -> bytes:
        row = await tx.fetch_row("SELECT wrapped, root_key_id FROM tenant_key WHERE tenant_id = $1", tx.tenant_id)
        if row is None:
            raise RootKeyMissing
        return self._unwrap(tx.tenant_id, row["wrapped"], row["root_key_id"])

    def _unwrap(self, tenant_id: UUID, wrapped: bytes, root_key_id: str) -> bytes:
        known = self._tenant_keys.get((tenant_id, wrapped))
        if known is None:
            root = self._root_keys.keys.get(root_key_id)
            if root is None:
                raise RootKeyMissing
            known = open_bytes(root, wrapped, b"tenant_key|" + tenant_id.bytes)
            self._tenant_keys[tenant_id, wrapped] = known
        return known


async def destroy_key(tx: WriteTransaction, subject_id: UUID) -> int:
    """Destroy a person's key: whatever was sealed under it can never be read again. How many keys there were, 0 or 1."""
    return await tx.execute(
        "DELETE FROM subject_key WHERE tenant_id = $1 AND subject_id = $2", tx.tenant_id, subject_id
    )


def _subject_binding(tenant_id: UUID, subject_id: UUID) -> bytes:
    return b"subject_key|" + tenant_id.bytes + subject_id.bytes
