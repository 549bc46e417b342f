"""Callers who show an API key."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from attune.kernel.context import Actor, ActorKind
from attune.kernel.db import CredentialEnded, Database, DatabaseBusy
from attune.organisations import repository
from attune.organisations.events import RefusalReason
from attune.organisations.model import ApiKey
from attune.organisations.rules import KEY_LENGTH, hash_key, is_key, mode_of
from attune_api.auth.caller import Caller
from attune_api.auth.errors import CredentialInvalid
from attune_api.auth.memory import ShortMemory
from attune_api.auth.refusals import Refusals

REMEMBERED_SECONDS: Final = 5.0
"""A revoked key may still read its own identity for so long; the first transaction it opens refuses it at once, because
PostgreSQL asks again whether it is alive."""

CONCURRENT_LOOKUPS: Final = 3
"""Connections that strangers can keep busy."""

LOOKUP_SECONDS: Final = 3.0
"""How long to find out who calls, the wait for one's turn included: behind a PostgreSQL that is silent, the queue of
those who wait would grow without end."""


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    has_expired: bool
    """By PostgreSQL's clock when it was asked: this process's own may be wrong. Should the key expire while it is
    remembered, the next transaction refuses it."""
    is_revoked: bool


class _Nobody:
    """A well-formed key that nobody has."""


class ApiKeys:
    """Knows callers by their keys. Keys are remembered by their hash, never themselves."""

    def __init__(self, database: Database, pepper: bytes, refusals: Refusals) -> None:
        self._database = database
        self._pepper = pepper
        self._refusals = refusals
        self._own_key = secrets.token_bytes(32)
        self._memory: ShortMemory[bytes, _Known | _Nobody] = ShortMemory(REMEMBERED_SECONDS)
        self._lookups = asyncio.Semaphore(CONCURRENT_LOOKUPS)

    async def authenticate(self, key: str, request_id: str) -> Caller:
        """The caller behind a key. Raises `CredentialInvalid` and `CredentialEnded`."""
        if len(key) != KEY_LENGTH:
            raise CredentialInvalid
        # A hash of this process alone: half the cost of the one that is stored, and as little use to a thief.
        remembered_by = blake2b(key.encode(), digest_size=32, key=self._own_key).digest()
        known = self._memory.get(remembered_by)
        if known is None:
            if not is_key(key):
                raise CredentialInvalid
            known = await self._look_up_in_turn(key, remembered_by)
        if isinstance(known, _Nobody):
            raise CredentialInvalid
        if known.is_revoked:
            await self._refusals.record(known.caller, RefusalReason.REVOKED, request_id)
            raise CredentialEnded
        if known.has_expired:
            await self._refusals.record(known.caller, RefusalReason.EXPIRED, request_id)
            raise CredentialEnded
        return known.caller

    def forget(self, caller: Caller) -> None:
        """PostgreSQL refused this caller: ask it again next time."""
        self._memory.forget_where(
            lambda known: isinstance(known, _Known) and known.caller.api_key_id == caller.api_key_id
        )

    async def _look_up_in_turn(self, key: str, remembered_by: bytes) -> _Known | _Nobody:
        try:
            async with asyncio.timeout(LOOKUP_SECONDS), self._lookups:
                # Somebody else may have asked for the same key while this one waited.
                known = self._memory.get(remembered_by)
                if known is None:
                    known = await self._look_up(key, hash_key(self._pepper, key))
                    self._memory.put(remembered_by, known)
                return known
        except TimeoutError as error:
            raise DatabaseBusy from error

    async def _look_up(self, key: str, key_hash: bytes) -> _Known | _Nobody:
        found = await repository.find_key(self._database, key_hash)
        if found is None:
            return _Nobody()
        return _Known(_caller_of(found.key, key), found.has_expired, found.key.revoked_at is not None)


def _caller_of(found: ApiKey, key: str) -> Caller:
    actor = Actor(ActorKind.API_KEY, found.id) if found.person_id is None else Actor(ActorKind.PERSON, found.person_id)
    return Caller(
        tenant_id=found.tenant_id,
        actor=actor,
        principal_id=found.id,
        scopes=frozenset(found.scopes),
        person_id=found.person_id,
        api_key_id=found.id,
        mode=mode_of(key),
    )
