"""An organisation's identity provider: it signs access tokens and serves its keys."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from functools import cache
from time import time
from typing import Any

import httpx
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

ISSUER = "https://idp.brightline.example/"
AUDIENCE = "attune"
JWKS_URI = "https://idp.brightline.example/keys"


def make_signing_key(kind: str = "RSA", key_id: str = "k-1") -> Key:
    """A signing key of a kind."""
    match kind:
        case "RSA":
            return RSAKey.generate_key(2048, {"kid": key_id, "use": "sig"})
        case "EC":
            return ECKey.generate_key("P-256", {"kid": key_id, "use": "sig"})
        case _:
            return OKPKey.generate_key("Ed25519", {"kid": key_id, "use": "sig"})


@cache
def usual_key() -> Key:
    """The provider's key where a test does not care which: making one takes a while."""
    return make_signing_key()


@dataclass
class IdentityProviderStub:
    """The provider as an HTTP transport: what it serves can be changed between requests."""

    keys: list[Key] = field(default_factory=lambda: [usual_key()])
    status: int = 200
    content: bytes | None = None
    fetches: int = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.fetches += 1
        assert str(request.url) == JWKS_URI
        content = self.content
        if content is None:
            content = json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()
        return httpx.Response(self.status, content=content)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a good token; a change to None leaves a claim out."""
        now = int(time())
        good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-1", "iat": now, "nbf": now, "exp": now + 300}
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(self, *, header: dict[str, Any] | None = None, key: Key | None = None, **changes: Any) -> str:
        """A token, signed by the provider's first key or by another one."""
        signer = key or self.keys[0]
        algorithm = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}.get(signer.key_type, "HS256")
        full = {"alg": algorithm, "kid": signer.kid, "typ": "at+jwt"} | (header or {})
        return sign({name: value for name, value in full.items() if value is not None}, self.claims(**changes), signer)


def sign(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    """Sign by hand where a library would refuse to: no rule of its own stands between a test and a bad token."""
    body = f"{encode(header)}.{encode(claims)}"
    algorithm = header["alg"]
    signature = b"" if algorithm == "none" else JWSRegistry.algorithms[algorithm].sign(body.encode(), key)
    return f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def encode(part: Any) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
