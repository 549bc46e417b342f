"""Page cursors: where a list goes on, signed, and good only for the organisation, list, filters and order it came from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from attune.kernel.errors import AttuneError, Kind

_MAC_BYTES: Final = 16


class CursorInvalid(AttuneError):
    """The cursor was altered, or belongs to another list, filter or organisation."""

    kind = Kind.INVALID
    code = "cursor_invalid"
    detail = "This cursor does not belong to this list. Start again without a cursor."


class CursorCodec:
    """Makes and reads cursors with one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = hashlib.sha256(b"attune page cursor\n" + secret).digest()

    def encode(self, position: Sequence[Any], *, tenant_id: UUID, listing: str, filters: Mapping[str, Any]) -> str:
        """The cursor behind a position (the sort key of the last row shown)."""
        body = json.dumps([str(part) for part in position], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mac(body, tenant_id, listing, filters) + body).decode().rstrip("=")

    def decode(self, cursor: str, *, tenant_id: UUID, listing: str, filters: Mapping[str, Any]) -> list[str]:
        """The position, as strings; raises `CursorInvalid` for anything this codec did not make for just this list."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise CursorInvalid from error
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body, tenant_id, listing, filters)):
            raise CursorInvalid
        position: list[str] = json.loads(body)
        return position

    def _mac(self, body: bytes, tenant_id: UUID, listing: str, filters: Mapping[str, Any]) -> bytes:
        bound = json.dumps([str(tenant_id), listing, sorted((k, str(v)) for k, v in filters.items() if v is not None)])
        return hmac.digest(self._secret, bound.encode() + b"\n" + body, "sha256")[:_MAC_BYTES]
