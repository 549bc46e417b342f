"""Values that several programs read: addresses of servers, and root keys."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from attune.kernel.vault import KEY_BYTES, RootKeys


def _address(*schemes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        # Not `urlsplit`: what it refuses it repeats, password included.
        scheme, separator, _ = value.get_secret_value().partition("://")
        if not separator or scheme.lower() not in schemes:
            raise ValueError(f"must be an address with the scheme {' or '.join(schemes)}")
        return value

    return AfterValidator(check)


PostgresUrl = Annotated[SecretStr, _address("postgresql", "postgres")]
RedisUrl = Annotated[SecretStr, _address("redis", "rediss", "unix")]


def parse_root_keys(text: str) -> RootKeys:
    """Root keys as `id:base64`, separated by commas or white space; the first is the current one.

    Raises `ValueError` without repeating the text.
    """
    keys: dict[str, bytes] = {}
    for part in text.replace(",", " ").split():
        key_id, colon, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not colon or not key_id or len(key) != KEY_BYTES:
            raise ValueError(f"a root key is written as id:base64 of {KEY_BYTES} bytes")
        keys[key_id] = key
    if not keys:
        raise ValueError("there is no root key")
    return RootKeys(next(iter(keys)), keys)
