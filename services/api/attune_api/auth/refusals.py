"""Remembering refusals. Of a known caller: an event, at most one a minute for each credential and reason. Of a stranger:
a count, since there is no organisation whose log it would belong to."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import structlog

from attune.kernel.context import Actor, ActorKind, Context
from attune.kernel.db import Database
from attune.kernel.errors import AttuneError
from attune.organisations.events import CredentialRefused, RefusalReason, SignInRefused
from attune_api.auth.caller import Caller
from attune_api.auth.memory import ShortMemory
from attune_observability.metrics import meter

SECONDS_BETWEEN: Final = 60.0

_log = structlog.stdlib.get_logger("attune.api.auth")


class Refusals:
    """Records refusals of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lately: ShortMemory[tuple[UUID, RefusalReason], bool] = ShortMemory(SECONDS_BETWEEN)
        self._counter = meter().create_counter(
            "attune.credential.refused", unit="{refusal}", description="Callers turned away, by reason."
        )

    def count_stranger(self, code: str) -> None:
        """Somebody whom nobody knows was turned away."""
        self._counter.add(1, {"reason": code})
        _log.info("credential.unknown", code=code)

    async def record(self, caller: Caller, reason: RefusalReason, request_id: str | None = None) -> None:
        """A known caller was turned away. Recorded before the answer leaves; failing to must not turn a refusal into
        anything else, so it is counted and logged then."""
        self._counter.add(1, {"reason": reason.value})
        if self._lately.get((caller.principal_id, reason)):
            return
        self._lately.put((caller.principal_id, reason), True)
        event: CredentialRefused | SignInRefused
        if caller.api_key_id is not None:
            event = CredentialRefused(target_id=caller.api_key_id, concerns=caller.person_id, reason=reason)
            actor = Actor(ActorKind.API_KEY, caller.api_key_id)
        else:
            event = SignInRefused(target_id=caller.principal_id, concerns=caller.person_id, reason=reason)
            actor = caller.actor
        try:
            # Without naming the credential in the context: this transaction has to begin although it has ended.
            async with self._database.write(Context(caller.tenant_id, actor, request_id=request_id)) as tx:
                tx.record(event)
        except AttuneError as error:
            self._lately.forget((caller.principal_id, reason))
            _log.warning("credential.refusal_not_recorded", code=error.code, reason=reason.value)
