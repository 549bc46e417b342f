"""Naming each request: the caller's `X-Request-Id` where it is well-formed, a new one where it is not."""

from __future__ import annotations

import re
from typing import Final

from starlette.types import Scope

from attune.kernel.ids import new_id
from attune_api.exchange import SCOPE_KEY, Exchange, header_of

_ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")


def begin_exchange(scope: Scope) -> Exchange:
    """The exchange of a new request, under its name."""
    given = header_of(scope, b"x-request-id")
    request_id = given if given is not None and _ACCEPTED.fullmatch(given) else str(new_id())
    exchange = scope[SCOPE_KEY] = Exchange(request_id)
    return exchange
