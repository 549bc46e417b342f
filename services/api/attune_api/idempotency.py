"""The `Idempotency-Key` header: the same request twice has one effect, and the same answer.

In a route (the claim is made in the transaction of the effect, with an id made beforehand):

    escalation_id = new_id()
    async with writing(request, caller) as tx:
        claim = await claim_key(tx, request, caller, body, resource_id=escalation_id)
        if claim.refusal is not None:
            return claim.marked(problem_from(request, claim.refusal))
        if claim.replay is not None:
            return claim.marked(render(await service.get_escalation(tx, claim.replay.resource_id)))
        result = await service.open_escalation(tx, escalation_id, ...)
        if isinstance(result, Refusal):
            return problem_from(request, await claim.refuse(result))
        return render(result)

Where a service raises, the claim is undone with everything else, and the key is free again. A batch keeps its per-item
outcome with `await claim.remember({...})` (ids, statuses and codes; never what was sent) and reads it back from
`claim.replay.outcome`. Without a header `claim` does nothing. `operation` is the route's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from attune.kernel import idempotency
from attune.kernel.errors import AttuneError, Kind, Refusal
from attune.kernel.idempotency import Replay
from attune.kernel.transactions import WriteTransaction
from attune_api.auth.caller import Caller
from attune_api.exchange import headers_of

LONGEST: Final = 255
MAX_KEY_SIZE: Final = 64
"""BLAKE2b takes no longer key."""

REPLAYED: Final = "Idempotency-Replayed"

_VISIBLE: Final = re.compile(r"[\x21-\x7e]{1,255}")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


class IdempotencyKeyInvalid(AttuneError):
    """The header is not one key of 1 to 255 visible ASCII characters."""

    kind = Kind.MALFORMED
    code = "idempotency_key_invalid"
    detail = "Send one Idempotency-Key of 1 to 255 visible ASCII characters, bare or in quotes."


@dataclass(frozen=True, slots=True)
class Claim:
    """A request's hold on its key."""

    tx: WriteTransaction
    principal_id: UUID
    operation: str
    key: str | None
    replay: Replay | None
    """What was done under the key before: render it again instead of doing it again."""

    @property
    def refusal(self) -> Refusal | None:
        """How it was refused before, if it was."""
        outcome = self.replay.outcome if self.replay is not None else None
        if outcome is None or "refusal" not in outcome:
            return None
        kept: dict[str, Any] = outcome["refusal"]
        return Refusal(Kind(kept["kind"]), kept["code"], kept["detail"])

    async def remember(self, outcome: dict[str, Any], resource_id: UUID | None = None) -> None:
        """Keep more than the id for a replay."""
        if self.key is not None:
            await idempotency.remember_outcome(
                self.tx,
                principal_id=self.principal_id,
                operation=self.operation,
                key=self.key,
                outcome=outcome,
                resource_id=resource_id,
            )

    async def refuse(self, refusal: Refusal) -> Refusal:
        """Keep that the request was refused, and how; the refusal itself."""
        await self.remember({"refusal": {"kind": refusal.kind.value, "code": refusal.code, "detail": refusal.detail}})
        return refusal

    def marked(self, response: Response) -> Response:
        """The answer of a replay says that it is one."""
        response.headers[REPLAYED] = "true"
        return response


async def claim_key(
    tx: WriteTransaction, request: Request, caller: Caller, body: BaseModel | None, *, resource_id: UUID | None = None
) -> Claim:
    """Claim the request's key, before its work and in the same transaction.

    Raises `IdempotencyKeyInvalid`, `IdempotencyKeyReused` (another request had it) and `IdempotencyInFlight`.
    """
    operation = request.scope["route"].name
    key = read_key(headers_of(request.scope, b"idempotency-key"))
    replay = None
    if key is not None:
        replay = await idempotency.claim(
            tx,
            principal_id=caller.principal_id,
            operation=operation,
            key=key,
            fingerprint=fingerprint_of(
                request.scope["app"].state.settings.secret, request.method, request.scope["path"], body
            ),
            resource_id=resource_id,
        )
    return Claim(tx, caller.principal_id, operation, key, replay)


def read_key(headers: list[str]) -> str | None:
    """The key in the header, bare or quoted as a structured field's string. Raises `IdempotencyKeyInvalid`."""
    if not headers:
        return None
    if len(headers) > 1:
        raise IdempotencyKeyInvalid
    key = headers[0].strip()
    quoted = _QUOTED.fullmatch(key)
    if quoted is not None:
        key = quoted[1].replace('\\"', '"').replace("\\\\", "\\")
    if _VISIBLE.fullmatch(key) is None:
        raise IdempotencyKeyInvalid
    return key


def fingerprint_of(secret: bytes, method: str, path: str, body: BaseModel | None) -> bytes:
    """What was asked for, as a keyed BLAKE2b: a plain hash of a short body could be guessed from. The body counts as it
    was understood, so white space and the order of its fields make no difference."""
    content = b"" if body is None else body.model_dump_json().encode()
    asked = f"{method}\n{path}\n".encode() + content
    return blake2b(asked, digest_size=32, key=secret[:MAX_KEY_SIZE], person=b"attune request").digest()
